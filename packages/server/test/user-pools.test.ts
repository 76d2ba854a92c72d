import { expect, test } from 'vitest'
import { createPool, createUser, refusal, signIn, startWithAdmin } from './admin.js'

test('a pool without settings has the defaults of the service', async () => {
  const { admin } = await startWithAdmin()
  const { UserPool } = await admin.createUserPool({ PoolName: 'plain' })
  expect(UserPool).toEqual({
    Id: expect.stringMatching(/^us-east-1_[0-9A-Za-z]{9}$/),
    Name: 'plain',
    Arn: `arn:aws:cognito-idp:us-east-1:000000000000:userpool/${UserPool?.Id}`,
    Policies: {
      PasswordPolicy: {
        MinimumLength: 8,
        RequireUppercase: true,
        RequireLowercase: true,
        RequireNumbers: true,
        RequireSymbols: true,
        TemporaryPasswordValidityDays: 7,
      },
      SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD'] },
    },
    DeletionProtection: 'INACTIVE',
    LambdaConfig: {},
    CreationDate: expect.any(Date),
    LastModifiedDate: expect.any(Date),
    SchemaAttributes: expect.any(Array),
    VerificationMessageTemplate: { DefaultEmailOption: 'CONFIRM_WITH_CODE' },
    MfaConfiguration: 'OFF',
    EstimatedNumberOfUsers: 0,
    EmailConfiguration: { EmailSendingAccount: 'COGNITO_DEFAULT' },
    UserPoolTags: {},
    AdminCreateUserConfig: { AllowAdminCreateUserOnly: false, UnusedAccountValidityDays: 7 },
    UserPoolTier: 'ESSENTIALS',
  })
  const described = await admin.describeUserPool({ UserPoolId: UserPool?.Id })
  expect(described.UserPool).toEqual(UserPool)
})

test('dates are sent as numbers of seconds', async () => {
  const app = await startWithAdmin()
  const { text } = await app.call('DescribeUserPool', { UserPoolId: app.userPoolId })
  const { UserPool } = JSON.parse(text)
  expect(UserPool.CreationDate).toBeTypeOf('number')
  // The pool may be a copy of one that was made when the run began.
  expect(Math.abs(UserPool.CreationDate - app.server.clock.now() / 1000)).toBeLessThan(3600)
})

test('a pool is described with the settings that it was given', async () => {
  const { admin } = await startWithAdmin()
  const settings = {
    AliasAttributes: ['email', 'preferred_username'],
    AutoVerifiedAttributes: ['email'],
    UsernameConfiguration: { CaseSensitive: false },
    UserPoolTags: { team: 'identity' },
    UserPoolTier: 'LITE',
    AccountRecoverySetting: {
      RecoveryMechanisms: [
        { Name: 'verified_email', Priority: 1 },
        { Name: 'verified_phone_number', Priority: 2 },
      ],
    },
    UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email'] },
  } satisfies Parameters<typeof createPool>[1]
  const { UserPool } = await admin.createUserPool({
    PoolName: 'rich',
    ...settings,
    EmailVerificationSubject: 'an older subject',
    EmailVerificationMessage: 'An older message with {####}',
    VerificationMessageTemplate: { EmailMessage: 'Your code is {####}' },
    Policies: { PasswordPolicy: { MinimumLength: 12, TemporaryPasswordValidityDays: 2 } },
  })
  expect(UserPool).toMatchObject(settings)
  expect(UserPool?.Policies?.PasswordPolicy).toEqual({
    MinimumLength: 12,
    RequireUppercase: false,
    RequireLowercase: false,
    RequireNumbers: false,
    RequireSymbols: false,
    TemporaryPasswordValidityDays: 2,
  })
  // The template has the last word about the texts that it and the older members both name.
  expect(UserPool).toMatchObject({
    EmailVerificationMessage: 'Your code is {####}',
    EmailVerificationSubject: 'an older subject',
    VerificationMessageTemplate: {
      DefaultEmailOption: 'CONFIRM_WITH_CODE',
      EmailMessage: 'Your code is {####}',
      EmailSubject: 'an older subject',
    },
  })
})

