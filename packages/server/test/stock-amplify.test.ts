import { Amplify } from 'aws-amplify'
import {
  autoSignIn,
  confirmResetPassword,
  confirmSignIn,
  confirmSignUp,
  confirmUserAttribute,
  deleteUser,
  deleteUserAttributes,
  fetchAuthSession,
  fetchMFAPreference,
  fetchUserAttributes,
  getCurrentUser,
  resendSignUpCode,
  resetPassword,
  sendUserAttributeVerificationCode,
  setUpTOTP,
  signIn,
  signOut,
  signUp,
  updateMFAPreference,
  updatePassword,
  updateUserAttribute,
  updateUserAttributes,
  verifyTOTPSetup,
} from 'aws-amplify/auth'
import { ConsoleLogger, Hub } from 'aws-amplify/utils'
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { PASSWORD, type Started, start } from './start.js'
import { totp } from './totp.js'

// Stock aws-amplify against the server over loopback. Amplify keeps one signed-in user per process, so these run one
// after the other; the only thing replaced is the date, which client and server share here.

const username = 'ada@example.com'
const password = PASSWORD

// It warns of every endpoint that is not the service's own.
ConsoleLogger.LOG_LEVEL = 'ERROR'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] })
  onTestFinished(async () => {
    await signOut()
    vi.useRealTimers()
  })
})

const pass = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1000)

async function listening(options: Parameters<typeof start>[0] = {}): Promise<Started> {
  const app = await start(options)
  const { url, userPoolId, userPoolClientId } = await app.server.listen()
  Amplify.configure({ Auth: { Cognito: { userPoolId, userPoolClientId, userPoolEndpoint: url } } })
  return app
}

const code = (app: Started, to = username) => app.server.inbox.last(to)?.code ?? ''

async function signedUp(app: Started): Promise<void> {
  await signUp({ username, password })
  await confirmSignUp({ username, confirmationCode: code(app) })
}

test('signs up, confirms, signs in with SRP, knows the user, and signs out', async () => {
  const app = await listening()
  const events: string[] = []
  onTestFinished(Hub.listen('auth', ({ payload }) => events.push(payload.event)))

  const created = await signUp({ username, password, options: { userAttributes: { name: 'Ada' } } })
  expect(created).toEqual({
    isSignUpComplete: false,
    userId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    nextStep: {
      signUpStep: 'CONFIRM_SIGN_UP',
      codeDeliveryDetails: { destination: 'a***@e***', deliveryMedium: 'EMAIL', attributeName: 'email' },
    },
  })
  const confirmed = await confirmSignUp({ username, confirmationCode: code(app) })
  expect(confirmed).toMatchObject({ isSignUpComplete: true, nextStep: { signUpStep: 'DONE' } })

  expect(await signIn({ username, password })).toEqual({ isSignedIn: true, nextStep: { signInStep: 'DONE' } })
  expect(await getCurrentUser()).toMatchObject({
    userId: created.userId,
    signInDetails: { loginId: username, authFlowType: 'USER_SRP_AUTH' },
  })
  expect(await fetchUserAttributes()).toEqual({
    sub: created.userId,
    email: username,
    email_verified: 'true',
    name: 'Ada',
  })
  const { tokens, userSub } = await fetchAuthSession()
  expect(userSub).toBe(created.userId)
  expect(tokens?.accessToken.payload).toMatchObject({ token_use: 'access', client_id: app.userPoolClientId })
  expect(tokens?.idToken?.payload).toMatchObject({
    token_use: 'id',
    aud: app.userPoolClientId,
    email: username,
  })

  await signOut()
  await expect(getCurrentUser()).rejects.toMatchObject({ name: 'UserUnAuthenticatedException' })
  expect((await fetchAuthSession()).tokens).toBeUndefined()
  await vi.waitFor(() => expect(events).toEqual(['signedIn', 'signedOut']), { timeout: 15_000 })
})

test('signs in with the password itself', async () => {
  const app = await listening()
  await signedUp(app)
  const signedIn = await signIn({ username, password, options: { authFlowType: 'USER_PASSWORD_AUTH' } })
  expect(signedIn.isSignedIn).toBe(true)
  expect((await getCurrentUser()).signInDetails?.authFlowType).toBe('USER_PASSWORD_AUTH')
})

