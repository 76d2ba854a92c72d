import { expect, test } from 'vitest'
import { attributesOf, createPool, createUser, refusal, signIn, startWithAdmin } from './admin.js'
import { PASSWORD } from './start.js'

const notFound = refusal('UserNotFoundException', 'User does not exist.')

test('a user is described flat, with dates and state', async () => {
  const { admin } = await startWithAdmin()
  const { UserPoolId } = await createPool(admin)
  const sub = await createUser(admin, UserPoolId, 'ada', { name: 'Ada' })
  const { $metadata: _, ...user } = await admin.adminGetUser({ UserPoolId, Username: 'ada' })
  expect(user).toEqual({
    Username: 'ada',
    UserAttributes: [
      { Name: 'sub', Value: sub },
      { Name: 'name', Value: 'Ada' },
    ],
    UserCreateDate: expect.any(Date),
    UserLastModifiedDate: expect.any(Date),
    Enabled: true,
    UserStatus: 'CONFIRMED',
  })
})

test.each([
  ['AdminGetUser', {}],
  ['AdminDeleteUser', {}],
  ['AdminConfirmSignUp', {}],
  ['AdminUserGlobalSignOut', {}],
  ['AdminSetUserPassword', { Password: PASSWORD }],
  ['AdminUpdateUserAttributes', { UserAttributes: [] }],
])('%s of an unknown user answers that the user does not exist', async (operation, input) => {
  const { call, userPoolId: UserPoolId } = await startWithAdmin()
  const { body } = await call(operation, { UserPoolId, Username: 'nobody', ...input })
  expect(body).toEqual({ __type: 'UserNotFoundException', message: 'User does not exist.' })
})

test('a user who signed up is confirmed without a code, once, and the address stays unverified', async () => {
  const { admin } = await startWithAdmin()
  const { UserPoolId, ClientId } = await createPool(admin, { AutoVerifiedAttributes: ['email'] })
  await admin.signUp({
    ClientId,
    Username: 'ada',
    Password: PASSWORD,
    UserAttributes: [{ Name: 'email', Value: 'ada@example.com' }],
  })
  await admin.adminConfirmSignUp({ UserPoolId, Username: 'ada' })
  expect((await signIn(admin, ClientId, 'ada')).AuthenticationResult?.AccessToken).toBeTypeOf('string')
  expect(await attributesOf(admin, UserPoolId, 'ada')).toMatchObject({ email_verified: 'false' })
  await expect(admin.adminConfirmSignUp({ UserPoolId, Username: 'ada' })).rejects.toMatchObject(
    refusal('NotAuthorizedException', 'User cannot be confirmed. Current status is CONFIRMED'),
  )
})

test('a permanent password signs in, and a temporary one has to be replaced', async () => {
  const { admin } = await startWithAdmin()
  const { UserPoolId, ClientId } = await createPool(admin)
  await createUser(admin, UserPoolId, 'ada')
  await admin.adminSetUserPassword({ UserPoolId, Username: 'ada', Password: 'Permanent-1', Permanent: true })
  expect((await signIn(admin, ClientId, 'ada', 'Permanent-1')).AuthenticationResult).toBeDefined()
  await expect(signIn(admin, ClientId, 'ada')).rejects.toMatchObject(
    refusal('NotAuthorizedException', 'Incorrect username or password.'),
  )
  await admin.adminSetUserPassword({ UserPoolId, Username: 'ada', Password: 'Temporary-1' })
  expect((await signIn(admin, ClientId, 'ada', 'Temporary-1')).ChallengeName).toBe('NEW_PASSWORD_REQUIRED')
  expect((await admin.adminGetUser({ UserPoolId, Username: 'ada' })).UserStatus).toBe('FORCE_CHANGE_PASSWORD')
})

