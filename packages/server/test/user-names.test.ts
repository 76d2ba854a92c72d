import { expect, test } from 'vitest'
import { createPool, createUser, refusal, signIn, startWithAdmin } from './admin.js'
import { PASSWORD } from './start.js'

test('in a pool with aliases, a username may not look like one', async () => {
  const { admin } = await startWithAdmin()
  const { ClientId } = await createPool(admin, { AliasAttributes: ['email', 'phone_number'] })
  const signUp = (Username: string) => admin.signUp({ ClientId, Username, Password: PASSWORD })
  await expect(signUp('ada@example.com')).rejects.toMatchObject(
    refusal(
      'InvalidParameterException',
      'Username cannot be of email format, since user pool is configured for email alias.',
    ),
  )
  await expect(signUp('+15555550100')).rejects.toMatchObject(
    refusal(
      'InvalidParameterException',
      'Username cannot be of phone number format, since user pool is configured for phone number alias.',
    ),
  )
})

test('an alias signs its user in once it is verified, and goes to the last user who proves it with force', async () => {
  const { admin, server } = await startWithAdmin()
  const { ClientId } = await createPool(admin, {
    AliasAttributes: ['email'],
    AutoVerifiedAttributes: ['email'],
  })
  const signUp = async (Username: string) => {
    await admin.signUp({
      ClientId,
      Username,
      Password: PASSWORD,
      UserAttributes: [{ Name: 'email', Value: 'shared@example.com' }],
    })
    return server.inbox.last('shared@example.com')?.code
  }
  const codes = { ada: await signUp('ada'), grace: await signUp('grace') }
  await expect(signIn(admin, ClientId, 'shared@example.com')).rejects.toMatchObject({
    name: 'UserNotFoundException',
  })
  await admin.confirmSignUp({ ClientId, Username: 'ada', ConfirmationCode: codes.ada })
  const { AuthenticationResult } = await signIn(admin, ClientId, 'shared@example.com')
  expect((await admin.getUser({ AccessToken: AuthenticationResult?.AccessToken })).Username).toBe('ada')

  const confirm = (ForceAliasCreation: boolean) =>
    admin.confirmSignUp({ ClientId, Username: 'grace', ConfirmationCode: codes.grace, ForceAliasCreation })
  await expect(confirm(false)).rejects.toMatchObject(
    refusal('AliasExistsException', 'An account with the email already exists.'),
  )
  await confirm(true)
  const moved = await signIn(admin, ClientId, 'shared@example.com')
  expect((await admin.getUser({ AccessToken: moved.AuthenticationResult?.AccessToken })).Username).toBe(
    'grace',
  )
})

// Every way in which an address can come to a user, and whether it is verified then.
const unverified: [name: string, way: (pool: UnverifiedPool) => Promise<unknown>][] = [
  [
    'signs up with',
    ({ admin, ClientId }) =>
      admin.signUp({ ClientId, Username: 'eve', Password: PASSWORD, UserAttributes: [EMAIL] }),
  ],
  ['is created with', ({ admin, UserPoolId }) => createUser(admin, UserPoolId, 'eve', { email: ADDRESS })],
  [
    'is given by an administrator',
    async ({ admin, UserPoolId }) => {
      await createUser(admin, UserPoolId, 'eve')
      await admin.adminUpdateUserAttributes({ UserPoolId, Username: 'eve', UserAttributes: [EMAIL] })
    },
  ],
  [
    'changes to',
    async ({ admin, UserPoolId, ClientId }) => {
      await createUser(admin, UserPoolId, 'eve', { email: 'eve@example.com', email_verified: 'true' })
      const { AuthenticationResult } = await signIn(admin, ClientId, 'eve@example.com')
      const { AccessToken } = AuthenticationResult ?? {}
      await admin.updateUserAttributes({ AccessToken, UserAttributes: [EMAIL] })
    },
  ],
  [
    'is no longer verified with',
    async ({ admin, UserPoolId }) => {
      await createUser(admin, UserPoolId, 'eve', { email: ADDRESS, email_verified: 'true' })
      const UserAttributes = [{ Name: 'email_verified', Value: 'false' }]
      await admin.adminUpdateUserAttributes({ UserPoolId, Username: 'eve', UserAttributes })
    },
  ],
  [
    'prefers as a username',
    ({ admin, UserPoolId }) => createUser(admin, UserPoolId, 'eve', { preferred_username: ADDRESS }),
  ],
  [
    'signs up with as a preferred username',
    ({ admin, ClientId }) =>
      admin.signUp({
        ClientId,
        Username: 'eve',
        Password: PASSWORD,
        UserAttributes: [{ Name: 'preferred_username', Value: ADDRESS }],
      }),
  ],
]

