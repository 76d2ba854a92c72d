import { createHmac } from 'node:crypto'
import { decodeJwt } from 'jose'
import { expect, test } from 'vitest'
import { createPool, createUser, refusal, signIn, startWithAdmin } from './admin.js'
import { onPostgres, sharedDatabase } from './fresh-database.js'
import { holdStatement } from './hold-statement.js'
import { PASSWORD, start } from './start.js'
import { stillClock } from './still-clock.js'

test('a client without settings has the defaults of the service', async () => {
  const { admin, userPoolId: UserPoolId } = await startWithAdmin()
  const { UserPoolClient } = await admin.createUserPoolClient({ UserPoolId, ClientName: 'plain' })
  expect(UserPoolClient).toEqual({
    UserPoolId,
    ClientName: 'plain',
    ClientId: expect.stringMatching(/^[0-9a-z]{26}$/),
    CreationDate: expect.any(Date),
    LastModifiedDate: expect.any(Date),
    RefreshTokenValidity: 30,
    TokenValidityUnits: {},
    AllowedOAuthFlowsUserPoolClient: false,
    EnableTokenRevocation: true,
    EnablePropagateAdditionalUserContextData: false,
    AuthSessionValidity: 3,
    ClientType: 'REGULAR',
  })
  const described = await admin.describeUserPoolClient({ UserPoolId, ClientId: UserPoolClient?.ClientId })
  expect(described.UserPoolClient).toEqual(UserPoolClient)
})

test('a client is described with the settings that it was given', async () => {
  const { admin, userPoolId: UserPoolId } = await startWithAdmin()
  const settings = {
    ClientSecret: 'a-secret-of-our-own-choosing'.replaceAll('-', '_'),
    ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_CUSTOM_AUTH'],
    PreventUserExistenceErrors: 'ENABLED',
    ReadAttributes: ['email', 'name'],
    WriteAttributes: ['email'],
    AccessTokenValidity: 10,
    IdTokenValidity: 2,
    RefreshTokenValidity: 3,
    TokenValidityUnits: { AccessToken: 'minutes', IdToken: 'hours', RefreshToken: 'days' },
    RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 10 },
    AuthSessionValidity: 15,
    EnableTokenRevocation: false,
    SupportedIdentityProviders: ['COGNITO'],
  } satisfies Partial<Parameters<typeof admin.createUserPoolClient>[0]>
  const { UserPoolClient } = await admin.createUserPoolClient({ UserPoolId, ClientName: 'rich', ...settings })
  expect(UserPoolClient).toMatchObject(settings)
})

test('a generated secret is needed to sign in', async () => {
  const { admin } = await startWithAdmin()
  const { UserPoolId } = await createPool(admin)
  await createUser(admin, UserPoolId, 'ada')
  const { UserPoolClient } = await admin.createUserPoolClient({
    UserPoolId,
    ClientName: 'secret',
    GenerateSecret: true,
    ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'],
  })
  const { ClientId = '', ClientSecret = '' } = UserPoolClient ?? {}
  expect(ClientSecret).toMatch(/^[0-9a-z]{51}$/)
  await expect(signIn(admin, ClientId, 'ada')).rejects.toMatchObject(
    refusal(
      'NotAuthorizedException',
      `Client ${ClientId} is configured with secret but SECRET_HASH was not received`,
    ),
  )
  const SECRET_HASH = createHmac('sha256', ClientSecret).update(`ada${ClientId}`).digest('base64')
  const { AuthenticationResult } = await admin.initiateAuth({
    ClientId,
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: 'ada', PASSWORD: 'Correct-Horse-1', SECRET_HASH },
  })
  expect(AuthenticationResult?.AccessToken).toBeTypeOf('string')
})

test('only the clients of a pool are listed, page by page', async () => {
  const { admin } = await startWithAdmin()
  const { UserPoolId, ClientId } = await createPool(admin)
  await createPool(admin)
  const ids = [ClientId]
  for (const ClientName of ['a', 'b', 'c', 'd']) {
    const { UserPoolClient } = await admin.createUserPoolClient({ UserPoolId, ClientName })
    ids.push(UserPoolClient?.ClientId ?? '')
  }
  const seen = []
  let NextToken: string | undefined
  do {
    const page = await admin.listUserPoolClients({ UserPoolId, MaxResults: 2, NextToken })
    seen.push(...(page.UserPoolClients ?? []))
    NextToken = page.NextToken
  } while (NextToken)
  expect(seen.map((client) => client.ClientId)).toEqual([...ids].sort())
  expect(seen.find(({ ClientName }) => ClientName === 'c')).toEqual({
    ClientId: expect.any(String),
    UserPoolId,
    ClientName: 'c',
  })
  expect((await admin.listUserPoolClients({ UserPoolId, ClientType: 'DCR' })).UserPoolClients).toEqual([])
})