test('an operation on one user changes no other user', async () => {
  const { admin, server } = await startWithAdmin()
  const { UserPoolId, ClientId } = await createPool(admin, { AutoVerifiedAttributes: ['email'] })
  await admin.setUserPoolMfaConfig({
    UserPoolId,
    MfaConfiguration: 'OPTIONAL',
    SmsMfaConfiguration: { SmsConfiguration: { SnsCallerArn: 'arn:aws:iam::123456789012:role/sms' } },
  })
  const attributesOfBoth = { name: 'Name', phone_number: '+15555550100' }
  for (const name of ['ada', 'eve']) {
    const email = `${name}@example.com`
    await createUser(admin, UserPoolId, name, { ...attributesOfBoth, email, email_verified: 'true' })
  }
  const eve = async () => {
    const { $metadata: _, ...user } = await admin.adminGetUser({ UserPoolId, Username: 'eve' })
    return user
  }
  const before = await eve()
  server.clock.advance(60)
  const ada = { UserPoolId, Username: 'ada' }
  const changes: (() => Promise<unknown>)[] = [
    () => admin.adminUpdateUserAttributes({ ...ada, UserAttributes: [{ Name: 'name', Value: 'Ada' }] }),
    () => admin.adminSetUserMFAPreference({ ...ada, SMSMfaSettings: { Enabled: true } }),
    () => admin.adminSetUserPassword({ ...ada, Password: 'Another-Horse-2', Permanent: true }),
    () => admin.adminUserGlobalSignOut(ada),
    () => admin.adminResetUserPassword(ada),
    () => admin.adminDisableUser(ada),
  ]
  for (const change of changes) {
    await change()
    expect(await eve(), `${change}`).toEqual(before)
    expect((await signIn(admin, ClientId, 'eve')).AuthenticationResult).toBeDefined()
  }
  const found = await admin.listUsers({ UserPoolId, Filter: 'name = "Name"' })
  expect(found.Users?.map(({ Username }) => Username)).toEqual(['eve'])
  // Enabling one user enables no other.
  await admin.adminDisableUser({ UserPoolId, Username: 'eve' })
  await admin.adminEnableUser(ada)
  expect((await eve()).Enabled).toBe(false)
})

test('a password that an administrator sets has to conform to the policy too', async () => {
  const { admin } = await startWithAdmin()
  const { UserPoolId } = await createPool(admin)
  await createUser(admin, UserPoolId, 'ada')
  await expect(
    admin.adminSetUserPassword({ UserPoolId, Username: 'ada', Password: 'lower-case-1', Permanent: true }),
  ).rejects.toMatchObject(
    refusal(
      'InvalidPasswordException',
      'Password does not conform to policy: Password must have uppercase characters',
    ),
  )
})

test('a deleted user’s names are free and the tokens end', async () => {
  const { admin, call } = await startWithAdmin()
  const { UserPoolId, ClientId } = await createPool(admin, { AliasAttributes: ['email'] })
  await createUser(admin, UserPoolId, 'ada', { email: 'ada@example.com', email_verified: 'true' })
  await createUser(admin, UserPoolId, 'grace')
  const { AuthenticationResult } = await signIn(admin, ClientId, 'ada')
  const deleted = await call('AdminDeleteUser', { UserPoolId, Username: 'ada@example.com' })
  expect([deleted.status, deleted.text]).toEqual([200, ''])
  await expect(admin.adminGetUser({ UserPoolId, Username: 'ada' })).rejects.toMatchObject(notFound)
  await expect(admin.getUser({ AccessToken: AuthenticationResult?.AccessToken })).rejects.toMatchObject(
    notFound,
  )
  await createUser(admin, UserPoolId, 'ada', { email: 'ada@example.com', email_verified: 'true' })
  const { Users = [] } = await admin.listUsers({ UserPoolId })
  expect(Users.map(({ Username }) => Username).sort()).toEqual(['ada', 'grace'])
})

test('signing a user out everywhere ends every session, and the next sign-in works', async () => {
  const { admin } = await startWithAdmin()
  const { UserPoolId, ClientId } = await createPool(admin)
  await createUser(admin, UserPoolId, 'ada')
  const sessions = [await signIn(admin, ClientId, 'ada'), await signIn(admin, ClientId, 'ada')]
  await admin.adminUserGlobalSignOut({ UserPoolId, Username: 'ada' })
  for (const { AuthenticationResult } of sessions) {
    await expect(admin.getUser({ AccessToken: AuthenticationResult?.AccessToken })).rejects.toMatchObject(
      refusal('NotAuthorizedException', 'Access Token has been revoked'),
    )
    await expect(
      admin.initiateAuth({
        ClientId,
        AuthFlow: 'REFRESH_TOKEN_AUTH',
        AuthParameters: { REFRESH_TOKEN: AuthenticationResult?.RefreshToken ?? '' },
      }),
    ).rejects.toMatchObject(refusal('NotAuthorizedException', 'Refresh Token has been revoked'))
  }
  const { AuthenticationResult } = await signIn(admin, ClientId, 'ada')
  const { Username } = await admin.getUser({ AccessToken: AuthenticationResult?.AccessToken })
  expect(Username).toBe('ada')
})

