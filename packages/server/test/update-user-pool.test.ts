import { expect, test } from 'vitest'
import { attributesOf, createPool, createUser, refusal, signIn, startWithAdmin } from './admin.js'
import { PASSWORD } from './start.js'

test('an update replaces what can change and keeps what cannot', async () => {
  const { admin, server } = await startWithAdmin()
  const created = await admin.createUserPool({
    PoolName: 'before',
    AliasAttributes: ['email'],
    UsernameConfiguration: { CaseSensitive: false },
    Schema: [{ Name: 'tenant', AttributeDataType: 'String' }],
    AutoVerifiedAttributes: ['email'],
    DeletionProtection: 'ACTIVE',
    MfaConfiguration: 'OPTIONAL',
    UserPoolTier: 'PLUS',
    UserPoolTags: { team: 'identity' },
    Policies: { PasswordPolicy: { MinimumLength: 20 } },
    AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
    EmailVerificationSubject: 'before',
  })
  const UserPoolId = created.UserPool?.Id
  server.clock.advance(10)
  const { $metadata: _, ...output } = await admin.updateUserPool({
    UserPoolId,
    PoolName: 'after',
    EmailVerificationSubject: 'after',
  })
  expect(output).toEqual({})
  const { UserPool } = await admin.describeUserPool({ UserPoolId })
  expect(UserPool).toMatchObject({
    Name: 'after',
    CreationDate: created.UserPool?.CreationDate,
    AliasAttributes: ['email'],
    UsernameConfiguration: { CaseSensitive: false },
    SchemaAttributes: created.UserPool?.SchemaAttributes,
    EmailVerificationSubject: 'after',
    DeletionProtection: 'INACTIVE',
    MfaConfiguration: 'OPTIONAL',
    UserPoolTier: 'PLUS',
    UserPoolTags: {},
    AdminCreateUserConfig: { AllowAdminCreateUserOnly: false },
  })
  expect(UserPool?.AutoVerifiedAttributes).toBeUndefined()
  expect(UserPool?.Policies?.PasswordPolicy?.MinimumLength).toBe(20)
  expect(Number(UserPool?.LastModifiedDate)).toBeGreaterThanOrEqual(
    Number(created.UserPool?.LastModifiedDate) + 10_000,
  )
  await admin.deleteUserPool({ UserPoolId })
})

test('an update changes each policy, the MFA mode and the tier where it names them', async () => {
  const { admin } = await startWithAdmin()
  const { UserPoolId } = await createPool(admin, {
    Policies: { PasswordPolicy: { MinimumLength: 20, RequireSymbols: false } },
    UserPoolTier: 'PLUS',
  })
  await admin.setUserPoolMfaConfig({
    UserPoolId,
    MfaConfiguration: 'OPTIONAL',
    SoftwareTokenMfaConfiguration: { Enabled: true },
  })
  const update = async (changes: object) => {
    await admin.updateUserPool({ UserPoolId, ...changes })
    return (await admin.describeUserPool({ UserPoolId })).UserPool
  }
  const SignInPolicy = { AllowedFirstAuthFactors: ['PASSWORD' as const] }
  expect(await update({ Policies: { SignInPolicy } })).toMatchObject({
    Policies: { PasswordPolicy: { MinimumLength: 20, RequireSymbols: false }, SignInPolicy },
    MfaConfiguration: 'OPTIONAL',
    UserPoolTier: 'PLUS',
  })
  expect(await update({ Policies: { PasswordPolicy: { MinimumLength: 10 } } })).toMatchObject({
    Policies: { PasswordPolicy: { MinimumLength: 10, RequireSymbols: false }, SignInPolicy },
  })
  expect(await update({ MfaConfiguration: 'OFF', UserPoolTier: 'LITE' })).toMatchObject({
    MfaConfiguration: 'OFF',
    UserPoolTier: 'LITE',
  })
  expect(await update({})).toMatchObject({ MfaConfiguration: 'OFF', UserPoolTier: 'LITE' })
})

test('an update is seen by the next request', async () => {
  const { admin } = await startWithAdmin()
  const { UserPoolId, ClientId } = await createPool(admin)
  const signUp = (Username: string, Password = PASSWORD) => admin.signUp({ ClientId, Username, Password })
  await signUp('ada')
  await admin.updateUserPool({ UserPoolId, AdminCreateUserConfig: { AllowAdminCreateUserOnly: true } })
  await expect(signUp('grace')).rejects.toMatchObject(
    refusal('NotAuthorizedException', 'SignUp is not permitted for this user pool'),
  )
  await admin.updateUserPool({ UserPoolId, Policies: { PasswordPolicy: { MinimumLength: 20 } } })
  await expect(signUp('grace')).rejects.toMatchObject(
    refusal('InvalidPasswordException', 'Password did not conform with policy: Password not long enough'),
  )
})

test('an update is checked like a new pool, and one that is refused changes nothing', async () => {
  const { admin } = await startWithAdmin()
  const { UserPoolId } = await createPool(admin, { DeletionProtection: 'ACTIVE' })
  await expect(
    admin.updateUserPool({ UserPoolId, IssuerConfiguration: { Type: 'UPDATED' } } as object as {
      UserPoolId: string
    }),
  ).rejects.toMatchObject(
    refusal(
      'InvalidParameterException',
      'IssuerConfiguration is not supported by this server yet. Remove it from the request.',
    ),
  )
  // As it is described, with how long temporary passwords are good under the older name as well.
  const { UserPool } = await admin.describeUserPool({ UserPoolId })
  const { Policies, AdminCreateUserConfig } = UserPool ?? {}
  await expect(admin.updateUserPool({ UserPoolId, Policies, AdminCreateUserConfig })).rejects.toMatchObject(
    refusal(
      'InvalidParameterException',
      'Please use TemporaryPasswordValidityDays in PasswordPolicy instead of UnusedAccountValidityDays',
    ),
  )
  expect((await admin.describeUserPool({ UserPoolId })).UserPool?.DeletionProtection).toBe('ACTIVE')
  const without = { ...AdminCreateUserConfig, UnusedAccountValidityDays: 0 }
  await admin.updateUserPool({ UserPoolId, Policies, AdminCreateUserConfig: without })
  await admin.updateUserPool({ UserPoolId: (await createPool(admin)).UserPoolId, AdminCreateUserConfig })
  await expect(admin.updateUserPool({ UserPoolId: 'us-east-1_000000000' })).rejects.toMatchObject(
    refusal('ResourceNotFoundException', 'User pool us-east-1_000000000 does not exist.'),
  )
})

