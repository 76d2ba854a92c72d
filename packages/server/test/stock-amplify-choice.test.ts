import { Amplify } from 'aws-amplify'
import {
  autoSignIn,
  confirmSignIn,
  confirmSignUp,
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
} from 'aws-amplify/auth'
import { ConsoleLogger } from 'aws-amplify/utils'
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { ADA, startChoice } from './choice.js'
import { PASSWORD, type Started } from './start.js'
import { totp } from './totp.js'

// Stock aws-amplify and the choice of first factors, over loopback. Amplify keeps one signed-in user per process, so these
// run one after the other; the only thing replaced is the date, which client and server share here.

ConsoleLogger.LOG_LEVEL = 'ERROR'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] })
  onTestFinished(async () => {
    await signOut()
    vi.useRealTimers()
  })
})

const username = 'ada'
const password = PASSWORD
const ADDRESS = 'ada@example.com'
const NUMBER = '+15555550100'
const DONE = { isSignedIn: true, nextStep: { signInStep: 'DONE' } }
const INCORRECT = { name: 'NotAuthorizedException', message: 'Incorrect username or password.' }
const WRONG_CODE = { name: 'CodeMismatchException', message: 'Invalid code or auth state for the user.' }

/** Ada with everything verified, or other users, and Amplify as their client. */
async function listening(options: Parameters<typeof startChoice>[1] = {}): Promise<Started> {
  const app = await startChoice(['PASSWORD', 'EMAIL_OTP', 'SMS_OTP'], {
    ...options,
    clock: { now: () => Date.now(), advance: () => undefined },
  })
  const { url, userPoolId, userPoolClientId } = await app.server.listen()
  Amplify.configure({ Auth: { Cognito: { userPoolId, userPoolClientId, userPoolEndpoint: url } } })
  return app
}

const lastCode = (app: Started, to: string) => app.server.inbox.last(to)?.code ?? ''
const answer = (challengeResponse: string) => confirmSignIn({ challengeResponse })
const step = ({ nextStep: { signInStep } }: SignInOutput) => signInStep

type Preferred = NonNullable<SignInInput['options']>['preferredChallenge']
const choose = (preferredChallenge?: Preferred, more: Partial<SignInInput> = {}) =>
  signIn({
    username,
    ...more,
    options: { authFlowType: 'USER_AUTH', ...(preferredChallenge && { preferredChallenge }) },
  })

test('without a preference the user selects, and a wrong password or code does not end the sign-in', async () => {
  const app = await listening()
  for (const factor of ['PASSWORD', 'PASSWORD_SRP'] as const) {
    expect(await choose()).toEqual({
      isSignedIn: false,
      nextStep: {
        signInStep: 'CONTINUE_SIGN_IN_WITH_FIRST_FACTOR_SELECTION',
        availableChallenges: ['PASSWORD_SRP', 'PASSWORD', 'EMAIL_OTP', 'SMS_OTP'],
      },
    })
    expect(step(await answer(factor))).toBe('CONFIRM_SIGN_IN_WITH_PASSWORD')
    await expect(answer('Wrong-Horse-1')).rejects.toMatchObject(INCORRECT)
    expect(await answer(password)).toEqual(DONE)
    expect((await fetchAuthSession()).tokens?.accessToken.payload.username).toBe(username)
    await signOut()
  }
  await choose()
  const asked = await answer('EMAIL_OTP')
  expect(asked.nextStep).toMatchObject({
    signInStep: 'CONFIRM_SIGN_IN_WITH_EMAIL_CODE',
    codeDeliveryDetails: { deliveryMedium: 'EMAIL', destination: 'a***@e***' },
  })
  await expect(answer('00000000')).rejects.toMatchObject(WRONG_CODE)
  expect(await answer(lastCode(app, ADDRESS))).toEqual(DONE)
  await signOut()
  await choose()
  expect(step(await answer('SMS_OTP'))).toBe('CONFIRM_SIGN_IN_WITH_SMS_CODE')
  expect(await answer(lastCode(app, NUMBER))).toEqual(DONE)
})

test('the sign-in begins with each preferred factor', async () => {
  const app = await listening()
  for (const preferred of ['PASSWORD', 'PASSWORD_SRP'] as const) {
    await expect(choose(preferred, { password: 'Wrong-Horse-1' })).rejects.toMatchObject(INCORRECT)
    expect(await choose(preferred, { password })).toEqual(DONE)
    await signOut()
  }
  for (const [preferred, signInStep, to] of [
    ['EMAIL_OTP', 'CONFIRM_SIGN_IN_WITH_EMAIL_CODE', ADDRESS],
    ['SMS_OTP', 'CONFIRM_SIGN_IN_WITH_SMS_CODE', NUMBER],
  ] as const) {
    expect(step(await choose(preferred))).toBe(signInStep)
    expect(await answer(lastCode(app, to))).toEqual(DONE)
    await signOut()
  }
})

test('a preferred factor that the user does not have causes no error: others can be selected', async () => {
  await listening({ attributes: ADA.slice(0, 2) })
  expect((await choose('SMS_OTP')).nextStep).toEqual({
    signInStep: 'CONTINUE_SIGN_IN_WITH_FIRST_FACTOR_SELECTION',
    availableChallenges: ['PASSWORD_SRP', 'PASSWORD', 'EMAIL_OTP'],
  })
})

