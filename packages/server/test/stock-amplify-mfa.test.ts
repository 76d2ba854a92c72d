import { Amplify } from 'aws-amplify'
import {
  confirmSignIn,
  fetchAuthSession,
  fetchMFAPreference,
  fetchUserAttributes,
  getCurrentUser,
  type SignInOutput,
  setUpTOTP,
  signIn,
  signOut,
  updateMFAPreference,
  verifyTOTPSetup,
} from 'aws-amplify/auth'
import { ConsoleLogger } from 'aws-amplify/utils'
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { PASSWORD, type Started, start } from './start.js'
import { totp } from './totp.js'

// Stock aws-amplify and second factors, over loopback. Amplify keeps one signed-in user per process, so these run one
// after the other; the only thing replaced is the date, which client and server share here.

ConsoleLogger.LOG_LEVEL = 'ERROR'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] })
  onTestFinished(async () => {
    await signOut()
    vi.useRealTimers()
  })
})

const pass = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1000)

const username = 'ada'
const password = PASSWORD
const NUMBER = '+15555550100'
const ADDRESS = 'ada@example.com'

const TOTP = { SoftwareTokenMfaConfiguration: { Enabled: true } }
const EMAIL = { EmailMfaConfiguration: { Message: 'Your code: {####}', Subject: 'Code' } }
const SMS = {
  SmsMfaConfiguration: {
    SmsConfiguration: { SnsCallerArn: 'arn:aws:iam::123456789012:role/sms' },
  },
}
const ALL = { ...SMS, ...TOTP, ...EMAIL }
const BOTH = { phone_number: NUMBER, email: ADDRESS }

