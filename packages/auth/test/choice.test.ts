import {
  type AuthContext,
  type AuthFactorType,
  confirmSignIn,
  confirmSignUp,
  createMemoryStorage,
  fetchAuthSession,
  getCurrentUser,
  type SignInInput,
  type SignInOutput,
  setUpTOTP,
  signIn,
  signOut,
  signUp,
  updateMFAPreference,
  verifyTOTPSetup,
} from '@amulet/auth'
import { describe, expect, test } from 'vitest'
import { totp } from '../../server/test/totp.js'
import { EMAIL, NUMBER, startChoice } from './choice.js'
import { anotherCode, json, lastCode, PASSWORD } from './start.js'

const username = 'ada'
const password = PASSWORD
const done = { isSignedIn: true, nextStep: { signInStep: 'DONE' } }
const CODES = {
  EMAIL_OTP: ['CONFIRM_SIGN_IN_WITH_EMAIL_CODE', EMAIL],
  SMS_OTP: ['CONFIRM_SIGN_IN_WITH_SMS_CODE', NUMBER],
} as const

/** Signs Ada in by USER_AUTH. */
const choose = (
  context: AuthContext,
  preferredChallenge?: AuthFactorType,
  more: Partial<SignInInput> = {},
): Promise<SignInOutput> =>
  signIn(context, {
    username,
    ...more,
    options: {
      authFlowType: 'USER_AUTH',
      ...(preferredChallenge && { preferredChallenge }),
      ...more.options,
    },
  })

const answer = (context: AuthContext, challengeResponse: string) =>
  confirmSignIn(context, { challengeResponse })

const stepOf = async (output: Promise<SignInOutput>) => (await output).nextStep.signInStep

