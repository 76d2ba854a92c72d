import {
  autoSignIn,
  configure,
  confirmSignIn,
  confirmSignUp,
  createMemoryStorage,
  rememberDevice,
  setUpTOTP,
  signIn,
  signOut,
  signUp,
  updateMFAPreference,
  updateUserAttribute,
  verifyTOTPSetup,
} from '@amulet/auth'
import { type AmuletServer, createServer, defineConfig, type FunctionHandler } from '@amulet/server'
import { addPasskey, createPasskey, installAuthenticator, totpCode } from '@amulet/server/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'

const username = 'ada@example.com'
const password = 'Correct-horse-1'
const arn = (name: string) => `arn:aws:lambda:us-east-1:000000000000:function:${name}`

/** The functions of a challenge: a riddle, and one guess. */
const functions: Record<string, FunctionHandler> = {
  define: async (event) => {
    const [last] = event.request.session?.slice(-1) ?? []
    event.response.issueTokens = last?.challengeResult === true
    event.response.failAuthentication = last?.challengeResult === false
    event.response.challengeName = 'CUSTOM_CHALLENGE'
    return event
  },
  create: async (event) => {
    event.response.publicChallengeParameters = { riddle: 'What has hands, but cannot clap?' }
    event.response.privateChallengeParameters = { answer: 'a clock' }
    return event
  },
  verify: async (event) => {
    const { privateChallengeParameters, challengeAnswer } = event.request
    event.response.answerCorrect = challengeAnswer === privateChallengeParameters?.answer
    return event
  },
}

const config = defineConfig({
  userPools: [
    {
      PoolName: 'Every way in',
      UsernameAttributes: ['email'],
      AutoVerifiedAttributes: ['email'],
      Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP', 'WEB_AUTHN'] } },
      MfaConfiguration: 'OPTIONAL',
      SmsConfiguration: { SnsCallerArn: 'arn:aws:iam::000000000000:role/sms' },
      SoftwareTokenMfaConfiguration: { Enabled: true },
      EmailMfaConfiguration: { Subject: 'Your code', Message: 'Your code is {####}.' },
      DeviceConfiguration: { ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: true },
      LambdaConfig: {
        DefineAuthChallenge: arn('define'),
        CreateAuthChallenge: arn('create'),
        VerifyAuthChallengeResponse: arn('verify'),
      },
      clients: [
        {
          ClientName: 'Web',
          ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_USER_AUTH', 'ALLOW_CUSTOM_AUTH'],
        },
      ],
      users: [
        {
          Username: username,
          Password: password,
          UserAttributes: [{ Name: 'email_verified', Value: 'true' }],
        },
      ],
    },
  ],
})

let server: AmuletServer
beforeEach(async () => {
  server = createServer({ config, functions })
  const { userPoolId, userPoolClientId } = await server.ready
  configure(
    { Auth: { Cognito: { userPoolId, userPoolClientId } } },
    { fetch: server.fetch, clock: server.clock.now, storage: createMemoryStorage() },
  )
})
afterEach(() => server.close())

const codeTo = (address: string) => server.inbox.last(address)?.code ?? ''
const done = { isSignedIn: true, nextStep: { signInStep: 'DONE' } }

test('a password', async () => {
  expect(await signIn({ username, password })).toEqual(done)
})

test('a password, and the code of an authenticator app', async () => {
  await signIn({ username, password })
  const { sharedSecret } = await setUpTOTP()
  await verifyTOTPSetup({ code: totpCode(sharedSecret, server.clock) })
  await updateMFAPreference({ totp: 'PREFERRED' })
  await signOut()

  expect((await signIn({ username, password })).nextStep.signInStep).toBe('CONFIRM_SIGN_IN_WITH_TOTP_CODE')
  // Each code is good once.
  server.clock.advance(30)
  expect(await confirmSignIn({ challengeResponse: totpCode(sharedSecret, server.clock) })).toEqual(done)
})