const update = (attributes: Record<string, string>) => ({
  Username: 'ada',
  UserAttributes: Object.entries(attributes).map(([Name, Value]) => ({ Name, Value })),
})

test('attributes are written, and removed by an empty value', async () => {
  const { admin } = await startWithAdmin()
  const { UserPoolId } = await createPool(admin)
  const sub = await createUser(admin, UserPoolId, 'ada', { name: 'Ada', nickname: 'Countess' })
  await admin.adminUpdateUserAttributes({ UserPoolId, ...update({ name: 'Augusta', nickname: '' }) })
  expect(await attributesOf(admin, UserPoolId, 'ada')).toEqual({ sub, name: 'Augusta' })
})

test('a new address is unverified and gets a code, with which the user verifies it', async () => {
  const { admin, server } = await startWithAdmin()
  const { UserPoolId, ClientId } = await createPool(admin, { AutoVerifiedAttributes: ['email'] })
  await createUser(admin, UserPoolId, 'ada', { email: 'old@example.com', email_verified: 'true' })
  await admin.adminUpdateUserAttributes({ UserPoolId, ...update({ email: 'new@example.com' }) })
  expect(await attributesOf(admin, UserPoolId, 'ada')).toMatchObject({
    email: 'new@example.com',
    email_verified: 'false',
  })
  const { AuthenticationResult } = await signIn(admin, ClientId, 'ada')
  await admin.verifyUserAttribute({
    AccessToken: AuthenticationResult?.AccessToken,
    AttributeName: 'email',
    Code: server.inbox.last('new@example.com')?.code,
  })
  expect(await attributesOf(admin, UserPoolId, 'ada')).toMatchObject({ email_verified: 'true' })
})

test('an address that the administrator sets as verified gets no code, in either order of the attributes', async () => {
  const { admin, server } = await startWithAdmin()
  const { UserPoolId } = await createPool(admin, {
    AutoVerifiedAttributes: ['email'],
    UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email'] },
  })
  await createUser(admin, UserPoolId, 'ada')
  for (const attributes of [
    { email: 'first@example.com', email_verified: 'true' },
    { email_verified: 'true', email: 'second@example.com' },
  ]) {
    await admin.adminUpdateUserAttributes({ UserPoolId, ...update(attributes) })
    expect(await attributesOf(admin, UserPoolId, 'ada')).toMatchObject(attributes)
  }
  expect(server.inbox.list()).toEqual([])
})

test('where a new address has to be verified first, the old one stays until then', async () => {
  const { admin, server } = await startWithAdmin()
  const { UserPoolId, ClientId } = await createPool(admin, {
    AutoVerifiedAttributes: ['email'],
    UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email'] },
  })
  await createUser(admin, UserPoolId, 'ada', { email: 'old@example.com', email_verified: 'true' })
  await admin.adminUpdateUserAttributes({ UserPoolId, ...update({ email: 'new@example.com' }) })
  expect(await attributesOf(admin, UserPoolId, 'ada')).toMatchObject({
    email: 'old@example.com',
    email_verified: 'true',
  })
  const { AuthenticationResult } = await signIn(admin, ClientId, 'ada')
  await admin.verifyUserAttribute({
    AccessToken: AuthenticationResult?.AccessToken,
    AttributeName: 'email',
    Code: server.inbox.last('new@example.com')?.code,
  })
  expect(await attributesOf(admin, UserPoolId, 'ada')).toMatchObject({ email: 'new@example.com' })
})

test('a verified alias signs its user in, unless another user has it', async () => {
  const { admin } = await startWithAdmin()
  const { UserPoolId, ClientId } = await createPool(admin, {
    AliasAttributes: ['email', 'preferred_username'],
  })
  await createUser(admin, UserPoolId, 'ada', { email: 'shared@example.com' })
  await createUser(admin, UserPoolId, 'grace', { email: 'shared@example.com', email_verified: 'true' })
  await expect(
    admin.adminUpdateUserAttributes({ UserPoolId, ...update({ email_verified: 'true' }) }),
  ).rejects.toMatchObject(refusal('AliasExistsException', 'An account with the given email already exists.'))
  await admin.adminUpdateUserAttributes({
    UserPoolId,
    ...update({ email: 'ada@example.com', email_verified: 'true', preferred_username: 'countess' }),
  })
  expect((await signIn(admin, ClientId, 'ada@example.com')).AuthenticationResult).toBeDefined()
  expect((await signIn(admin, ClientId, 'countess')).AuthenticationResult).toBeDefined()
  await admin.adminUpdateUserAttributes({ UserPoolId, ...update({ email_verified: 'false' }) })
  await expect(signIn(admin, ClientId, 'ada@example.com')).rejects.toMatchObject(notFound)
})