test('stays signed in when the access token expires, until the refresh token does', async () => {
  const app = await listening()
  await signedUp(app)
  await signIn({ username, password })
  const first = (await fetchAuthSession()).tokens
  expect((await fetchAuthSession()).tokens?.accessToken.toString()).toBe(first?.accessToken.toString())

  pass(3601)
  const second = (await fetchAuthSession()).tokens
  expect(second?.accessToken.toString()).not.toBe(first?.accessToken.toString())
  for (const claim of ['sub', 'auth_time', 'origin_jti', 'client_id'])
    expect(second?.accessToken.payload[claim]).toBe(first?.accessToken.payload[claim])
  expect(second?.accessToken.payload.jti).not.toBe(first?.accessToken.payload.jti)
  expect(await fetchUserAttributes()).toMatchObject({ email: username })

  pass(30 * 86_400)
  await expect(fetchUserAttributes()).rejects.toMatchObject({ name: 'UserUnAuthenticatedException' })
})

test('a global sign-out ends the user’s other sessions too', async () => {
  const app = await listening()
  await signedUp(app)
  const elsewhere = await app.call('InitiateAuth', {
    ClientId: app.userPoolClientId,
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: username, PASSWORD: password },
  })
  await signIn({ username, password })
  await signOut({ global: true })
  const { AccessToken, RefreshToken } = elsewhere.body.AuthenticationResult
  const user = await app.call('GetUser', { AccessToken })
  expect(user.body).toEqual({ __type: 'NotAuthorizedException', message: 'Access Token has been revoked' })
  const refreshed = await app.call('InitiateAuth', {
    ClientId: app.userPoolClientId,
    AuthFlow: 'REFRESH_TOKEN_AUTH',
    AuthParameters: { REFRESH_TOKEN: RefreshToken },
  })
  expect(refreshed.body.message).toBe('Refresh Token has been revoked')
})

test('a local sign-out revokes this session and no other', async () => {
  const app = await listening()
  await signedUp(app)
  const elsewhere = await app.call('InitiateAuth', {
    ClientId: app.userPoolClientId,
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: username, PASSWORD: password },
  })
  await signIn({ username, password })
  const here = (await fetchAuthSession()).tokens?.accessToken.toString()
  await signOut()
  const { AccessToken } = elsewhere.body.AuthenticationResult
  expect((await app.call('GetUser', { AccessToken })).status).toBe(200)
  expect((await app.call('GetUser', { AccessToken: here })).body.message).toBe(
    'Access Token has been revoked',
  )
})

test.each(['USER_SRP_AUTH', 'USER_PASSWORD_AUTH'] as const)(
  'a wrong password and an unknown user are answered alike with %s',
  async (authFlowType) => {
    const app = await listening()
    await signedUp(app)
    const refused = { name: 'NotAuthorizedException', message: 'Incorrect username or password.' }
    for (const attempt of [
      { username, password: 'Wrong-Horse-1' },
      { username: 'nobody@example.com', password },
    ])
      await expect(signIn({ ...attempt, options: { authFlowType } })).rejects.toMatchObject(refused)
  },
)

test.each(['USER_SRP_AUTH', 'USER_PASSWORD_AUTH'] as const)(
  'an unconfirmed user is asked for the confirmation with %s',
  async (authFlowType) => {
    await listening()
    await signUp({ username, password })
    expect(await signIn({ username, password, options: { authFlowType } })).toEqual({
      isSignedIn: false,
      nextStep: { signInStep: 'CONFIRM_SIGN_UP' },
    })
  },
)

test('a code that is wrong or has expired is refused, and a new one works', async () => {
  const app = await listening()
  await signUp({ username, password })
  const first = code(app)
  const wrong = first === '123456' ? '654321' : '123456'
  await expect(confirmSignUp({ username, confirmationCode: wrong })).rejects.toMatchObject({
    name: 'CodeMismatchException',
    message: 'Invalid verification code provided, please try again.',
  })
  pass(86_400)
  await expect(confirmSignUp({ username, confirmationCode: first })).rejects.toMatchObject({
    name: 'ExpiredCodeException',
    message: 'Invalid code provided, please request a code again.',
  })
  expect(await resendSignUpCode({ username })).toEqual({
    destination: 'a***@e***',
    deliveryMedium: 'EMAIL',
    attributeName: 'email',
  })
  const { isSignUpComplete } = await confirmSignUp({ username, confirmationCode: code(app) })
  expect(isSignUpComplete).toBe(true)
})

test('a taken address, a weak password and a second sign-in are refused by name', async () => {
  const app = await listening()
  await signedUp(app)
  await expect(signUp({ username, password })).rejects.toMatchObject({ name: 'UsernameExistsException' })
  await expect(signUp({ username: 'eve@example.com', password: 'short' })).rejects.toMatchObject({
    name: 'InvalidPasswordException',
    message: 'Password did not conform with policy: Password not long enough',
  })
  await signIn({ username, password })
  await expect(signIn({ username, password })).rejects.toMatchObject({
    name: 'UserAlreadyAuthenticatedException',
  })
})

