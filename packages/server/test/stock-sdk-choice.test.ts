import { expect, test } from 'vitest'
import { createUser, startWithAdmin } from './admin.js'
import { PASSWORD } from './start.js'

// The AWS SDK, as an application and its back end sign users in by choice.

const ADDRESS = 'ada@example.com'

async function application() {
  const { admin: sdk, server } = await startWithAdmin()
  const { UserPool } = await sdk.createUserPool({
    PoolName: 'Choice',
    AutoVerifiedAttributes: ['email'],
    Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP', 'SMS_OTP'] } },
  })
  const UserPoolId = UserPool?.Id ?? ''
  const { UserPoolClient } = await sdk.createUserPoolClient({
    UserPoolId,
    ClientName: 'Web',
    ExplicitAuthFlows: ['ALLOW_USER_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
  })
  const ClientId = UserPoolClient?.ClientId ?? ''
  const code = () => server.inbox.last(ADDRESS)?.code ?? ''
  return { sdk, UserPoolId, ClientId, code }
}

test('a sign-up without a password, its confirmation, and a sign-in by its session', async () => {
  const { sdk, ClientId, code } = await application()
  const UserAttributes = [{ Name: 'email', Value: ADDRESS }]
  const { Session } = await sdk.signUp({ ClientId, Username: 'ada', UserAttributes })
  const confirmed = await sdk.confirmSignUp({ ClientId, Username: 'ada', ConfirmationCode: code(), Session })
  const signedIn = await sdk.initiateAuth({
    ClientId,
    AuthFlow: 'USER_AUTH',
    AuthParameters: { USERNAME: 'ada' },
    Session: confirmed.Session,
  })
  expect(signedIn.AuthenticationResult?.AccessToken).toBeDefined()
})

test('a code that is chosen signs in, by the public operations and by those of administrators', async () => {
  const { sdk, UserPoolId, ClientId, code } = await application()
  await createUser(sdk, UserPoolId, 'ada', { email: ADDRESS, email_verified: 'true' })
  const begin = { ClientId, AuthFlow: 'USER_AUTH' as const, AuthParameters: { USERNAME: 'ada' } }
  const first = await sdk.initiateAuth(begin)
  expect(first.AvailableChallenges).toEqual(['PASSWORD_SRP', 'PASSWORD', 'EMAIL_OTP'])
  const chosen = await sdk.respondToAuthChallenge({
    ClientId,
    ChallengeName: 'SELECT_CHALLENGE',
    Session: first.Session,
    ChallengeResponses: { USERNAME: 'ada', ANSWER: 'EMAIL_OTP' },
  })
  const done = await sdk.respondToAuthChallenge({
    ClientId,
    ChallengeName: 'EMAIL_OTP',
    Session: chosen.Session,
    ChallengeResponses: { USERNAME: 'ada', EMAIL_OTP_CODE: code() },
  })
  expect(done.AuthenticationResult?.RefreshToken).toBeDefined()

  const asked = await sdk.adminInitiateAuth({
    UserPoolId,
    ...begin,
    AuthParameters: { USERNAME: 'ada', PREFERRED_CHALLENGE: 'EMAIL_OTP' },
  })
  expect(asked.AvailableChallenges).toEqual(['EMAIL_OTP'])
  const answered = await sdk.adminRespondToAuthChallenge({
    UserPoolId,
    ClientId,
    ChallengeName: 'EMAIL_OTP',
    Session: asked.Session,
    ChallengeResponses: { USERNAME: 'ada', EMAIL_OTP_CODE: code() },
  })
  expect(answered.AuthenticationResult?.IdToken).toBeDefined()
  await expect(
    sdk.adminInitiateAuth({ UserPoolId, ...begin, AuthParameters: { USERNAME: 'nobody' } }),
  ).rejects.toMatchObject({ name: 'UserNotFoundException' })
})

test('the factors of a user are shown to the user and to administrators', async () => {
  const { sdk, UserPoolId, ClientId } = await application()
  const user = { UserPoolId, Username: 'ada' }
  await sdk.signUp({
    ClientId,
    Username: 'ada',
    Password: PASSWORD,
    UserAttributes: [{ Name: 'email', Value: ADDRESS }],
  })
  const told = async () => {
    const { $metadata, ...factors } = await sdk.adminGetUserAuthFactors(user)
    return factors
  }
  expect(await told()).toEqual({ Username: 'ada', ConfiguredUserAuthFactors: ['PASSWORD'] })
  await sdk.adminUpdateUserAttributes({
    ...user,
    UserAttributes: [{ Name: 'email_verified', Value: 'true' }],
  })
  await sdk.adminConfirmSignUp(user)
  expect(await told()).toEqual({ Username: 'ada', ConfiguredUserAuthFactors: ['PASSWORD', 'EMAIL_OTP'] })
  const { AuthenticationResult } = await sdk.initiateAuth({
    ClientId,
    AuthFlow: 'USER_AUTH',
    AuthParameters: { USERNAME: 'ada', PREFERRED_CHALLENGE: 'PASSWORD', PASSWORD },
  })
  const { AccessToken } = AuthenticationResult ?? {}
  expect(await sdk.getUserAuthFactors({ AccessToken })).toMatchObject(await told())

  // With a second factor, nothing but the password comes first.
  await sdk.setUserPoolMfaConfig({
    UserPoolId,
    MfaConfiguration: 'OPTIONAL',
    EmailMfaConfiguration: { Message: 'Your code: {####}', Subject: 'Code' },
  })
  await sdk.setUserMFAPreference({ AccessToken, EmailMfaSettings: { Enabled: true, PreferredMfa: true } })
  const expected = {
    Username: 'ada',
    PreferredMfaSetting: 'EMAIL_OTP',
    UserMFASettingList: ['EMAIL_OTP'],
    ConfiguredUserAuthFactors: ['PASSWORD'],
  }
  expect(await told()).toEqual(expected)
  expect(await sdk.getUserAuthFactors({ AccessToken })).toMatchObject(expected)
  await expect(sdk.adminGetUserAuthFactors({ UserPoolId, Username: 'bob' })).rejects.toMatchObject({
    name: 'UserNotFoundException',
  })
  await expect(sdk.getUserAuthFactors({ AccessToken: 'nonsense' })).rejects.toMatchObject({
    name: 'NotAuthorizedException',
  })
})

test('the first factors of a pool are stored and returned, and invalid ones are refused', async () => {
  const { sdk, UserPoolId } = await application()
  const policy = async () => (await sdk.describeUserPool({ UserPoolId })).UserPool?.Policies?.SignInPolicy
  const allow = (...AllowedFirstAuthFactors: ('PASSWORD' | 'EMAIL_OTP' | 'SMS_OTP' | 'SOFTWARE_TOKEN')[]) =>
    sdk.updateUserPool({ UserPoolId, Policies: { SignInPolicy: { AllowedFirstAuthFactors } } })
  expect(await policy()).toEqual({ AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP', 'SMS_OTP'] })
  await expect(allow('EMAIL_OTP')).rejects.toMatchObject({
    name: 'InvalidParameterException',
    message: 'Password should be configured as one of the allowed first auth factors.',
  })
  await expect(allow('PASSWORD', 'SOFTWARE_TOKEN')).rejects.toMatchObject({
    name: 'InvalidParameterException',
    message: 'SOFTWARE_TOKEN is not supported as a first auth factor.',
  })
  await allow('PASSWORD', 'SMS_OTP')
  expect(await policy()).toEqual({ AllowedFirstAuthFactors: ['PASSWORD', 'SMS_OTP'] })
  // What is left out stays.
  await sdk.updateUserPool({ UserPoolId, Policies: { PasswordPolicy: { MinimumLength: 10 } } })
  expect(await policy()).toEqual({ AllowedFirstAuthFactors: ['PASSWORD', 'SMS_OTP'] })
  const lite = (...AllowedFirstAuthFactors: ('PASSWORD' | 'EMAIL_OTP')[]) =>
    sdk.createUserPool({
      PoolName: 'Lite',
      UserPoolTier: 'LITE',
      Policies: { SignInPolicy: { AllowedFirstAuthFactors } },
    })
  await expect(lite('PASSWORD', 'EMAIL_OTP')).rejects.toMatchObject({
    name: 'FeatureUnavailableInTierException',
    message:
      'The following features need to be disabled for the LITE pricing tier configured: Passwordless Sign-In',
  })
  expect((await lite('PASSWORD')).UserPool?.Id).toBeDefined()
})