test('a password, and a code by SMS', async () => {
  const number = '+14155550100'
  await signIn({ username, password })
  await updateUserAttribute({ userAttribute: { attributeKey: 'phone_number', value: number } })
  await updateMFAPreference({ sms: 'PREFERRED' })
  await signOut()

  expect((await signIn({ username, password })).nextStep).toEqual({
    signInStep: 'CONFIRM_SIGN_IN_WITH_SMS_CODE',
    codeDeliveryDetails: { deliveryMedium: 'SMS', destination: '+*******0100' },
  })
  expect(await confirmSignIn({ challengeResponse: codeTo(number) })).toEqual(done)
})

test('a password, and a code by e-mail; a wrong one can be tried again', async () => {
  await signIn({ username, password })
  await updateMFAPreference({ email: 'PREFERRED' })
  await signOut()

  await signIn({ username, password })
  const code = codeTo(username)
  const wrong = confirmSignIn({ challengeResponse: code === '000000' ? '111111' : '000000' })
  await expect(wrong).rejects.toMatchObject({ name: 'CodeMismatchException' })
  expect(await confirmSignIn({ challengeResponse: code })).toEqual(done)
})

test('a password, from a device that takes the place of the code', async () => {
  await signIn({ username, password })
  await rememberDevice()
  await updateMFAPreference({ email: 'PREFERRED' })
  await signOut()
  expect(await signIn({ username, password })).toEqual(done)
})

test('a code by e-mail, in place of a password', async () => {
  const { nextStep } = await signIn({
    username,
    options: { authFlowType: 'USER_AUTH', preferredChallenge: 'EMAIL_OTP' },
  })
  expect(nextStep.signInStep).toBe('CONFIRM_SIGN_IN_WITH_EMAIL_CODE')
  expect(await confirmSignIn({ challengeResponse: codeTo(username) })).toEqual(done)
})

test('the code of a sign-up without a password, and no other', async () => {
  const grace = 'grace@example.com'
  await signUp({
    username: grace,
    options: { userAttributes: { email: grace }, autoSignIn: { authFlowType: 'USER_AUTH' } },
  })
  await confirmSignUp({ username: grace, confirmationCode: codeTo(grace) })
  expect(await autoSignIn()).toEqual(done)
  expect(server.inbox.list(grace)).toHaveLength(1)
})

test('one of several first factors', async () => {
  const { nextStep } = await signIn({ username, options: { authFlowType: 'USER_AUTH' } })
  expect(nextStep).toEqual({
    signInStep: 'CONTINUE_SIGN_IN_WITH_FIRST_FACTOR_SELECTION',
    availableChallenges: expect.arrayContaining(['PASSWORD_SRP', 'EMAIL_OTP']),
  })
  const chosen = await confirmSignIn({ challengeResponse: 'PASSWORD_SRP' })
  expect(chosen.nextStep.signInStep).toBe('CONFIRM_SIGN_IN_WITH_PASSWORD')
  expect(await confirmSignIn({ challengeResponse: password })).toEqual(done)
})

test('a passkey', async () => {
  const passkey = createPasskey({ origin: 'http://localhost:5173' })
  await addPasskey(server, username, passkey)
  // Node has `navigator.credentials` until it is uninstalled, and consents to every request.
  const authenticator = installAuthenticator({ origin: passkey.origin, passkeys: [passkey] })
  expect(
    await signIn({ username, options: { authFlowType: 'USER_AUTH', preferredChallenge: 'WEB_AUTHN' } }),
  ).toEqual(done)
  authenticator.uninstall()
})

test('a challenge of our own', async () => {
  const { nextStep } = await signIn({ username, options: { authFlowType: 'CUSTOM_WITHOUT_SRP' } })
  expect(nextStep).toMatchObject({
    signInStep: 'CONFIRM_SIGN_IN_WITH_CUSTOM_CHALLENGE',
    additionalInfo: { riddle: 'What has hands, but cannot clap?' },
  })
  expect(await confirmSignIn({ challengeResponse: 'a clock' })).toEqual(done)
})