/** A pool whose only user is Ada, and Amplify as its client. */
async function listening(
  mfa: object,
  attributes: Record<string, string> = {},
  user: { Temporary?: boolean } = {},
): Promise<Started> {
  const app = await start({
    config: {
      userPools: [
        {
          PoolName: 'Factors',
          clients: [
            { ClientName: 'Web', ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_USER_PASSWORD_AUTH'] },
          ],
          users: [
            {
              Username: username,
              Password: password,
              ...user,
              UserAttributes: Object.entries(attributes).map(([Name, Value]) => ({ Name, Value })),
            },
          ],
        },
      ],
    },
  })
  const { url, userPoolId, userPoolClientId } = await app.server.listen()
  Amplify.configure({ Auth: { Cognito: { userPoolId, userPoolClientId, userPoolEndpoint: url } } })
  expect((await app.call('SetUserPoolMfaConfig', { UserPoolId: userPoolId, ...mfa })).status).toBe(200)
  return app
}

const lastCode = (app: Started, to: string) => app.server.inbox.last(to)?.code ?? ''
const other = (code: string) => (code === '111111' ? '222222' : '111111')
const answer = (challengeResponse: string) => confirmSignIn({ challengeResponse })

const step = ({ nextStep: { signInStep } }: SignInOutput) => signInStep

async function enableTotp(preference: 'ENABLED' | 'PREFERRED' = 'ENABLED'): Promise<string> {
  const { sharedSecret } = await setUpTOTP()
  await verifyTOTPSetup({ code: totp(sharedSecret, Date.now()) })
  await updateMFAPreference({ totp: preference })
  pass(60)
  return sharedSecret
}

const DONE = { isSignedIn: true, nextStep: { signInStep: 'DONE' } }
const WRONG_CODE = {
  name: 'CodeMismatchException',
  message: 'Invalid code or auth state for the user.',
}

test('the set-up of an app leads to a URI that authenticator apps can read', async () => {
  await listening({ MfaConfiguration: 'OPTIONAL', ...TOTP })
  await signIn({ username, password })
  const details = await setUpTOTP()
  const uri = details.getSetupUri('My App', 'ada@example.com')
  expect(uri.protocol).toBe('otpauth:')
  expect(uri.href).toBe(
    `otpauth://totp/My%20App:ada@example.com?secret=${details.sharedSecret}&issuer=My%20App`,
  )
  const code = totp(details.sharedSecret, Date.now())
  await expect(verifyTOTPSetup({ code: other(code) })).rejects.toMatchObject({
    name: 'EnableSoftwareTokenMFAException',
    message: 'Code mismatch and fail enable Software Token MFA',
  })
  // A second set-up takes the place of the first.
  const { sharedSecret } = await setUpTOTP()
  await expect(verifyTOTPSetup({ code })).rejects.toMatchObject({ name: 'EnableSoftwareTokenMFAException' })
  await verifyTOTPSetup({ code: totp(sharedSecret, Date.now()) })
  expect(await fetchMFAPreference()).toEqual({})
})

test('preferences of several methods are set together and one after the other', async () => {
  await listening({ MfaConfiguration: 'OPTIONAL', ...ALL }, BOTH)
  await signIn({ username, password })
  await expect(updateMFAPreference({ totp: 'ENABLED' })).rejects.toMatchObject({
    name: 'InvalidParameterException',
    message: 'User does not have delivery config set to turn on SOFTWARE_TOKEN_MFA',
  })
  await enableTotp()
  const set = async (preference: Parameters<typeof updateMFAPreference>[0]) => {
    await updateMFAPreference(preference)
    return await fetchMFAPreference()
  }
  const all = ['SMS', 'TOTP', 'EMAIL']
  expect(await set({ sms: 'ENABLED', email: 'PREFERRED' })).toEqual({ enabled: all, preferred: 'EMAIL' })
  expect(await set({ sms: 'PREFERRED' })).toEqual({ enabled: all, preferred: 'SMS' })
  expect(await set({ sms: 'ENABLED' })).toEqual({ enabled: all, preferred: 'SMS' })
  expect(await set({ sms: 'NOT_PREFERRED', totp: 'PREFERRED' })).toEqual({ enabled: all, preferred: 'TOTP' })
  expect(await set({ totp: 'NOT_PREFERRED' })).toEqual({ enabled: all })
  await expect(updateMFAPreference({ sms: 'PREFERRED', email: 'PREFERRED' })).rejects.toMatchObject({
    name: 'InvalidParameterException',
  })
  expect(await set({ email: 'PREFERRED', sms: 'DISABLED' })).toEqual({
    enabled: ['TOTP', 'EMAIL'],
    preferred: 'EMAIL',
  })
  expect(await set({ email: 'DISABLED' })).toEqual({ enabled: ['TOTP'] })
  expect(await set({ sms: 'DISABLED', totp: 'DISABLED', email: 'DISABLED' })).toEqual({})
  // The app is still there to be turned on again.
  expect(await set({ totp: 'PREFERRED' })).toEqual({ enabled: ['TOTP'], preferred: 'TOTP' })
})

test('a user with several methods and no preference chooses one at each sign-in', async () => {
  const app = await listening({ MfaConfiguration: 'OPTIONAL', ...ALL }, BOTH)
  await signIn({ username, password })
  const secret = await enableTotp()
  await updateMFAPreference({ sms: 'ENABLED', email: 'ENABLED' })
  await signOut()

  const choices = {
    SMS: {
      signInStep: 'CONFIRM_SIGN_IN_WITH_SMS_CODE',
      codeDeliveryDetails: { deliveryMedium: 'SMS', destination: '+*******0100' },
      code: () => lastCode(app, NUMBER),
    },
    TOTP: { signInStep: 'CONFIRM_SIGN_IN_WITH_TOTP_CODE', code: () => totp(secret, Date.now()) },
    EMAIL: {
      signInStep: 'CONFIRM_SIGN_IN_WITH_EMAIL_CODE',
      codeDeliveryDetails: { deliveryMedium: 'EMAIL', destination: 'a***@e***' },
      code: () => lastCode(app, ADDRESS),
    },
  }
  for (const [choice, { code, ...nextStep }] of Object.entries(choices)) {
    expect(await signIn({ username, password })).toEqual({
      isSignedIn: false,
      nextStep: {
        signInStep: 'CONTINUE_SIGN_IN_WITH_MFA_SELECTION',
        allowedMFATypes: ['SMS', 'TOTP', 'EMAIL'],
      },
    })
    await expect(answer('PHONE')).rejects.toMatchObject({ name: 'IncorrectMFAMethod' })
    expect(await answer(choice)).toMatchObject({ isSignedIn: false, nextStep })
    await expect(answer(other(code()))).rejects.toMatchObject({ name: 'CodeMismatchException' })
    expect(await answer(code())).toEqual(DONE)
    expect((await getCurrentUser()).username).toBe(username)
    await signOut()
  }
})

test.each(['USER_SRP_AUTH', 'USER_PASSWORD_AUTH'] as const)(
  'a required method is set up with a choice of an app and an address with %s',
  async (authFlowType) => {
    const app = await listening({ MfaConfiguration: 'ON', ...ALL })
    const begin = () => signIn({ username, password, options: { authFlowType } })
    expect(await begin()).toEqual({
      isSignedIn: false,
      nextStep: {
        signInStep: 'CONTINUE_SIGN_IN_WITH_MFA_SETUP_SELECTION',
        allowedMFATypes: ['TOTP', 'EMAIL'],
      },
    })
    expect(step(await answer('EMAIL'))).toBe('CONTINUE_SIGN_IN_WITH_EMAIL_SETUP')
    await expect(answer('nonsense')).rejects.toMatchObject({ name: 'SignInException' })
    expect(await answer(ADDRESS)).toMatchObject({
      nextStep: {
        signInStep: 'CONFIRM_SIGN_IN_WITH_EMAIL_CODE',
        codeDeliveryDetails: { deliveryMedium: 'EMAIL', destination: 'a***@e***' },
      },
    })
    await expect(answer(other(lastCode(app, ADDRESS)))).rejects.toMatchObject(WRONG_CODE)
    expect(await answer(lastCode(app, ADDRESS))).toEqual(DONE)
    expect(await fetchMFAPreference()).toEqual({ enabled: ['EMAIL'] })
    expect(await fetchUserAttributes()).toMatchObject({ email: ADDRESS, email_verified: 'true' })
    await signOut()
    expect(step(await begin())).toBe('CONFIRM_SIGN_IN_WITH_EMAIL_CODE')
  },
)

test('a required method is set up with the choice of an app, wrong codes leaving the set-up open', async () => {
  await listening({ MfaConfiguration: 'ON', ...TOTP, ...EMAIL })
  await signIn({ username, password })
  const { nextStep } = await answer('TOTP')
  if (nextStep.signInStep !== 'CONTINUE_SIGN_IN_WITH_TOTP_SETUP') throw new Error(nextStep.signInStep)
  const { sharedSecret, getSetupUri } = nextStep.totpSetupDetails
  expect(getSetupUri('App', username).searchParams.get('secret')).toBe(sharedSecret)
  const code = totp(sharedSecret, Date.now())
  await expect(answer(other(code))).rejects.toMatchObject({ name: 'EnableSoftwareTokenMFAException' })
  expect(await answer(code)).toEqual(DONE)
  expect(await fetchMFAPreference()).toEqual({ enabled: ['TOTP'] })
  // The last one cannot be turned off.
  await expect(updateMFAPreference({ totp: 'DISABLED' })).rejects.toMatchObject({
    name: 'InvalidParameterException',
  })
  await signOut()
  pass(30)
  expect(step(await signIn({ username, password }))).toBe('CONFIRM_SIGN_IN_WITH_TOTP_CODE')
})

test('where only codes by e-mail are allowed, the address is asked for at once', async () => {
  const app = await listening({ MfaConfiguration: 'ON', ...EMAIL })
  expect(step(await signIn({ username, password }))).toBe('CONTINUE_SIGN_IN_WITH_EMAIL_SETUP')
  await answer(ADDRESS)
  expect(await answer(lastCode(app, ADDRESS))).toEqual(DONE)
})

test('a code by SMS verifies the number, and a reused code of an app is refused', async () => {
  const app = await listening({ MfaConfiguration: 'ON', ...ALL }, { phone_number: NUMBER })
  expect(await signIn({ username, password })).toMatchObject({
    nextStep: {
      signInStep: 'CONFIRM_SIGN_IN_WITH_SMS_CODE',
      codeDeliveryDetails: { deliveryMedium: 'SMS', destination: '+*******0100' },
    },
  })
  await expect(answer(other(lastCode(app, NUMBER)))).rejects.toMatchObject(WRONG_CODE)
  expect(await answer(lastCode(app, NUMBER))).toEqual(DONE)
  expect(await fetchUserAttributes()).toMatchObject({ phone_number_verified: 'true' })
  const secret = await enableTotp('PREFERRED')
  await signOut()
  await signIn({ username, password })
  const code = totp(secret, Date.now())
  expect(await answer(code)).toEqual(DONE)
  await signOut()
  await signIn({ username, password })
  await expect(answer(code)).rejects.toMatchObject({
    name: 'ExpiredCodeException',
    message: 'Your software token has already been used once.',
  })
})

test('a second factor that is answered after three minutes begins again', async () => {
  const app = await listening({ MfaConfiguration: 'ON', ...ALL }, { email: ADDRESS })
  await signIn({ username, password })
  pass(181)
  await expect(answer(lastCode(app, ADDRESS))).rejects.toMatchObject({
    name: 'NotAuthorizedException',
    message: 'Invalid session for the user, session is expired.',
  })
  await signIn({ username, password })
  expect(await answer(lastCode(app, ADDRESS))).toEqual(DONE)
})

test('a new password with a missing attribute is followed by the second factor', async () => {
  const app = await listening({ MfaConfiguration: 'ON', ...ALL }, { email: ADDRESS }, { Temporary: true })
  expect(step(await signIn({ username, password }))).toBe('CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED')
  await expect(answer('short')).rejects.toMatchObject({ name: 'InvalidPasswordException' })
  const asked = await confirmSignIn({
    challengeResponse: 'Another-Horse-2',
    options: { userAttributes: { name: 'Ada' } },
  })
  expect(asked.nextStep).toMatchObject({
    signInStep: 'CONFIRM_SIGN_IN_WITH_EMAIL_CODE',
    codeDeliveryDetails: { deliveryMedium: 'EMAIL', destination: 'a***@e***' },
  })
  expect(await answer(lastCode(app, ADDRESS))).toEqual(DONE)
  expect(await fetchUserAttributes()).toMatchObject({ name: 'Ada' })
})

test('a new password is followed by the set-up of an app', async () => {
  await listening({ MfaConfiguration: 'ON', ...TOTP }, {}, { Temporary: true })
  await signIn({ username, password })
  const { nextStep } = await answer('Another-Horse-2')
  if (nextStep.signInStep !== 'CONTINUE_SIGN_IN_WITH_TOTP_SETUP') throw new Error(nextStep.signInStep)
  expect(await answer(totp(nextStep.totpSetupDetails.sharedSecret, Date.now()))).toEqual(DONE)
})

test('a session with a second factor is refreshed without one', async () => {
  const app = await listening({ MfaConfiguration: 'ON', ...EMAIL }, { email: ADDRESS })
  await signIn({ username, password })
  await answer(lastCode(app, ADDRESS))
  const sent = app.server.inbox.list().length
  pass(3601)
  const { tokens } = await fetchAuthSession()
  expect(tokens?.accessToken.payload).toMatchObject({ username, token_use: 'access' })
  expect(app.server.inbox.list()).toHaveLength(sent)
})