const ADDRESS = 'ada@example.com'
const EMAIL = { Name: 'email', Value: ADDRESS }
type UnverifiedPool = Awaited<ReturnType<typeof createPool>> & Awaited<ReturnType<typeof startWithAdmin>>

test.each(unverified)(
  'in a pool with aliases, an address that a user %s does not sign in',
  async (_, way) => {
    const app = await startWithAdmin()
    const pool = await createPool(app.admin, { AliasAttributes: ['email', 'preferred_username'] })
    await way({ ...app, ...pool })
    await expect(signIn(app.admin, pool.ClientId, ADDRESS)).rejects.toMatchObject(
      refusal('UserNotFoundException', 'User does not exist.'),
    )
    await expect(
      app.admin.adminGetUser({ UserPoolId: pool.UserPoolId, Username: ADDRESS }),
    ).rejects.toMatchObject({ name: 'UserNotFoundException' })
    // It is free for the user who proves it.
    await createUser(app.admin, pool.UserPoolId, 'ada', { email: ADDRESS, email_verified: 'true' })
    const { AuthenticationResult } = await signIn(app.admin, pool.ClientId, ADDRESS)
    const { Username } = await app.admin.getUser({ AccessToken: AuthenticationResult?.AccessToken })
    expect(Username).toBe('ada')
  },
)

test('two users may have the same preferred username where it is not a name to sign in with', async () => {
  const { admin } = await startWithAdmin()
  const { UserPoolId, ClientId } = await createPool(admin, {
    AliasAttributes: ['email', 'preferred_username'],
  })
  for (const name of ['ada', 'eve'])
    await createUser(admin, UserPoolId, name, { preferred_username: ADDRESS })
  await expect(signIn(admin, ClientId, ADDRESS)).rejects.toMatchObject({ name: 'UserNotFoundException' })
  await expect(createUser(admin, UserPoolId, 'bob', { preferred_username: 'countess' })).resolves.toBeTypeOf(
    'string',
  )
  await expect(
    createUser(admin, UserPoolId, 'joe', { preferred_username: 'countess' }),
  ).rejects.toMatchObject(
    refusal('UsernameExistsException', 'An account with the given preferred_username already exists.'),
  )
})

test('a preferred username may look like an address where addresses are not aliases', async () => {
  const { admin } = await startWithAdmin()
  const { UserPoolId, ClientId } = await createPool(admin, { AliasAttributes: ['preferred_username'] })
  await createUser(admin, UserPoolId, 'ada', { preferred_username: ADDRESS })
  expect((await signIn(admin, ClientId, ADDRESS)).AuthenticationResult).toBeTruthy()
})

test('where users sign up with their address, it is their name before it is verified', async () => {
  const app = await startWithAdmin()
  const { UserPoolId, ClientId } = await createPool(app.admin, { UsernameAttributes: ['email'] })
  await createUser(app.admin, UserPoolId, 'eve@example.com')
  const UserAttributes = [EMAIL, { Name: 'email_verified', Value: 'false' }]
  await app.admin.adminUpdateUserAttributes({ UserPoolId, Username: 'eve@example.com', UserAttributes })
  expect((await signIn(app.admin, ClientId, ADDRESS)).AuthenticationResult).toBeTruthy()
})