test('a deleted client is gone, and its tokens are refused', async () => {
  const { admin, call } = await startWithAdmin()
  const { UserPoolId, ClientId } = await createPool(admin)
  await createUser(admin, UserPoolId, 'ada')
  const { AuthenticationResult } = await signIn(admin, ClientId, 'ada')
  const deleted = await call('DeleteUserPoolClient', { UserPoolId, ClientId })
  expect([deleted.status, deleted.text]).toEqual([200, ''])
  await expect(admin.getUser({ AccessToken: AuthenticationResult?.AccessToken })).rejects.toMatchObject(
    refusal('NotAuthorizedException', 'Access Token has been revoked'),
  )
  const gone = refusal('ResourceNotFoundException', `User pool client ${ClientId} does not exist.`)
  await expect(admin.deleteUserPoolClient({ UserPoolId, ClientId })).rejects.toMatchObject(gone)
  await expect(admin.describeUserPoolClient({ UserPoolId, ClientId })).rejects.toMatchObject(gone)
})

test('a client that is read while it changes is not cached in its old state', async () => {
  const { call, userPoolId: UserPoolId, userPoolClientId: ClientId } = await start({ clock: stillClock() })
  const signIn = async () => {
    const AuthParameters = { USERNAME: 'nobody@example.com', PASSWORD }
    return (await call('InitiateAuth', { ClientId, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters })).body
      .message
  }
  const { held, release } = holdStatement(/^select "c"."id"/, 'once it is answered')
  const first = signIn()
  await held
  await call('UpdateUserPoolClient', { UserPoolId, ClientId, ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH'] })
  release()
  expect(await first).toBe('Incorrect username or password.')
  expect(await signIn()).toBe('USER_PASSWORD_AUTH flow not enabled for this client')
})

// On SQLite, every change waits for every other.
test.runIf(onPostgres)('a change of one client does not wait for that of another', async () => {
  const { call, userPoolId: UserPoolId, userPoolClientId } = await start()
  const { body } = await call('CreateUserPoolClient', { UserPoolId, ClientName: 'another' })
  const change = async (ClientId: string) =>
    (await call('UpdateUserPoolClient', { UserPoolId, ClientId, ClientName: 'changed' })).status
  const { held, release } = holdStatement(/^update "app_clients" set "id"/, 'once it is answered')
  const first = change(userPoolClientId)
  await held
  expect(await change(body.UserPoolClient.ClientId)).toBe(200)
  release()
  expect(await first).toBe(200)
})

test('a start without a configuration announces a pool and a client of this pool', async () => {
  const database = await sharedDatabase()
  const clock = stillClock()
  const pool = (name: string, ClientId: string) => ({
    UserPoolId: `us-east-1_${name}`,
    PoolName: name,
    clients: [{ ClientId, ClientName: ClientId }],
  })
  const config = { userPools: [pool('First0001', 'zoe'), pool('Second001', 'amy')] }
  const first = await start({ ...database, clock, config })
  const announced = { userPoolId: 'us-east-1_First0001', userPoolClientId: 'zoe' }
  expect(first).toMatchObject(announced)
  await first.server.close()
  expect(await start({ ...database, clock })).toMatchObject(announced)
})

test('a client is found in its own pool only', async () => {
  const { admin } = await startWithAdmin()
  const { ClientId } = await createPool(admin)
  const { UserPoolId } = await createPool(admin)
  const gone = refusal('ResourceNotFoundException', `User pool client ${ClientId} does not exist.`)
  await expect(admin.describeUserPoolClient({ UserPoolId, ClientId })).rejects.toMatchObject(gone)
  await expect(admin.deleteUserPoolClient({ UserPoolId, ClientId })).rejects.toMatchObject(gone)
})

const POOL = {
  Schema: [
    { Name: 'email', AttributeDataType: 'String', Required: true },
    { Name: 'risk', AttributeDataType: 'String', DeveloperOnlyAttribute: true },
  ],
} as const

test.each([
  [
    'reading what is not there',
    { ReadAttributes: ['custom:nothing'] },
    'Invalid read attributes specified while creating a client',
  ],
  [
    'reading what is for developers',
    { ReadAttributes: ['dev:custom:risk'] },
    'Invalid read attributes specified while creating a client',
  ],
  [
    'writing what is not there',
    { WriteAttributes: ['email', 'custom:nothing'] },
    'Invalid write attributes specified while creating a client',
  ],
  [
    'writing the verified flag',
    { WriteAttributes: ['email', 'email_verified'] },
    'Invalid write attributes specified while creating a client',
  ],
  [
    'writing sub',
    { WriteAttributes: ['email', 'sub'] },
    'Invalid write attributes specified while creating a client',
  ],
  [
    'not writing what is required',
    { WriteAttributes: ['name'] },
    'Invalid write attributes specified while creating a client',
  ],
  [
    'an access token of 4 minutes',
    { AccessTokenValidity: 4, TokenValidityUnits: { AccessToken: 'minutes' } },
    'Invalid range for token validity.',
  ],
  [
    'an ID token of 4 minutes',
    { IdTokenValidity: 4, TokenValidityUnits: { IdToken: 'minutes' } },
    'Invalid range for token validity.',
  ],
  ['an access token of 25 hours', { AccessTokenValidity: 25 }, 'Invalid range for token validity.'],
  [
    'an ID token of 2 days',
    { IdTokenValidity: 2, TokenValidityUnits: { IdToken: 'days' } },
    'Invalid range for token validity.',
  ],
  [
    'a refresh token of 59 minutes',
    { RefreshTokenValidity: 59, TokenValidityUnits: { RefreshToken: 'minutes' } },
    'Invalid range for token validity.',
  ],
  ['a refresh token of 3651 days', { RefreshTokenValidity: 3651 }, 'Invalid range for token validity.'],
  [
    'an access token that outlives the refresh token',
    {
      AccessTokenValidity: 61,
      RefreshTokenValidity: 60,
      TokenValidityUnits: { AccessToken: 'minutes', RefreshToken: 'minutes' },
    },
    'Access and Id Token expiration times must be less than or equal to refresh token expiration times.',
  ],
  [
    'an ID token that outlives the refresh token',
    { IdTokenValidity: 2, RefreshTokenValidity: 1, TokenValidityUnits: { RefreshToken: 'hours' } },
    'Access and Id Token expiration times must be less than or equal to refresh token expiration times.',
  ],
  [
    'flows of both kinds',
    { ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'USER_PASSWORD_AUTH'] },
    "Auth flow name with prefix 'ALLOW' cannot be used with legacy auth flow names.",
  ],
  [
    'rotation with the refresh flow',
    { RefreshTokenRotation: { Feature: 'ENABLED' }, ExplicitAuthFlows: ['ALLOW_REFRESH_TOKEN_AUTH'] },
    'ALLOW_REFRESH_TOKEN_AUTH cannot be enabled together with refresh token rotation.',
  ],
  [
    'two secrets',
    { GenerateSecret: true, ClientSecret: 'abcdefghijklmnopqrstuvwxyz' },
    'ClientSecret cannot be given together with GenerateSecret.',
  ],
])('a client with %s is refused', async (_, settings, message) => {
  const { admin, call } = await startWithAdmin()
  const { UserPool } = await admin.createUserPool({
    PoolName: 'test',
    ...structuredClone(POOL),
    Schema: [...POOL.Schema],
  })
  const { status, body } = await call('CreateUserPoolClient', {
    UserPoolId: UserPool?.Id,
    ClientName: 'x',
    ...settings,
  })
  expect(status).toBe(400)
  expect(body).toEqual({ __type: 'InvalidParameterException', message })
})

test.each([
  { AccessTokenValidity: 5, TokenValidityUnits: { AccessToken: 'minutes' } },
  { AccessTokenValidity: 24 },
  { IdTokenValidity: 5, TokenValidityUnits: { IdToken: 'minutes' } },
  { IdTokenValidity: 1, TokenValidityUnits: { IdToken: 'days' } },
  { RefreshTokenValidity: 60, TokenValidityUnits: { RefreshToken: 'minutes' } },
  { RefreshTokenValidity: 3650 },
] as const)('tokens may be valid for as short or as long as %j', async (settings) => {
  const { admin, userPoolId: UserPoolId } = await startWithAdmin()
  const { UserPoolClient } = await admin.createUserPoolClient({ UserPoolId, ClientName: 'x', ...settings })
  expect(UserPoolClient).toMatchObject(settings)
})

test('an unknown identity provider is refused by its name', async () => {
  const { admin, userPoolId: UserPoolId } = await startWithAdmin()
  await expect(
    admin.createUserPoolClient({
      UserPoolId,
      ClientName: 'x',
      SupportedIdentityProviders: ['COGNITO', 'Okta'],
    }),
  ).rejects.toMatchObject(
    refusal('InvalidParameterException', `The provider Okta does not exist for User Pool ${UserPoolId}.`),
  )
})

test('a client may read the identities of its users', async () => {
  const { admin, userPoolId: UserPoolId } = await startWithAdmin()
  const ReadAttributes = ['email', 'identities']
  const { UserPoolClient } = await admin.createUserPoolClient({ UserPoolId, ClientName: 'x', ReadAttributes })
  expect(UserPoolClient).toMatchObject({ ReadAttributes })
})

test('a client reads and writes only the attributes that it is allowed to', async () => {
  const { admin } = await startWithAdmin()
  const { UserPoolId } = await createPool(admin)
  const { UserPoolClient } = await admin.createUserPoolClient({
    UserPoolId,
    ClientName: 'narrow',
    ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'],
    ReadAttributes: ['name'],
    WriteAttributes: ['nickname'],
  })
  const ClientId = UserPoolClient?.ClientId ?? ''
  await createUser(admin, UserPoolId, 'ada', { name: 'Ada', nickname: 'Countess', email: 'ada@example.com' })
  const { AuthenticationResult } = await signIn(admin, ClientId, 'ada')
  const AccessToken = AuthenticationResult?.AccessToken
  const { UserAttributes } = await admin.getUser({ AccessToken })
  expect(UserAttributes?.map(({ Name }) => Name)).toEqual(['sub', 'name'])
  const claims = JSON.parse(
    Buffer.from(AuthenticationResult?.IdToken?.split('.')[1] ?? '', 'base64url').toString(),
  )
  expect(claims).toMatchObject({ name: 'Ada' })
  expect(claims).not.toHaveProperty('email')
  expect(claims).not.toHaveProperty('nickname')
  await admin.updateUserAttributes({ AccessToken, UserAttributes: [{ Name: 'nickname', Value: 'A' }] })
  const unauthorized = refusal('NotAuthorizedException', 'A client attempted to write unauthorized attribute')
  await expect(
    admin.updateUserAttributes({ AccessToken, UserAttributes: [{ Name: 'name', Value: 'A' }] }),
  ).rejects.toMatchObject(unauthorized)
  await expect(
    admin.signUp({
      ClientId,
      Username: 'grace',
      Password: 'Correct-Horse-1',
      UserAttributes: [{ Name: 'name', Value: 'Grace' }],
    }),
  ).rejects.toMatchObject(unauthorized)
})

test('tokens are valid for as long as the client says', async () => {
  const { admin, server } = await startWithAdmin()
  const { UserPoolId } = await createPool(admin)
  await createUser(admin, UserPoolId, 'ada')
  const { UserPoolClient } = await admin.createUserPoolClient({
    UserPoolId,
    ClientName: 'brief',
    ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    AccessTokenValidity: 5,
    RefreshTokenValidity: 60,
    TokenValidityUnits: { AccessToken: 'minutes', RefreshToken: 'minutes' },
  })
  const ClientId = UserPoolClient?.ClientId ?? ''
  const { AuthenticationResult } = await signIn(admin, ClientId, 'ada')
  expect(AuthenticationResult?.ExpiresIn).toBe(300)
  const REFRESH_TOKEN = AuthenticationResult?.RefreshToken ?? ''
  const refresh = () =>
    admin.initiateAuth({ ClientId, AuthFlow: 'REFRESH_TOKEN_AUTH', AuthParameters: { REFRESH_TOKEN } })
  server.clock.advance(301)
  await expect(admin.getUser({ AccessToken: AuthenticationResult?.AccessToken })).rejects.toMatchObject(
    refusal('NotAuthorizedException', 'Access Token has expired'),
  )
  server.clock.advance(3290)
  expect((await refresh()).AuthenticationResult?.AccessToken).toBeTypeOf('string')
  server.clock.advance(10)
  await expect(refresh()).rejects.toMatchObject(
    refusal('NotAuthorizedException', 'Refresh Token has expired'),
  )
})

test.each([
  { settings: {}, access: 3600, id: 3600 },
  { settings: { AccessTokenValidity: 2 }, access: 7200, id: 3600 },
  { settings: { IdTokenValidity: 3 }, access: 3600, id: 10_800 },
  {
    settings: {
      AccessTokenValidity: 5,
      IdTokenValidity: 2,
      TokenValidityUnits: { AccessToken: 'minutes', IdToken: 'hours' },
    },
    access: 300,
    id: 7200,
  },
  {
    settings: {
      AccessTokenValidity: 1,
      IdTokenValidity: 600,
      TokenValidityUnits: { AccessToken: 'days', IdToken: 'seconds' },
    },
    access: 86_400,
    id: 600,
  },
  {
    settings: {
      AccessTokenValidity: 2,
      IdTokenValidity: 7,
      TokenValidityUnits: { RefreshToken: 'days', IdToken: 'minutes' },
    },
    access: 7200,
    id: 420,
  },
] as const)(
  'access tokens are valid for $access seconds and ID tokens for $id where the client says so',
  async ({ settings, access, id }) => {
    const { admin, server } = await startWithAdmin({ clock: stillClock() })
    const { UserPoolId } = await createPool(admin)
    await createUser(admin, UserPoolId, 'ada')
    const { UserPoolClient } = await admin.createUserPoolClient({
      UserPoolId,
      ClientName: 'test',
      ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
      ...settings,
    })
    const ClientId = UserPoolClient?.ClientId ?? ''
    const { AuthenticationResult: first } = await signIn(admin, ClientId, 'ada')
    const { AuthenticationResult: second } = await admin.getTokensFromRefreshToken({
      ClientId,
      RefreshToken: first?.RefreshToken,
    })
    const lifetime = (token = '') => {
      const { exp = 0, iat = 0 } = decodeJwt(token)
      expect(iat).toBe(Math.floor(server.clock.now() / 1000))
      return exp - iat
    }
    for (const tokens of [first, second]) {
      expect(tokens?.ExpiresIn).toBe(access)
      expect([lifetime(tokens?.AccessToken), lifetime(tokens?.IdToken)]).toEqual([access, id])
    }
    const { exp = 0 } = decodeJwt(first?.AccessToken ?? '')
    server.clock.advance(exp - server.clock.now() / 1000 - 0.001)
    expect((await admin.getUser({ AccessToken: first?.AccessToken })).Username).toBe('ada')
    server.clock.advance(0.001)
    await expect(admin.getUser({ AccessToken: first?.AccessToken })).rejects.toMatchObject(
      refusal('NotAuthorizedException', 'Access Token has expired'),
    )
  },
)

test.each([
  [{}, 30],
  [{ RefreshTokenValidity: 0 }, 30],
  [{ TokenValidityUnits: { RefreshToken: 'hours' } }, 720],
  [{ RefreshTokenValidity: 0, TokenValidityUnits: { RefreshToken: 'seconds' } }, 2_592_000],
  [{ RefreshTokenValidity: 2, TokenValidityUnits: { RefreshToken: 'hours' } }, 2],
] as const)(
  'the validity of refresh tokens of a client with %j is described as it is',
  async (settings, described) => {
    const { admin, server } = await startWithAdmin({ clock: stillClock() })
    const { UserPoolId } = await createPool(admin)
    await createUser(admin, UserPoolId, 'ada')
    const { UserPoolClient } = await admin.createUserPoolClient({
      UserPoolId,
      ClientName: 'test',
      ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
      ...settings,
    })
    expect(UserPoolClient?.RefreshTokenValidity).toBe(described)
    const unit = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 }[
      UserPoolClient?.TokenValidityUnits?.RefreshToken ?? 'days'
    ]
    const ClientId = UserPoolClient?.ClientId ?? ''
    const { AuthenticationResult } = await signIn(admin, ClientId, 'ada')
    const refresh = () =>
      admin.initiateAuth({
        ClientId,
        AuthFlow: 'REFRESH_TOKEN_AUTH',
        AuthParameters: { REFRESH_TOKEN: AuthenticationResult?.RefreshToken ?? '' },
      })
    server.clock.advance(described * unit - 0.001)
    expect((await refresh()).AuthenticationResult).toBeTruthy()
    server.clock.advance(0.001)
    await expect(refresh()).rejects.toMatchObject(
      refusal('NotAuthorizedException', 'Refresh Token has expired'),
    )
  },
)

test('a pool has at most a thousand clients', async () => {
  const { admin, call } = await startWithAdmin()
  const { UserPoolId, ClientId } = await createPool(admin)
  const another = () => call('CreateUserPoolClient', { UserPoolId, ClientName: 'another' })
  for (let clients = 1; clients < 1000; clients++) expect((await another()).status).toBe(200)
  await expect(admin.createUserPoolClient({ UserPoolId, ClientName: 'one too many' })).rejects.toMatchObject(
    refusal('LimitExceededException', 'Exceeded the limit of 1000 app clients per user pool.'),
  )
  await admin.deleteUserPoolClient({ UserPoolId, ClientId })
  expect((await another()).status).toBe(200)
})