test('the first sign-in after confirming needs no password', async () => {
  const app = await listening()
  await signUp({ username, password, options: { autoSignIn: true, userAttributes: {} } })
  const confirmed = await confirmSignUp({ username, confirmationCode: code(app) })
  expect(confirmed.nextStep.signUpStep).toBe('COMPLETE_AUTO_SIGN_IN')
  expect(await autoSignIn()).toEqual({ isSignedIn: true, nextStep: { signInStep: 'DONE' } })
  expect((await getCurrentUser()).signInDetails?.loginId).toBe(username)
})

test('a forgotten password is reset with a code', async () => {
  const app = await listening()
  await signedUp(app)
  expect(await resetPassword({ username })).toMatchObject({
    nextStep: { resetPasswordStep: 'CONFIRM_RESET_PASSWORD_WITH_CODE' },
  })
  const newPassword = 'Another-Horse-2'
  await confirmResetPassword({ username, newPassword, confirmationCode: code(app) })
  await expect(signIn({ username, password })).rejects.toMatchObject({ name: 'NotAuthorizedException' })
  expect((await signIn({ username, password: newPassword })).isSignedIn).toBe(true)
})

test('the password, an attribute and the address can be changed, and the account deleted', async () => {
  const app = await listening()
  await signedUp(app)
  await signIn({ username, password })
  await updatePassword({ oldPassword: password, newPassword: 'Another-Horse-2' })
  expect(await updateUserAttributes({ userAttributes: { name: 'Ada' } })).toEqual({
    name: { isUpdated: true, nextStep: { updateAttributeStep: 'DONE' } },
  })
  const newAddress = 'countess@example.com'
  const updated = await updateUserAttributes({ userAttributes: { email: newAddress } })
  expect(updated.email?.nextStep.updateAttributeStep).toBe('CONFIRM_ATTRIBUTE_WITH_CODE')
  await confirmUserAttribute({ userAttributeKey: 'email', confirmationCode: code(app, newAddress) })
  expect(await fetchUserAttributes()).toMatchObject({
    name: 'Ada',
    email: newAddress,
    email_verified: 'true',
  })
  await signOut()

  expect((await signIn({ username: newAddress, password: 'Another-Horse-2' })).isSignedIn).toBe(true)
  await deleteUser()
  await expect(getCurrentUser()).rejects.toMatchObject({ name: 'UserUnAuthenticatedException' })
  await expect(signIn({ username: newAddress, password: 'Another-Horse-2' })).rejects.toMatchObject({
    name: 'NotAuthorizedException',
  })
})

test('single attributes are changed and deleted, and a code for an address is sent again', async () => {
  const app = await listening()
  await signedUp(app)
  await signIn({ username, password })
  expect(await updateUserAttribute({ userAttribute: { attributeKey: 'nickname', value: 'A' } })).toEqual({
    isUpdated: true,
    nextStep: { updateAttributeStep: 'DONE' },
  })
  await deleteUserAttributes({ userAttributeKeys: ['nickname'] })
  expect(await fetchUserAttributes()).not.toHaveProperty('nickname')
  const newAddress = 'countess@example.com'
  const asked = await updateUserAttribute({ userAttribute: { attributeKey: 'email', value: newAddress } })
  expect(asked).toEqual({
    isUpdated: false,
    nextStep: {
      updateAttributeStep: 'CONFIRM_ATTRIBUTE_WITH_CODE',
      codeDeliveryDetails: { destination: 'c***@e***', deliveryMedium: 'EMAIL', attributeName: 'email' },
    },
  })
  const first = code(app, newAddress)
  expect(await sendUserAttributeVerificationCode({ userAttributeKey: 'email' })).toEqual({
    destination: 'c***@e***',
    deliveryMedium: 'EMAIL',
    attributeName: 'email',
  })
  const second = code(app, newAddress)
  if (first !== second)
    await expect(
      confirmUserAttribute({ userAttributeKey: 'email', confirmationCode: first }),
    ).rejects.toMatchObject({ name: 'CodeMismatchException' })
  await confirmUserAttribute({ userAttributeKey: 'email', confirmationCode: second })
  expect(await fetchUserAttributes()).toMatchObject({ email: newAddress, email_verified: 'true' })
})

test('the reset of a password for a name without a user is answered like one for a user', async () => {
  const app = await listening()
  await signedUp(app)
  const stranger = 'nobody@example.com'
  const step = 'CONFIRM_RESET_PASSWORD_WITH_CODE'
  for (const name of [username, stranger])
    expect(await resetPassword({ username: name })).toMatchObject({
      isPasswordReset: false,
      nextStep: { resetPasswordStep: step, codeDeliveryDetails: { destination: expect.any(String) } },
    })
  expect(app.server.inbox.last(stranger)).toBeUndefined()
  const confirmationCode = code(app) === '123456' ? '654321' : '123456'
  for (const name of [username, stranger])
    await expect(
      confirmResetPassword({ username: name, newPassword: 'Another-Horse-2', confirmationCode }),
    ).rejects.toMatchObject({
      name: 'CodeMismatchException',
      message: 'Invalid verification code provided, please try again.',
    })
})