test('a second factor follows the password that was chosen', async () => {
  const app = await listening()
  await app.call('SetUserPoolMfaConfig', {
    UserPoolId: app.userPoolId,
    MfaConfiguration: 'OPTIONAL',
    SoftwareTokenMfaConfiguration: { Enabled: true },
  })
  await choose('PASSWORD_SRP', { password })
  const { sharedSecret } = await setUpTOTP()
  await verifyTOTPSetup({ code: totp(sharedSecret, Date.now()) })
  await updateMFAPreference({ totp: 'PREFERRED' })
  await signOut()
  vi.setSystemTime(Date.now() + 60_000)
  expect((await choose()).nextStep).toMatchObject({ availableChallenges: ['PASSWORD_SRP', 'PASSWORD'] })
  await answer('PASSWORD')
  expect(step(await answer(password))).toBe('CONFIRM_SIGN_IN_WITH_TOTP_CODE')
  expect(await answer(totp(sharedSecret, Date.now()))).toEqual(DONE)
  await signOut()
  vi.setSystemTime(Date.now() + 60_000)
  expect(step(await choose('PASSWORD_SRP', { password }))).toBe('CONFIRM_SIGN_IN_WITH_TOTP_CODE')
  expect(await answer(totp(sharedSecret, Date.now()))).toEqual(DONE)
})

const USERS = { AutoVerifiedAttributes: ['email' as const], users: [] }
const signUpWithoutPassword = () =>
  signUp({
    username,
    options: { userAttributes: { email: ADDRESS }, autoSignIn: { authFlowType: 'USER_AUTH' } },
  })

test('a sign-up without a password is signed in automatically once it is confirmed', async () => {
  const app = await listening({ pool: USERS })
  expect((await signUpWithoutPassword()).nextStep.signUpStep).toBe('CONFIRM_SIGN_UP')
  const confirmed = await confirmSignUp({ username, confirmationCode: lastCode(app, ADDRESS) })
  expect(confirmed.nextStep.signUpStep).toBe('COMPLETE_AUTO_SIGN_IN')
  expect(await autoSignIn()).toEqual(DONE)
  expect((await getCurrentUser()).username).toBe(username)
  // No code was sent but that of the sign-up.
  expect(app.server.inbox.list()).toHaveLength(1)
})

test('an interrupted sign-up without a password is continued at the next sign-in', async () => {
  const app = await listening({ pool: USERS })
  await signUp({ username, options: { userAttributes: { email: ADDRESS } } })
  const ofSignUp = lastCode(app, ADDRESS)
  expect(step(await choose('EMAIL_OTP'))).toBe('CONFIRM_SIGN_IN_WITH_EMAIL_CODE')
  expect(step(await answer(lastCode(app, ADDRESS)))).toBe('CONFIRM_SIGN_UP')
  await confirmSignUp({ username, confirmationCode: ofSignUp })
  await choose('EMAIL_OTP')
  expect(await answer(lastCode(app, ADDRESS))).toEqual(DONE)
})

test('where sign-ups are confirmed by a link, Amplify polls until it was opened, and no code is sent', async () => {
  vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'] })
  const VerificationMessageTemplate = { DefaultEmailOption: 'CONFIRM_WITH_LINK' as const }
  const app = await listening({ pool: { ...USERS, VerificationMessageTemplate } })
  const { url, userPoolId, userPoolClientId } = await app.server.listen()
  Amplify.configure({
    Auth: {
      Cognito: { userPoolId, userPoolClientId, userPoolEndpoint: url, signUpVerificationMethod: 'link' },
    },
  })
  const asked = vi.spyOn(globalThis, 'fetch')
  expect((await signUpWithoutPassword()).nextStep.signUpStep).toBe('COMPLETE_AUTO_SIGN_IN')
  const signedIn = autoSignIn()
  const answers = () => Promise.all(asked.mock.results.map(({ value }) => value))
  for (let i = 1; i <= 3; i++) {
    vi.advanceTimersByTime(5000)
    await vi.waitFor(
      async () => {
        expect(asked).toHaveBeenCalledTimes(1 + i)
        await answers()
      },
      { timeout: 20_000 },
    )
  }
  expect((await answers()).map(({ status }) => status)).toEqual([200, 400, 400, 400])
  expect(app.server.inbox.list()).toHaveLength(1)
  await app.server.inbox.confirm(app.server.inbox.last(ADDRESS)?.link)
  vi.advanceTimersByTime(5000)
  // Amplify sends the session of the sign-up in the other mode only, so the user still proves something.
  expect((await signedIn).nextStep).toMatchObject({ availableChallenges: ['EMAIL_OTP'] })
  await answer('EMAIL_OTP')
  expect(await answer(lastCode(app, ADDRESS))).toEqual(DONE)
})

test('an unknown user is asked for a code like a known one', async () => {
  const app = await listening({ pool: { AutoVerifiedAttributes: ['email'] } })
  expect(step(await choose('EMAIL_OTP', { username: 'nobody' }))).toBe('CONFIRM_SIGN_IN_WITH_EMAIL_CODE')
  await expect(answer('12345678')).rejects.toMatchObject(WRONG_CODE)
  expect(app.server.inbox.list()).toEqual([])
})
