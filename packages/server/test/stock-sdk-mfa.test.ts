import type { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider'
import { expect, test } from 'vitest'
import { createPool, createUser, startWithAdmin } from './admin.js'
import { PASSWORD } from './start.js'
import { totp } from './totp.js'

// The AWS SDK, as the back end of an application signs its users in with second factors.

const SMS = {
  SmsMfaConfiguration: { SmsConfiguration: { SnsCallerArn: 'arn:aws:iam::123456789012:role/sms' } },
}
const TOTP = { SoftwareTokenMfaConfiguration: { Enabled: true } }
const EMAIL = { EmailMfaConfiguration: { Message: 'Your code: {####}', Subject: 'Code' } }
const NUMBER = '+15555550100'
const ADDRESS = 'ada@example.com'

async function backEnd(
  MfaConfiguration: 'ON' | 'OPTIONAL',
  factors: object,
  attributes: Record<string, string> = {},
) {
  const { admin, server } = await startWithAdmin()
  const { UserPoolId, ClientId } = await createPool(admin)
  await admin.updateUserPoolClient({
    UserPoolId,
    ClientId,
    ExplicitAuthFlows: ['ALLOW_ADMIN_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
  })
  await admin.setUserPoolMfaConfig({ UserPoolId, MfaConfiguration, ...factors })
  await createUser(admin, UserPoolId, 'ada', attributes)
  const user = { UserPoolId, Username: 'ada' }
  const client = { UserPoolId, ClientId }
  return {
    admin,
    server,
    user,
    signIn: (password = PASSWORD) =>
      admin.adminInitiateAuth({
        ...client,
        AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME: 'ada', PASSWORD: password },
      }),
    respond: (
      ChallengeName: Parameters<CognitoIdentityProvider['adminRespondToAuthChallenge']>[0]['ChallengeName'],
      Session: string | undefined,
      responses: Record<string, string> = {},
    ) =>
      admin.adminRespondToAuthChallenge({
        ...client,
        ChallengeName,
        Session,
        ChallengeResponses: { USERNAME: 'ada', ...responses },
      }),
    code: (to: string) => server.inbox.last(to)?.code ?? '',
  }
}

test('an administrator turns factors on, which the user’s record shows, and answers what they ask for', async () => {
  const { admin, user, signIn, respond, code } = await backEnd(
    'OPTIONAL',
    { ...SMS, ...TOTP, ...EMAIL },
    { phone_number: NUMBER, email: ADDRESS },
  )
  expect(await admin.getUserPoolMfaConfig({ UserPoolId: user.UserPoolId })).toMatchObject({
    MfaConfiguration: 'OPTIONAL',
    ...SMS,
    ...TOTP,
    ...EMAIL,
  })
  const without = await admin.adminGetUser(user)
  for (const member of ['UserMFASettingList', 'PreferredMfaSetting', 'MFAOptions'])
    expect(without).not.toHaveProperty(member)
  await expect(
    admin.adminSetUserMFAPreference({ ...user, SoftwareTokenMfaSettings: { Enabled: true } }),
  ).rejects.toMatchObject({ name: 'InvalidParameterException' })
  await admin.adminSetUserMFAPreference({
    ...user,
    SMSMfaSettings: { Enabled: true, PreferredMfa: true },
    EmailMfaSettings: { Enabled: true },
  })
  expect(await admin.adminGetUser(user)).toMatchObject({
    Username: 'ada',
    Enabled: true,
    UserStatus: 'CONFIRMED',
    UserCreateDate: expect.any(Date),
    UserMFASettingList: ['SMS_MFA', 'EMAIL_OTP'],
    PreferredMfaSetting: 'SMS_MFA',
    MFAOptions: [{ DeliveryMedium: 'SMS', AttributeName: 'phone_number' }],
  })
  const preferred = await signIn()
  expect(preferred.ChallengeName).toBe('SMS_MFA')
  const done = await respond('SMS_MFA', preferred.Session, { SMS_MFA_CODE: code(NUMBER) })
  expect(done.AuthenticationResult).toMatchObject({ TokenType: 'Bearer', ExpiresIn: 3600 })

  await admin.adminSetUserMFAPreference({ ...user, SMSMfaSettings: { Enabled: true, PreferredMfa: false } })
  const asked = await signIn()
  expect(asked).toMatchObject({
    ChallengeName: 'SELECT_MFA_TYPE',
    ChallengeParameters: { MFAS_CAN_CHOOSE: '["SMS_MFA","EMAIL_OTP"]' },
  })
  const byMail = await respond('SELECT_MFA_TYPE', asked.Session, { ANSWER: 'EMAIL_OTP' })
  expect(byMail).toMatchObject({
    ChallengeName: 'EMAIL_OTP',
    ChallengeParameters: { CODE_DELIVERY_DELIVERY_MEDIUM: 'EMAIL', CODE_DELIVERY_DESTINATION: 'a***@e***' },
  })
  await expect(respond('EMAIL_OTP', byMail.Session, { EMAIL_OTP_CODE: '12345' })).rejects.toMatchObject({
    name: 'CodeMismatchException',
  })
  const { AuthenticationResult } = await respond('EMAIL_OTP', byMail.Session, {
    EMAIL_OTP_CODE: code(ADDRESS),
  })
  const { UserMFASettingList } = await admin.getUser({ AccessToken: AuthenticationResult?.AccessToken })
  expect(UserMFASettingList).toEqual(['SMS_MFA', 'EMAIL_OTP'])

  await admin.adminSetUserMFAPreference({
    ...user,
    SMSMfaSettings: { Enabled: false },
    EmailMfaSettings: { Enabled: false },
  })
  expect((await signIn()).AuthenticationResult).toBeDefined()
})

test('an app is set up through an administrator’s sign-in after a new password, and taken away again', async () => {
  const { admin, server, user, signIn, respond } = await backEnd('ON', TOTP)
  await admin.adminSetUserPassword({ ...user, Password: 'Temporary-Horse-3', Permanent: false })
  const temporary = await signIn('Temporary-Horse-3')
  expect(temporary.ChallengeName).toBe('NEW_PASSWORD_REQUIRED')
  const asked = await respond('NEW_PASSWORD_REQUIRED', temporary.Session, { NEW_PASSWORD: PASSWORD })
  expect(asked).toMatchObject({
    ChallengeName: 'MFA_SETUP',
    ChallengeParameters: { MFAS_CAN_SETUP: '["SOFTWARE_TOKEN_MFA"]' },
  })
  await expect(respond('MFA_SETUP', asked.Session)).rejects.toMatchObject({
    name: 'InvalidParameterException',
  })
  const { SecretCode = '', Session } = await admin.associateSoftwareToken({ Session: asked.Session })
  const code = () => totp(SecretCode, server.clock.now())
  const verified = await admin.verifySoftwareToken({ Session, UserCode: code() })
  expect(verified.Status).toBe('SUCCESS')
  expect((await respond('MFA_SETUP', verified.Session)).AuthenticationResult).toBeDefined()
  expect((await admin.adminGetUser(user)).UserMFASettingList).toEqual(['SOFTWARE_TOKEN_MFA'])
  server.clock.advance(30)

  const next = await signIn()
  expect(next.ChallengeName).toBe('SOFTWARE_TOKEN_MFA')
  const wrong = { SOFTWARE_TOKEN_MFA_CODE: code() === '000000' ? '111111' : '000000' }
  await expect(respond('SOFTWARE_TOKEN_MFA', next.Session, wrong)).rejects.toMatchObject({
    name: 'CodeMismatchException',
    message: 'Invalid code received for user',
  })
  await respond('SOFTWARE_TOKEN_MFA', next.Session, { SOFTWARE_TOKEN_MFA_CODE: code() })
  await admin.adminDeleteSoftwareToken(user)
  expect(await admin.adminGetUser(user)).not.toHaveProperty('UserMFASettingList')
  expect((await signIn()).ChallengeName).toBe('MFA_SETUP')
})

test('a factor is set up by SMS where the pool has nothing else', async () => {
  const { admin, user, signIn, respond, code } = await backEnd('ON', SMS)
  const asked = await signIn()
  expect(asked.ChallengeParameters?.MFAS_CAN_SETUP).toBe('["SMS_MFA"]')
  const sent = await respond('MFA_SETUP', asked.Session, { PHONE_NUMBER: NUMBER })
  expect(sent.ChallengeName).toBe('SMS_MFA')
  await respond('SMS_MFA', sent.Session, { SMS_MFA_CODE: code(NUMBER) })
  const { UserAttributes, UserMFASettingList } = await admin.adminGetUser(user)
  expect(UserMFASettingList).toEqual(['SMS_MFA'])
  expect(UserAttributes).toContainEqual({ Name: 'phone_number_verified', Value: 'true' })
})

test('of codes for several factors in one answer, the one of the challenge is used', async () => {
  const { signIn, respond, code } = await backEnd('ON', EMAIL, { email: ADDRESS })
  const answer = async (codes: (right: string) => Record<string, string>) => {
    const { Session } = await signIn()
    return await respond('EMAIL_OTP', Session, codes(code(ADDRESS)))
  }
  const both = await answer((right) => ({
    SMS_MFA_CODE: '',
    SOFTWARE_TOKEN_MFA_CODE: '',
    EMAIL_OTP_CODE: right,
  }))
  expect(both.AuthenticationResult).toBeDefined()
  await expect(answer((right) => ({ SMS_MFA_CODE: right, EMAIL_OTP_CODE: '12345' }))).rejects.toMatchObject({
    name: 'CodeMismatchException',
  })
})

test('a long name of an app is kept in the set-up', async () => {
  const { admin, server, signIn, respond } = await backEnd('ON', TOTP)
  const { SecretCode = '', Session } = await admin.associateSoftwareToken({
    Session: (await signIn()).Session,
  })
  const FriendlyDeviceName = 'n'.repeat(1500)
  const UserCode = totp(SecretCode, server.clock.now())
  const verified = await admin.verifySoftwareToken({ Session, UserCode, FriendlyDeviceName })
  expect((await respond('MFA_SETUP', verified.Session)).AuthenticationResult).toBeDefined()
  expect((await signIn()).ChallengeParameters?.FRIENDLY_DEVICE_NAME).toBe(FriendlyDeviceName)
})