test.each([
  [
    { 'custom:nothing': 'x', name: 'Ada', 'custom:more': 'y' },
    'user.custom:nothing: Attribute does not exist in the schema.\nuser.custom:more: Attribute does not exist in the schema.\n',
  ],
  [{ sub: 'x' }, 'user.sub: Attribute cannot be updated.\n'],
  [{ identities: '[]' }, 'user.identities: Attribute cannot be updated.\n'],
  [
    { email_verified: 'yes' },
    'Attributes did not conform to the schema: email_verified: Value is not a boolean\n',
  ],
  [{ email: 'nowhere' }, 'Invalid email address format.'],
  [{ phone_number: '12345' }, 'Invalid phone number format.'],
  [{ email_verified: 'true' }, 'Email is required if it is to be marked as verified'],
])('an update to %j is refused', async (attributes, message) => {
  const { admin } = await startWithAdmin()
  const { UserPoolId } = await createPool(admin)
  await createUser(admin, UserPoolId, 'ada')
  await expect(
    admin.adminUpdateUserAttributes({ UserPoolId, ...update({ ...attributes }) }),
  ).rejects.toMatchObject(refusal('InvalidParameterException', message))
})

test('a boolean is accepted in any case, as Python writes it, and stored in lower case', async () => {
  const { admin } = await startWithAdmin()
  const { UserPoolId, ClientId } = await createPool(admin, {
    AliasAttributes: ['email'],
    Schema: [{ Name: 'member', AttributeDataType: 'Boolean' }],
  })
  await createUser(admin, UserPoolId, 'ada', { email: 'ada@example.com', email_verified: 'True' })
  expect(await attributesOf(admin, UserPoolId, 'ada')).toMatchObject({ email_verified: 'true' })
  expect((await signIn(admin, ClientId, 'ada@example.com')).AuthenticationResult).toBeDefined()
  await admin.adminUpdateUserAttributes({
    UserPoolId,
    ...update({ email_verified: 'FALSE', 'custom:member': 'tRUE', name: 'True' }),
  })
  expect(await attributesOf(admin, UserPoolId, 'ada')).toMatchObject({
    email_verified: 'false',
    'custom:member': 'true',
    name: 'True',
  })
  await admin.adminUpdateUserAttributes({
    UserPoolId,
    ...update({ email: 'countess@example.com', email_verified: 'True' }),
  })
  expect(await attributesOf(admin, UserPoolId, 'ada')).toMatchObject({
    email: 'countess@example.com',
    email_verified: 'true',
  })
})

test('two updates at the same moment both take effect', async () => {
  const { admin } = await startWithAdmin()
  const { UserPoolId } = await createPool(admin)
  await createUser(admin, UserPoolId, 'ada')
  const names = [
    'name',
    'given_name',
    'family_name',
    'middle_name',
    'nickname',
    'profile',
    'website',
    'gender',
  ]
  await Promise.all(
    names.map((name) => admin.adminUpdateUserAttributes({ UserPoolId, ...update({ [name]: name }) })),
  )
  const { sub: _, ...attributes } = await attributesOf(admin, UserPoolId, 'ada')
  expect(attributes).toEqual(Object.fromEntries(names.map((name) => [name, name])))
})

test('admin operations report broken constraints together', async () => {
  const { call } = await startWithAdmin()
  const { body } = await call('AdminSetUserPassword', { UserPoolId: 'nowhere', Password: ' x' })
  expect(body).toEqual({
    __type: 'InvalidParameterException',
    message: String.raw`3 validation errors detected: Value 'nowhere' at 'userPoolId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w-]+_[0-9a-zA-Z]+; Value at 'username' failed to satisfy constraint: Member must not be null; Value at 'password' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[\S]+.*[\S]+$`,
  })
})