test('added attributes can be used at once, and stay', async () => {
  const { admin } = await startWithAdmin()
  const { UserPoolId, ClientId } = await createPool(admin)
  await createUser(admin, UserPoolId, 'ada')
  await admin.addCustomAttributes({
    UserPoolId,
    CustomAttributes: [
      { Name: 'tenant', AttributeDataType: 'String', StringAttributeConstraints: { MaxLength: '4' } },
      // Beside the standard attribute of that name.
      { Name: 'email', AttributeDataType: 'String' },
    ],
  })
  await admin.adminUpdateUserAttributes({
    UserPoolId,
    Username: 'ada',
    UserAttributes: [
      { Name: 'custom:tenant', Value: 'acme' },
      { Name: 'custom:email', Value: 'not an address' },
    ],
  })
  await admin.updateUserPool({ UserPoolId })
  expect(await attributesOf(admin, UserPoolId, 'ada')).toMatchObject({
    'custom:tenant': 'acme',
    'custom:email': 'not an address',
  })
  const { UserPool } = await admin.describeUserPool({ UserPoolId })
  expect(UserPool?.SchemaAttributes?.slice(-2)).toEqual([
    {
      Name: 'custom:tenant',
      AttributeDataType: 'String',
      DeveloperOnlyAttribute: false,
      Mutable: true,
      Required: false,
      StringAttributeConstraints: { MaxLength: '4' },
    },
    expect.objectContaining({ Name: 'custom:email', StringAttributeConstraints: {} }),
  ])
  const email = UserPool?.SchemaAttributes?.find(({ Name }) => Name === 'email')
  expect(email?.StringAttributeConstraints?.MaxLength).toBe('2048')
  const { AuthenticationResult } = await signIn(admin, ClientId, 'ada')
  const { UserAttributes } = await admin.getUser({ AccessToken: AuthenticationResult?.AccessToken })
  expect(UserAttributes).toContainEqual({ Name: 'custom:tenant', Value: 'acme' })
})

test('an attribute can be added once, and a pool has at most fifty', async () => {
  const { admin } = await startWithAdmin()
  const { UserPoolId } = await createPool(admin, {
    Schema: [{ Name: 'tenant', AttributeDataType: 'String' }],
  })
  const add = (...names: string[]) =>
    admin.addCustomAttributes({
      UserPoolId,
      CustomAttributes: names.map((Name) => ({ Name, AttributeDataType: 'String' as const })),
    })
  const exists = (name: string) =>
    refusal(
      'InvalidParameterException',
      `custom:${name}: Existing attribute already has name custom:${name}.`,
    )
  await expect(add('tenant')).rejects.toMatchObject(exists('tenant'))
  await expect(add('a', 'a')).rejects.toMatchObject(exists('a'))
  const many = (from: number) => Array.from({ length: 24 }, (_, index) => `a${from + index}`)
  await add(...many(0))
  await add(...many(24))
  await expect(add('last', 'one-more')).rejects.toMatchObject({ name: 'InvalidParameterException' })
  await add('last')
  await expect(
    admin.addCustomAttributes({ UserPoolId, CustomAttributes: [{ Name: 'b' }] }),
  ).rejects.toMatchObject(
    refusal(
      'InvalidParameterException',
      'Invalid AttributeDataType input, consider using the provided AttributeDataType enum.',
    ),
  )
})

test('tags are added, replaced, removed and listed by the ARN of the pool', async () => {
  const { admin } = await startWithAdmin()
  const { UserPool } = await admin.createUserPool({ PoolName: 'tagged', UserPoolTags: { team: 'identity' } })
  const ResourceArn = UserPool?.Arn
  await admin.tagResource({ ResourceArn, Tags: { team: 'access', stage: 'test' } })
  expect((await admin.listTagsForResource({ ResourceArn })).Tags).toEqual({ team: 'access', stage: 'test' })
  await admin.untagResource({ ResourceArn, TagKeys: ['team', 'nothing'] })
  expect((await admin.listTagsForResource({ ResourceArn })).Tags).toEqual({ stage: 'test' })
  expect((await admin.describeUserPool({ UserPoolId: UserPool?.Id })).UserPool?.UserPoolTags).toEqual({
    stage: 'test',
  })
  const unknown = ResourceArn?.replace('000000000000', '111111111111')
  await expect(admin.listTagsForResource({ ResourceArn: unknown })).rejects.toMatchObject(
    refusal('ResourceNotFoundException', `Resource ${unknown} does not exist.`),
  )
})

test('a tag has a key of 1 to 128 characters', async () => {
  const { call } = await startWithAdmin()
  const { body } = await call('CreateUserPool', {
    PoolName: 'tagged',
    UserPoolTags: { '': 'x', ['k'.repeat(129)]: 'x' },
  })
  expect(body.message).toMatch(
    /^2 validation errors detected: .*greater than or equal to 1; .*less than or equal to 128$/,
  )
})