describe('signIn by USER_AUTH', () => {
  test.each(['PASSWORD', 'PASSWORD_SRP'] as const)(
    'lets the user choose %s, asks for the password then, and takes it after a wrong one in another page',
    async (factor) => {
      const { page, net } = await startChoice()
      expect(await choose(page())).toEqual({
        isSignedIn: false,
        nextStep: {
          signInStep: 'CONTINUE_SIGN_IN_WITH_FIRST_FACTOR_SELECTION',
          availableChallenges: ['PASSWORD_SRP', 'PASSWORD', 'EMAIL_OTP', 'SMS_OTP'],
        },
      })
      const sent = net.sent.length
      expect(await answer(page(), factor)).toEqual({
        isSignedIn: false,
        nextStep: { signInStep: 'CONFIRM_SIGN_IN_WITH_PASSWORD' },
      })
      expect(net.sent).toHaveLength(sent)
      const here = page()
      await expect(answer(here, 'Wrong-Horse-1')).rejects.toMatchObject({ name: 'NotAuthorizedException' })
      await expect(answer(here, 'Wrong-Horse-2')).rejects.toMatchObject({ name: 'NotAuthorizedException' })
      const reloaded = page()
      expect(await answer(reloaded, password)).toEqual(done)
      expect(await getCurrentUser(reloaded)).toMatchObject({
        username,
        signInDetails: { loginId: username, authFlowType: 'USER_AUTH' },
      })
    },
  )

  test.each(['EMAIL_OTP', 'SMS_OTP'] as const)(
    'sends a code when the user chooses %s, and takes it after a wrong one in another page',
    async (factor) => {
      const started = await startChoice()
      const { page } = started
      const [signInStep, to] = CODES[factor]
      await choose(page())
      const { nextStep } = await answer(page(), factor)
      expect(nextStep).toMatchObject({ signInStep, codeDeliveryDetails: { destination: expect.any(String) } })
      const code = lastCode(started, to)
      const wrong = { name: 'CodeMismatchException' }
      const here = page()
      await expect(answer(here, anotherCode(code))).rejects.toMatchObject(wrong)
      await expect(answer(page(), anotherCode(code))).rejects.toMatchObject(wrong)
      expect(await answer(page(), code)).toEqual(done)
    },
  )

  test('begins with the factor that is preferred, by the call or by the configuration', async () => {
    const started = await startChoice()
    const passwordless = { emailOtpEnabled: true, smsOtpEnabled: true, preferredChallenge: 'EMAIL_OTP' }
    const context = started.page(undefined, { passwordless })
    for (const preferred of ['PASSWORD', 'PASSWORD_SRP'] as const) {
      const wrong = choose(context, preferred, { password: 'Wrong-Horse-1' })
      await expect(wrong).rejects.toMatchObject({ name: 'NotAuthorizedException' })
      expect(await choose(context, preferred, { password })).toEqual(done)
      await signOut(context)
    }
    // Without one in the call, that of the configuration; a password is of no use then.
    for (const preferred of [undefined, 'SMS_OTP'] as const) {
      const [signInStep, to] = CODES[preferred ?? 'EMAIL_OTP']
      expect(await stepOf(choose(context, preferred, { password }))).toBe(signInStep)
      expect(JSON.stringify(started.net.sent.at(-1)?.body)).not.toContain(password)
      expect(await answer(context, lastCode(started, to))).toEqual(done)
      await signOut(context)
    }
  })

  test('lets the user choose when the preferred factor is not available', async () => {
    const { page } = await startChoice({
      Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'SMS_OTP'] } },
    })
    const { nextStep } = await choose(page(), 'EMAIL_OTP')
    expect(nextStep).toMatchObject({ availableChallenges: ['PASSWORD_SRP', 'PASSWORD', 'SMS_OTP'] })
  })

  test.each([
    ['EMAIL_OTP', { smsOtpEnabled: true, webAuthn: {} }],
    ['SMS_OTP', { emailOtpEnabled: true, webAuthn: {} }],
    ['WEB_AUTHN', { emailOtpEnabled: true, smsOtpEnabled: true }],
  ] as const)(
    'refuses %s where the configuration does not have it, and leaves a sign-in under way alone',
    async (preferred, passwordless) => {
      const started = await startChoice()
      await choose(started.page(), 'EMAIL_OTP')
      const sent = started.net.sent.length
      const context = started.page(undefined, { passwordless })
      await expect(choose(context, preferred)).rejects.toMatchObject({
        name: 'InvalidPreferredChallenge',
        message: 'The preferred challenge is not enabled in your backend configuration',
        recoverySuggestion:
          'Ensure the authentication method is enabled in your Amplify backend configuration',
      })
      await expect(choose(context, 'PASSWORD')).rejects.toMatchObject({ name: 'EmptySignInPassword' })
      await expect(choose(context, 'PASSWORD_SRP')).rejects.toMatchObject({ name: 'EmptySignInPassword' })
      expect(started.net.sent).toHaveLength(sent)
      expect(await answer(started.page(), lastCode(started, EMAIL))).toEqual(done)
    },
  )

  test('is followed by the second factor of the user', async () => {
    const { page, server, admin, UserPoolId } = await startChoice()
    await admin.setUserPoolMfaConfig({
      UserPoolId,
      MfaConfiguration: 'OPTIONAL',
      SoftwareTokenMfaConfiguration: { Enabled: true },
    })
    const context = page()
    await choose(context, 'PASSWORD', { password })
    const { sharedSecret } = await setUpTOTP(context)
    const appCode = () => {
      server.clock.advance(30)
      return totp(sharedSecret, server.clock.now())
    }
    await verifyTOTPSetup(context, { code: appCode() })
    await updateMFAPreference(context, { totp: 'PREFERRED' })
    await signOut(context)
    for (const factor of ['PASSWORD', 'PASSWORD_SRP'] as const) {
      await choose(context)
      await answer(context, factor)
      expect(await stepOf(answer(context, password))).toBe('CONFIRM_SIGN_IN_WITH_TOTP_CODE')
      await expect(answer(context, anotherCode(appCode()))).rejects.toMatchObject({
        name: 'CodeMismatchException',
      })
      expect(await answer(page(), appCode())).toEqual(done)
      await signOut(context)
    }
  })

  test('does not disturb the sign-in of another context', async () => {
    const started = await startChoice()
    const { page } = started
    const [one, other] = [page(), page(createMemoryStorage())]
    await choose(one)
    await choose(other, 'SMS_OTP')
    await answer(one, 'EMAIL_OTP')
    await expect(answer(other, '0')).rejects.toMatchObject({ name: 'CodeMismatchException' })
    expect(await answer(one, lastCode(started, EMAIL))).toEqual(done)
    expect(await answer(other, lastCode(started, NUMBER))).toEqual(done)
  })

  test('by an alias signs in its user', async () => {
    const started = await startChoice({ AliasAttributes: ['email'] })
    const context = started.page()
    await choose(context, undefined, { username: EMAIL })
    await answer(context, 'PASSWORD_SRP')
    expect(await answer(context, password)).toEqual(done)
    expect(await getCurrentUser(context)).toMatchObject({ username, signInDetails: { loginId: EMAIL } })
    await fetchAuthSession(context, { forceRefresh: true })
    await signOut(context)
    await choose(context, 'EMAIL_OTP', { username: EMAIL })
    expect(await answer(context, lastCode(started, EMAIL))).toEqual(done)
    expect(await getCurrentUser(context)).toMatchObject({ username })
  })

  test('asks a user who was interrupted before the confirmation to confirm the account', async () => {
    const started = await startChoice()
    const context = started.page()
    const bob = 'bob@example.com'
    await signUp(context, { username: 'bob', options: { userAttributes: { email: bob } } })
    const confirmationCode = lastCode(started, bob)
    await choose(context, 'EMAIL_OTP', { username: 'bob' })
    expect(await stepOf(answer(context, lastCode(started, bob)))).toBe('CONFIRM_SIGN_UP')
    await confirmSignUp(context, { username: 'bob', confirmationCode })
    await choose(context, 'EMAIL_OTP', { username: 'bob' })
    expect(await answer(context, lastCode(started, bob))).toEqual(done)
  })

  test('offers the choice again when the service asks again', async () => {
    const { page, net } = await startChoice()
    const context = page()
    await choose(context)
    net.faults.push(
      json(200, { ChallengeName: 'SELECT_CHALLENGE', Session: 's', AvailableChallenges: ['PASSWORD'] }),
    )
    expect((await answer(context, 'EMAIL_OTP')).nextStep).toEqual({
      signInStep: 'CONTINUE_SIGN_IN_WITH_FIRST_FACTOR_SELECTION',
      availableChallenges: ['PASSWORD'],
    })
  })
})