test('the number of users is counted', async () => {
  const { admin } = await startWithAdmin()
  const { UserPoolId } = await createPool(admin)
  await createUser(admin, UserPoolId, 'ada')
  await createUser(admin, UserPoolId, 'grace')
  const { UserPool } = await admin.describeUserPool({ UserPoolId })
  expect(UserPool?.EstimatedNumberOfUsers).toBe(2)
})

test('pools are listed page by page', async () => {
  const { admin, userPoolId } = await startWithAdmin()
  const ids = [userPoolId]
  for (let i = 0; i < 4; i++)
    ids.push((await admin.createUserPool({ PoolName: `pool ${i}` })).UserPool?.Id ?? '')
  const seen = []
  let NextToken: string | undefined
  do {
    const page = await admin.listUserPools({ MaxResults: 2, NextToken })
    expect(page.UserPools?.length).toBeLessThanOrEqual(2)
    seen.push(...(page.UserPools ?? []))
    NextToken = page.NextToken
  } while (NextToken)
  expect(seen.map(({ Id }) => Id)).toEqual([...ids].sort())
  expect(seen.find(({ Name }) => Name === 'pool 2')).toEqual({
    Id: expect.any(String),
    Name: 'pool 2',
    LambdaConfig: {},
    CreationDate: expect.any(Date),
    LastModifiedDate: expect.any(Date),
  })
})

test('a pagination token is valid only for its own list, for an hour, and unaltered', async () => {
  const { admin, server } = await startWithAdmin()
  const { UserPoolId } = await createPool(admin)
  await createPool(admin)
  const { NextToken } = await admin.listUserPools({ MaxResults: 1 })
  const refused = refusal('InvalidParameterException', 'Invalid pagination token given.')
  await expect(admin.listUserPoolClients({ UserPoolId, NextToken })).rejects.toMatchObject(refused)
  await expect(admin.listUserPools({ MaxResults: 1, NextToken: `x${NextToken}` })).rejects.toMatchObject(
    refused,
  )
  await expect(admin.listUserPools({ MaxResults: 1, NextToken: 'nonsense' })).rejects.toMatchObject(refused)
  server.clock.advance(3600)
  await expect(admin.listUserPools({ MaxResults: 1, NextToken })).rejects.toMatchObject(refused)
})

test('a deleted pool is gone with its users, clients and keys', async () => {
  const { admin, call, server, url } = await startWithAdmin()
  const { UserPoolId, ClientId } = await createPool(admin)
  await createUser(admin, UserPoolId, 'ada')
  const { AuthenticationResult } = await signIn(admin, ClientId, 'ada')
  const deleted = await call('DeleteUserPool', { UserPoolId })
  expect([deleted.status, deleted.text]).toEqual([200, ''])
  await expect(admin.describeUserPool({ UserPoolId })).rejects.toMatchObject(
    refusal('ResourceNotFoundException', `User pool ${UserPoolId} does not exist.`),
  )
  await expect(signIn(admin, ClientId, 'ada')).rejects.toMatchObject(
    refusal('ResourceNotFoundException', `User pool client ${ClientId} does not exist.`),
  )
  await expect(admin.getUser({ AccessToken: AuthenticationResult?.AccessToken })).rejects.toMatchObject(
    refusal('NotAuthorizedException', 'Invalid Access Token'),
  )
  const keys = await server.fetch(new Request(`${url}/${UserPoolId}/.well-known/jwks.json`))
  expect(keys.status).toBe(404)
})