test('in a pool with aliases, an address of the configuration that is not verified does not sign in', async () => {
  const users = [
    { Username: 'eve', Password: PASSWORD, UserAttributes: [EMAIL] },
    {
      Username: 'joe',
      Password: PASSWORD,
      UserAttributes: [
        { Name: 'email', Value: 'joe@example.com' },
        { Name: 'email_verified', Value: 'true' },
      ],
    },
  ]
  const { admin, userPoolClientId } = await startWithAdmin({
    config: {
      userPools: [
        {
          PoolName: 'Aliases',
          AliasAttributes: ['email'],
          clients: [{ ClientName: 'Web', ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'] }],
          users,
        },
      ],
    },
  })
  await expect(signIn(admin, userPoolClientId, ADDRESS)).rejects.toMatchObject({
    name: 'UserNotFoundException',
  })
  expect((await signIn(admin, userPoolClientId, 'joe@example.com')).AuthenticationResult).toBeTruthy()
})

test('a verified address takes precedence over a preferred username', async () => {
  const { admin } = await startWithAdmin()
  const { UserPoolId, ClientId } = await createPool(admin, {
    AliasAttributes: ['email', 'preferred_username'],
  })
  await createUser(admin, UserPoolId, 'eve', { preferred_username: 'ada@example.com' })
  const ada = { email: 'ada@example.com', email_verified: 'true', preferred_username: 'countess' }
  await createUser(admin, UserPoolId, 'ada', ada, 'Adas-Horse-1')
  for (const name of ['ada@example.com', 'countess', 'ada'])
    expect((await signIn(admin, ClientId, name, 'Adas-Horse-1')).AuthenticationResult).toBeTruthy()
})

test('names are case-sensitive by default', async () => {
  const { admin } = await startWithAdmin()
  const { UserPoolId, ClientId } = await createPool(admin)
  const ada = await createUser(admin, UserPoolId, 'ada')
  const Ada = await createUser(admin, UserPoolId, 'Ada')
  expect(ada).not.toBe(Ada)
  await expect(signIn(admin, ClientId, 'ADA')).rejects.toMatchObject({ name: 'UserNotFoundException' })
})

test('names that differ only by case are one where the pool says so, and keep their first spelling', async () => {
  const { admin } = await startWithAdmin()
  const { UserPoolId, ClientId } = await createPool(admin, {
    UsernameConfiguration: { CaseSensitive: false },
    AliasAttributes: ['email', 'preferred_username'],
  })
  await createUser(admin, UserPoolId, 'Ada', {
    email: 'Ada@Example.com',
    email_verified: 'true',
    preferred_username: 'Countess',
  })
  for (const name of ['ada', 'ADA', 'ada@example.com', 'ADA@EXAMPLE.COM', 'countess']) {
    const { AuthenticationResult } = await signIn(admin, ClientId, name)
    const user = await admin.getUser({ AccessToken: AuthenticationResult?.AccessToken })
    expect(user.Username).toBe('Ada')
    expect(user.UserAttributes).toContainEqual({ Name: 'email', Value: 'Ada@Example.com' })
  }
  await expect(createUser(admin, UserPoolId, 'aDA')).rejects.toMatchObject(
    refusal('UsernameExistsException', 'User account already exists'),
  )
  for (const Filter of ['username = "ADA"', 'email = "ada@example.com"', 'preferred_username ^= "COUNT"'])
    expect((await admin.listUsers({ UserPoolId, Filter })).Users?.length).toBe(1)
})

test('the sub of a user cannot be the username or preferred username of another', async () => {
  const { admin } = await startWithAdmin()
  const { UserPoolId, ClientId } = await createPool(admin, {
    AliasAttributes: ['preferred_username'],
    UsernameConfiguration: { CaseSensitive: false },
  })
  const sub = await createUser(admin, UserPoolId, 'ada')
  await createUser(admin, UserPoolId, 'eve')
  const { AuthenticationResult } = await signIn(admin, ClientId, 'eve')
  const { AccessToken } = AuthenticationResult ?? {}
  const given = { UserPoolId, MessageAction: 'SUPPRESS' as const }
  for (const name of [sub, sub.toUpperCase()]) {
    const UserAttributes = [{ Name: 'preferred_username', Value: name }]
    const signUp = (Username: string, more = {}) =>
      admin.signUp({ ClientId, Username, Password: PASSWORD, ...more })
    await expect(signUp(name)).rejects.toMatchObject(
      refusal('UsernameExistsException', 'User already exists'),
    )
    await expect(admin.adminCreateUser({ ...given, Username: name })).rejects.toMatchObject(
      refusal('UsernameExistsException', 'User account already exists'),
    )
    for (const taken of [
      () => signUp('mallory', { UserAttributes }),
      () => admin.adminCreateUser({ ...given, Username: 'mallory', UserAttributes }),
    ])
      await expect(taken()).rejects.toMatchObject(
        refusal('UsernameExistsException', 'An account with the given preferred_username already exists.'),
      )
    for (const taken of [
      () => admin.updateUserAttributes({ AccessToken, UserAttributes }),
      () => admin.adminUpdateUserAttributes({ UserPoolId, Username: 'eve', UserAttributes }),
    ])
      await expect(taken()).rejects.toMatchObject(
        refusal('AliasExistsException', 'An account with the given preferred_username already exists.'),
      )
  }
  expect((await admin.adminGetUser({ UserPoolId, Username: sub })).Username).toBe('ada')
  // A name that is free, or one's own, is a name like any other.
  await createUser(admin, UserPoolId, '00000000-0000-4000-8000-000000000000')
  await admin.adminUpdateUserAttributes({
    UserPoolId,
    Username: 'ada',
    UserAttributes: [{ Name: 'preferred_username', Value: sub }],
  })
})

test('a username and a preferred username to sign in with cannot belong to two users', async () => {
  const { admin } = await startWithAdmin()
  const { UserPoolId, ClientId } = await createPool(admin, {
    AliasAttributes: ['preferred_username'],
    UsernameConfiguration: { CaseSensitive: false },
  })
  const preferred = (Value: string) => [{ Name: 'preferred_username', Value }]
  await createUser(admin, UserPoolId, 'ada', { preferred_username: 'countess' })
  await createUser(admin, UserPoolId, 'eve')
  const given = { UserPoolId, MessageAction: 'SUPPRESS' as const }
  for (const taken of [
    () => admin.signUp({ ClientId, Username: 'Countess', Password: PASSWORD }),
    () => admin.adminCreateUser({ ...given, Username: 'countess' }),
    () => admin.adminCreateUser({ ...given, Username: 'bob', UserAttributes: preferred('Ada') }),
  ])
    await expect(taken()).rejects.toMatchObject({ name: 'UsernameExistsException' })
  await expect(
    admin.adminUpdateUserAttributes({ UserPoolId, Username: 'eve', UserAttributes: preferred('ada') }),
  ).rejects.toMatchObject({ name: 'AliasExistsException' })
  expect((await admin.adminGetUser({ UserPoolId, Username: 'countess' })).Username).toBe('ada')
  // The same two names of one user, and one that its user has let go of.
  const rename = (Username: string, value: string) =>
    admin.adminUpdateUserAttributes({ UserPoolId, Username, UserAttributes: preferred(value) })
  await rename('ada', 'ada')
  await rename('eve', 'countess')
  expect((await signIn(admin, ClientId, 'countess')).AuthenticationResult).toBeTruthy()
})

test('where preferred usernames are not names to sign in with, one may be the username of another user', async () => {
  const { admin } = await startWithAdmin()
  const { UserPoolId } = await createPool(admin)
  await createUser(admin, UserPoolId, 'ada', { preferred_username: 'countess' })
  await createUser(admin, UserPoolId, 'countess', { preferred_username: 'ada' })
  expect((await admin.adminGetUser({ UserPoolId, Username: 'countess' })).Username).toBe('countess')
})

test('the sub of a user is a name in the pool of the user and in no other', async () => {
  const { admin } = await startWithAdmin()
  const { UserPoolId } = await createPool(admin)
  const other = await createPool(admin)
  const sub = await createUser(admin, UserPoolId, 'ada')
  expect((await admin.adminGetUser({ UserPoolId, Username: sub })).Username).toBe('ada')
  await expect(admin.adminGetUser({ UserPoolId: other.UserPoolId, Username: sub })).rejects.toMatchObject(
    refusal('UserNotFoundException', 'User does not exist.'),
  )
  expect(await createUser(admin, other.UserPoolId, sub)).not.toBe(sub)
})

test('a preferred username to sign in with is at most as long as a username', async () => {
  const { admin } = await startWithAdmin()
  const { UserPoolId, ClientId } = await createPool(admin, { AliasAttributes: ['preferred_username'] })
  const [longest, tooLong] = ['\u8a9e'.repeat(128), '\u8a9e'.repeat(129)]
  await createUser(admin, UserPoolId, 'ada', { preferred_username: longest })
  const { AuthenticationResult } = await signIn(admin, ClientId, longest)
  const UserAttributes = [{ Name: 'preferred_username', Value: tooLong }]
  const { AccessToken } = AuthenticationResult ?? {}
  for (const refused of [
    () => admin.signUp({ ClientId, Username: 'eve', Password: PASSWORD, UserAttributes }),
    () => admin.adminCreateUser({ UserPoolId, Username: 'eve', UserAttributes }),
    () => admin.updateUserAttributes({ AccessToken, UserAttributes }),
    () => admin.adminUpdateUserAttributes({ UserPoolId, Username: 'ada', UserAttributes }),
  ])
    await expect(refused()).rejects.toMatchObject(
      refusal(
        'InvalidParameterException',
        'Attributes did not conform to the schema: preferred_username: String must be no longer than 128 characters\n',
      ),
    )
  const other = await createPool(admin)
  await createUser(admin, other.UserPoolId, 'ada', { preferred_username: tooLong })
})

test('a name with U+0000 in it is a name like any other', async () => {
  const { admin, userPoolClientId } = await startWithAdmin()
  const { UserPoolId, ClientId } = await createPool(admin, { AliasAttributes: ['preferred_username'] })
  await createUser(admin, UserPoolId, 'ada', { preferred_username: 'ada\0one' }, 'Adas-Horse-1')
  await createUser(admin, UserPoolId, 'grace', { preferred_username: 'ada\0two' }, 'Graces-Horse-1')
  for (const [name, password] of [
    ['ada\0one', 'Adas-Horse-1'],
    ['ada\0two', 'Graces-Horse-1'],
  ] as const)
    expect((await signIn(admin, ClientId, name, password)).AuthenticationResult).toBeTruthy()
  await expect(
    createUser(admin, UserPoolId, 'eve', { preferred_username: 'ada\0one' }),
  ).rejects.toMatchObject(
    refusal('UsernameExistsException', 'An account with the given preferred_username already exists.'),
  )
  await expect(signIn(admin, ClientId, 'ada\0')).rejects.toMatchObject(
    refusal('UserNotFoundException', 'User does not exist.'),
  )
  await expect(signIn(admin, userPoolClientId ?? '', '\0')).rejects.toMatchObject({
    name: 'NotAuthorizedException',
  })
})