describe('a remembered device', () => {
  test.each([
    ['PASSWORD', 'ada'],
    ['PASSWORD_SRP', 'ada'],
    ['PASSWORD_SRP', EMAIL],
    ['EMAIL_OTP', 'ada'],
    ['SMS_OTP', EMAIL],
  ] as const)('is known after a sign-in by %s as %s, and proves itself', async (factor, name) => {
    const started = await startChoice({
      AliasAttributes: ['email'],
      DeviceConfiguration: { ChallengeRequiredOnNewDevice: false, DeviceOnlyRememberedOnUserPrompt: false },
    })
    const { page, net } = started
    const context = page()
    const enter = async () => {
      net.sent.length = 0
      const output = await choose(context, factor, { username: name, password })
      if (output.isSignedIn) return output
      return answer(context, lastCode(started, factor === 'SMS_OTP' ? NUMBER : EMAIL))
    }
    const deviceKey = async () => (await fetchAuthSession(context)).tokens?.accessToken.payload.device_key
    expect(await enter()).toEqual(done)
    expect(net.operations().at(-1)).toBe('ConfirmDevice')
    const key = await deviceKey()
    expect(key).toEqual(expect.any(String))
    await signOut(context)
    expect(await enter()).toEqual(done)
    expect(net.operations()).not.toContain('ConfirmDevice')
    expect(await deviceKey()).toBe(key)
    await signOut(context)
    // The service has forgotten it.
    const { admin, UserPoolId } = started
    await admin.adminForgetDevice({ UserPoolId, Username: 'ada', DeviceKey: `${key}` })
    expect(await enter()).toEqual(done)
    expect(await deviceKey()).not.toBe(key)
  })
})