test('a protected pool is not deleted', async () => {
  const { admin } = await startWithAdmin()
  const { UserPoolId } = await createPool(admin, { DeletionProtection: 'ACTIVE' })
  await expect(admin.deleteUserPool({ UserPoolId })).rejects.toMatchObject(
    refusal(
      'InvalidParameterException',
      'The user pool cannot be deleted because deletion protection is activated. Deletion protection must be inactivated first.',
    ),
  )
  expect((await admin.describeUserPool({ UserPoolId })).UserPool?.DeletionProtection).toBe('ACTIVE')
})

test.each([
  ['DescribeUserPool', {}],
  ['DeleteUserPool', {}],
  ['GetUserPoolMfaConfig', {}],
  ['SetUserPoolMfaConfig', { MfaConfiguration: 'OFF' }],
  ['ListUserPoolClients', {}],
  ['ListUsers', {}],
  ['CreateUserPoolClient', { ClientName: 'x' }],
  ['AdminGetUser', { Username: 'ada' }],
])('%s of an unknown pool answers that the pool does not exist', async (operation, input) => {
  const { call } = await startWithAdmin()
  const UserPoolId = 'us-east-1_000000000'
  const { body } = await call(operation, { UserPoolId, ...input })
  expect(body).toEqual({
    __type: 'ResourceNotFoundException',
    message: `User pool ${UserPoolId} does not exist.`,
  })
})