const declared = (client: object) => ({
  userPools: [
    {
      UserPoolId: 'us-east-1_Declared1',
      PoolName: 'Declared',
      UsernameAttributes: ['email' as const],
      clients: [{ ClientId: 'web', ClientName: 'Web', ...client }],
      users: [
        { Username: username, Password: password },
        { Username: 'new@example.com', Password: password, Temporary: true },
      ],
    },
  ],
})

test('a temporary password is replaced at the first sign-in', async () => {
  await listening({ config: declared({}) })
  expect(await signIn({ username: 'new@example.com', password })).toMatchObject({
    isSignedIn: false,
    nextStep: { signInStep: 'CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED' },
  })
  expect((await confirmSignIn({ challengeResponse: 'Another-Horse-2' })).isSignedIn).toBe(true)
})

test('refreshes with rotation take the next refresh token each time', async () => {
  const app = await listening({
    config: declared({
      ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH'],
      RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 0 },
    }),
  })
  await signIn({ username, password })
  const seen = new Set<string>()
  for (let refresh = 0; refresh < 3; refresh++) {
    pass(3601)
    const { tokens } = await fetchAuthSession()
    seen.add(String(tokens?.accessToken))
    expect((await app.call('GetUser', { AccessToken: String(tokens?.accessToken) })).status).toBe(200)
  }
  expect(seen.size).toBe(3)
})

const setMfa = (app: Started, config: object) =>
  app.call('SetUserPoolMfaConfig', { UserPoolId: app.userPoolId, ...config })

test('sets an authenticator app up, prefers it, and signs in with its codes', async () => {
  const app = await listening()
  await setMfa(app, { MfaConfiguration: 'OPTIONAL', SoftwareTokenMfaConfiguration: { Enabled: true } })
  await signedUp(app)
  await signIn({ username, password })
  const { sharedSecret } = await setUpTOTP()
  await verifyTOTPSetup({ code: totp(sharedSecret, Date.now()) })
  await updateMFAPreference({ totp: 'PREFERRED' })
  expect(await fetchMFAPreference()).toEqual({ enabled: ['TOTP'], preferred: 'TOTP' })
  await signOut()

  pass(60)
  const { nextStep } = await signIn({ username, password })
  expect(nextStep).toEqual({ signInStep: 'CONFIRM_SIGN_IN_WITH_TOTP_CODE' })
  await expect(confirmSignIn({ challengeResponse: '000000' })).rejects.toMatchObject({
    name: 'CodeMismatchException',
  })
  expect(await confirmSignIn({ challengeResponse: totp(sharedSecret, Date.now()) })).toEqual({
    isSignedIn: true,
    nextStep: { signInStep: 'DONE' },
  })
  expect((await getCurrentUser()).signInDetails?.loginId).toBe(username)
})

test('sets a factor up in the sign-in where the pool requires one, of the kind that the user chooses', async () => {
  const app = await listening()
  await signedUp(app)
  await setMfa(app, {
    MfaConfiguration: 'ON',
    SoftwareTokenMfaConfiguration: { Enabled: true },
    EmailMfaConfiguration: { Message: 'Code {####}', Subject: 'Code' },
  })
  // The address is verified, so codes go there.
  const asked = await signIn({ username, password })
  expect(asked.nextStep).toMatchObject({
    signInStep: 'CONFIRM_SIGN_IN_WITH_EMAIL_CODE',
    codeDeliveryDetails: { deliveryMedium: 'EMAIL', destination: 'a***@e***' },
  })
  await confirmSignIn({ challengeResponse: code(app) })
  expect((await getCurrentUser()).signInDetails?.loginId).toBe(username)
  await signOut()

  await setMfa(app, { MfaConfiguration: 'ON', SoftwareTokenMfaConfiguration: { Enabled: true } })
  const { nextStep } = await signIn({ username, password })
  if (nextStep.signInStep !== 'CONTINUE_SIGN_IN_WITH_TOTP_SETUP') throw new Error(nextStep.signInStep)
  const { sharedSecret } = nextStep.totpSetupDetails
  const done = await confirmSignIn({ challengeResponse: totp(sharedSecret, Date.now()) })
  expect(done.isSignedIn).toBe(true)
  expect(await fetchMFAPreference()).toEqual({ enabled: ['TOTP'] })
})