test.each([
  [
    'both kinds of names',
    { AliasAttributes: ['email'], UsernameAttributes: ['email'] },
    'Only one of the aliasAttributes or usernameAttributes can be set in a User pool.',
  ],
  [
    'admin_only beside another',
    {
      AccountRecoverySetting: {
        RecoveryMechanisms: [
          { Name: 'admin_only', Priority: 1 },
          { Name: 'verified_email', Priority: 2 },
        ],
      },
    },
    'Account Recovery Setting cannot use admin_only setting with any other recovery mechanisms.',
  ],
  [
    'two of one priority',
    {
      AccountRecoverySetting: {
        RecoveryMechanisms: [
          { Name: 'verified_phone_number', Priority: 1 },
          { Name: 'verified_email', Priority: 1 },
        ],
      },
    },
    'Account Recovery Setting cannot have duplicate priorities or recovery mechanisms.',
  ],
  [
    'a mechanism that is named twice',
    {
      AccountRecoverySetting: {
        RecoveryMechanisms: [
          { Name: 'verified_email', Priority: 1 },
          { Name: 'verified_email', Priority: 2 },
        ],
      },
    },
    'Account Recovery Setting cannot have duplicate priorities or recovery mechanisms.',
  ],
  [
    'an address proven first that is never verified',
    { UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email'] } },
    'All attributes in AttributesRequireVerificationBeforeUpdate must exist in AutoVerifiedAttributes',
  ],
  [
    'a sender without an address',
    { EmailConfiguration: { From: 'Birch' } },
    'Provided From email address is invalid',
  ],
  [
    'the days of temporary passwords twice',
    {
      Policies: { PasswordPolicy: { TemporaryPasswordValidityDays: 3 } },
      AdminCreateUserConfig: { UnusedAccountValidityDays: 3 },
    },
    'Please use TemporaryPasswordValidityDays in PasswordPolicy instead of UnusedAccountValidityDays',
  ],
  [
    'a short password policy',
    { Policies: { PasswordPolicy: { MinimumLength: 5 } } },
    "1 validation error detected: Value '5' at 'policies.passwordPolicy.minimumLength' failed to satisfy constraint: Member must have value greater than or equal to 6",
  ],
])('a pool with %s is refused', async (_, settings, message) => {
  const { call } = await startWithAdmin()
  const { status, body } = await call('CreateUserPool', { PoolName: 'test', ...settings })
  expect(status).toBe(400)
  expect(body).toEqual({ __type: 'InvalidParameterException', message })
})

test.each([
  ['DcrConfiguration', { DcrConfiguration: { EnableStatus: 'ENABLED' } }],
  ['IssuerConfiguration', { IssuerConfiguration: { Type: 'UPDATED' } }],
])('%s is refused by name as long as it would have no effect', async (member, settings) => {
  const { call } = await startWithAdmin()
  const { body } = await call('CreateUserPool', { PoolName: 'test', ...settings })
  expect(body).toEqual({
    __type: 'InvalidParameterException',
    message: `${member} is not supported by this server yet. Remove it from the request.`,
  })
})

test('an explicit default is not refused', async () => {
  const { admin } = await startWithAdmin()
  const { UserPool } = await admin.createUserPool({
    PoolName: 'verbose',
    LambdaConfig: {},
    Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD'] } },
    EmailConfiguration: { EmailSendingAccount: 'COGNITO_DEFAULT' },
    UserPoolAddOns: { AdvancedSecurityMode: 'OFF' },
    VerificationMessageTemplate: { DefaultEmailOption: 'CONFIRM_WITH_CODE' },
    MfaConfiguration: 'OPTIONAL',
  })
  expect(UserPool?.MfaConfiguration).toBe('OPTIONAL')
})

test('mail through an account of the developer goes where this server delivers it', async () => {
  const { admin, server } = await startWithAdmin()
  const EmailConfiguration = {
    EmailSendingAccount: 'DEVELOPER',
    SourceArn: 'arn:aws:ses:us-east-1:123456789012:identity/office@example.org',
    ConfigurationSet: 'set',
    ReplyToEmailAddress: 'help@example.org',
  } as const
  const { UserPoolId, ClientId } = await createPool(admin, {
    EmailConfiguration,
    AutoVerifiedAttributes: ['email'],
  })
  expect((await admin.describeUserPool({ UserPoolId })).UserPool?.EmailConfiguration).toEqual(
    EmailConfiguration,
  )
  await admin.signUp({
    ClientId,
    Username: 'ada',
    Password: 'Correct-Horse-1',
    UserAttributes: [{ Name: 'email', Value: 'ada@example.com' }],
  })
  expect(server.inbox.last()).toMatchObject({ to: 'ada@example.com', medium: 'EMAIL' })
})

test('MFA without a mode means that it is off', async () => {
  const { admin, call } = await startWithAdmin()
  const { UserPoolId } = await createPool(admin)
  await admin.setUserPoolMfaConfig({
    UserPoolId,
    MfaConfiguration: 'OPTIONAL',
    SoftwareTokenMfaConfiguration: { Enabled: true },
  })
  expect((await call('SetUserPoolMfaConfig', { UserPoolId })).body).toEqual({ MfaConfiguration: 'OFF' })
  const { $metadata: _, ...off } = await admin.getUserPoolMfaConfig({ UserPoolId })
  expect(off).toEqual({ MfaConfiguration: 'OFF' })
  // Passkeys are no factor of it.
  const WebAuthnConfiguration = { RelyingPartyId: 'example.com', UserVerification: 'preferred' } as const
  expect(await admin.setUserPoolMfaConfig({ UserPoolId, WebAuthnConfiguration })).toMatchObject({
    MfaConfiguration: 'OFF',
    WebAuthnConfiguration,
  })
})

test('a pool is created with required MFA only together with SMS, and changed to it only with a factor', async () => {
  const { call, admin } = await startWithAdmin()
  const refused = {
    __type: 'InvalidParameterException',
    message:
      'SMS configuration and Auto verification for phone_number are required when MFA is required/optional',
  }
  const ON = { MfaConfiguration: 'ON' as const }
  expect((await call('CreateUserPool', { PoolName: 'required', ...ON })).body).toEqual(refused)
  const SmsConfiguration = { SnsCallerArn: 'arn:aws:iam::123456789012:role/sms' }
  const { UserPool } = await admin.createUserPool({ PoolName: 'required', ...ON, SmsConfiguration })
  expect(await admin.getUserPoolMfaConfig({ UserPoolId: UserPool?.Id })).toMatchObject({
    ...ON,
    SmsMfaConfiguration: { SmsConfiguration },
  })
  const { UserPoolId } = await createPool(admin)
  expect((await call('UpdateUserPool', { UserPoolId, ...ON })).body).toEqual(refused)
  const SoftwareTokenMfaConfiguration = { Enabled: true }
  await admin.setUserPoolMfaConfig({
    UserPoolId,
    MfaConfiguration: 'OPTIONAL',
    SoftwareTokenMfaConfiguration,
  })
  await admin.updateUserPool({ UserPoolId, ...ON })
  expect((await admin.describeUserPool({ UserPoolId })).UserPool?.MfaConfiguration).toBe('ON')
})

test('the settings of second factors are stored and returned', async () => {
  const { admin } = await startWithAdmin()
  const { UserPoolId } = await createPool(admin)
  const config = {
    SoftwareTokenMfaConfiguration: { Enabled: true },
    SmsMfaConfiguration: {
      SmsAuthenticationMessage: 'Code: {####}',
      SmsConfiguration: { SnsCallerArn: 'arn:aws:iam::123456789012:role/sms' },
    },
    WebAuthnConfiguration: { RelyingPartyId: 'example.com', UserVerification: 'required' },
    MfaConfiguration: 'OPTIONAL',
  } as const
  expect(await admin.setUserPoolMfaConfig({ UserPoolId, ...config })).toMatchObject(config)
  expect(await admin.getUserPoolMfaConfig({ UserPoolId })).toMatchObject(config)
  expect((await admin.describeUserPool({ UserPoolId })).UserPool).toMatchObject({
    MfaConfiguration: 'OPTIONAL',
    SmsAuthenticationMessage: 'Code: {####}',
  })
  await admin.setUserPoolMfaConfig({ UserPoolId, MfaConfiguration: 'OFF' })
  const { $metadata: _, ...off } = await admin.getUserPoolMfaConfig({ UserPoolId })
  expect(off).toEqual({ MfaConfiguration: 'OFF' })
})

test.each<[object, string]>([
  ...(['ON', 'OPTIONAL'] as const).flatMap((MfaConfiguration) =>
    [{}, { SoftwareTokenMfaConfiguration: { Enabled: false } }].map((factors): [object, string] => [
      { MfaConfiguration, ...factors },
      "Invalid MFA configuration given, can't disable all MFAs with a required or optional configuration.",
    ]),
  ),
  [
    { MfaConfiguration: 'OPTIONAL', WebAuthnConfiguration: { RelyingPartyId: 'example.com' } },
    'Invalid MFA Configuration given. SMS MFA, Email MFA, or Software Token MFA must be enabled.',
  ],
  [
    { MfaConfiguration: 'ON', SmsMfaConfiguration: {} },
    '[SmsConfiguration] is a required member of [SoftwareTokenMfaConfiguration].',
  ],
  [{ MfaConfiguration: 'SOMETIMES' }, "[MfaConfiguration] must be one of 'ON', 'OFF', or 'OPTIONAL'."],
  ...[
    { MfaConfiguration: 'OFF', SoftwareTokenMfaConfiguration: { Enabled: true } },
    { MfaConfiguration: 'OFF', SmsMfaConfiguration: {} },
    { MfaConfiguration: 'OFF', EmailMfaConfiguration: { Message: 'Code: {####}' } },
    { SoftwareTokenMfaConfiguration: { Enabled: true } },
  ].map((config): [object, string] => [
    config,
    "Invalid MFA configuration given, can't turn off MFA and configure an MFA together.",
  ]),
])('second factors %j are refused', async (config, message) => {
  const { call, userPoolId } = await startWithAdmin()
  const { body } = await call('SetUserPoolMfaConfig', { UserPoolId: userPoolId, ...config })
  expect(body).toEqual({ __type: 'InvalidParameterException', message })
})
