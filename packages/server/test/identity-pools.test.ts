import { decodeJwt } from 'jose'
import { expect, test } from 'vitest'
import { refusal } from './admin.js'
import {
  awsName,
  createIdentityPool,
  loginOf,
  newLogin,
  ROLES,
  readSessionToken,
  startWithIdentities,
} from './identities.js'

const NO_MATCH = refusal(
  'NotAuthorizedException',
  "Logins don't match. Please include at least one valid login for this identity or identity pool.",
)
const NOT_SUPPORTED = refusal(
  'NotAuthorizedException',
  'Token is not from a supported provider of this identity pool.',
)

test('a developer has an identity pool from the start, for guests and for users of the default pool', async () => {
  const app = await startWithIdentities()
  const { identities, identityPoolId: IdentityPoolId, userPoolClientId } = app
  expect(await identities.describeIdentityPool({ IdentityPoolId })).toMatchObject({
    IdentityPoolName: 'Default identity pool',
    AllowUnauthenticatedIdentities: true,
    CognitoIdentityProviders: [{ ClientId: 'amuletdevoauthclient000000' }, { ClientId: userPoolClientId }],
  })
  const guest = await identities.getId({ IdentityPoolId })
  expect(guest.IdentityId).toMatch(/^us-east-1:[0-9a-f-]{36}$/)
  const { Credentials } = await identities.getCredentialsForIdentity({ IdentityId: guest.IdentityId })
  expect(Credentials).toMatchObject({
    AccessKeyId: expect.stringMatching(/^ASIAAMULETDEV[A-Z2-7]{7}$/),
    SecretKey: expect.stringMatching(/^[A-Za-z0-9+/]{40}$/),
  })
  expect(Number(Credentials?.Expiration)).toBe((Math.floor(app.server.clock.now() / 1000) + 3600) * 1000)
  const { logins: Logins } = await newLogin(app)
  const { IdentityId } = await identities.getId({ IdentityPoolId, Logins })
  const signedIn = await identities.getCredentialsForIdentity({ IdentityId, Logins })
  expect(signedIn.IdentityId).toBe(IdentityId)
  expect(readSessionToken(signedIn.Credentials?.SessionToken)).toMatchObject({
    identityId: IdentityId,
    roleArn: 'arn:aws:iam::000000000000:role/amulet-dev-authenticated',
  })
})

test('a user has one identity in a pool, whichever name the provider is configured and sent by', async () => {
  const app = await startWithIdentities()
  const { identities, userPoolId, userPoolClientId: ClientId } = app
  const { idToken } = await newLogin(app)
  const byIssuer = String(decodeJwt(idToken).iss).replace('http://', '')
  for (const ProviderName of [awsName(userPoolId), byIssuer]) {
    const IdentityPoolId = await createIdentityPool(app, {
      CognitoIdentityProviders: [{ ProviderName, ClientId }],
    })
    const ids = []
    for (const name of [byIssuer, awsName(userPoolId)])
      ids.push((await identities.getId({ IdentityPoolId, Logins: { [name]: idToken } })).IdentityId)
    const both = { [byIssuer]: idToken, [awsName(userPoolId)]: idToken }
    ids.push((await identities.getId({ IdentityPoolId, Logins: both })).IdentityId)
    expect(new Set(ids).size).toBe(1)
    expect(await identities.describeIdentity({ IdentityId: ids[0] })).toMatchObject({
      Logins: [ProviderName],
    })
  }
})

test('a user has one identity however many devices request it at the same moment', async () => {
  const app = await startWithIdentities()
  const { identities } = app
  const IdentityPoolId = await createIdentityPool(app)
  const { logins: Logins } = await newLogin(app)
  const ids = await Promise.all(
    Array.from({ length: 12 }, async () => (await identities.getId({ IdentityPoolId, Logins })).IdentityId),
  )
  expect(new Set(ids).size).toBe(1)
  const { Identities = [] } = await identities.listIdentities({ IdentityPoolId, MaxResults: 60 })
  expect(Identities.map(({ IdentityId }) => IdentityId)).toEqual([ids[0]])
})

test('guests are refused where the pool allows none', async () => {
  const app = await startWithIdentities()
  const { identities } = app
  const IdentityPoolId = await createIdentityPool(app, { AllowUnauthenticatedIdentities: true })
  const { IdentityId } = await identities.getId({ IdentityPoolId })
  await identities.updateIdentityPool({
    IdentityPoolId,
    IdentityPoolName: 'test',
    AllowUnauthenticatedIdentities: false,
  })
  const noGuests = refusal(
    'NotAuthorizedException',
    'Unauthenticated access is not supported for this identity pool.',
  )
  await expect(identities.getId({ IdentityPoolId })).rejects.toMatchObject(noGuests)
  await expect(identities.getId({ IdentityPoolId, Logins: {} })).rejects.toMatchObject(noGuests)
  await expect(identities.getCredentialsForIdentity({ IdentityId })).rejects.toMatchObject(noGuests)
})

test('a guest who signs in keeps the identity, unless the user has another one', async () => {
  const app = await startWithIdentities()
  const { identities } = app
  const IdentityPoolId = await createIdentityPool(app, { AllowUnauthenticatedIdentities: true })
  const guest = async () => (await identities.getId({ IdentityPoolId })).IdentityId
  const { logins: Logins } = await newLogin(app)
  const first = await guest()
  const kept = await identities.getCredentialsForIdentity({ IdentityId: first, Logins })
  expect(kept.IdentityId).toBe(first)
  // The id alone was enough for a guest, and is no longer.
  await expect(identities.getCredentialsForIdentity({ IdentityId: first })).rejects.toMatchObject(NO_MATCH)

  const second = await guest()
  const moved = await identities.getCredentialsForIdentity({ IdentityId: second, Logins })
  expect(moved.IdentityId).toBe(first)
  await expect(identities.getCredentialsForIdentity({ IdentityId: second })).rejects.toMatchObject(
    refusal('NotAuthorizedException', `Access to Identity '${second}' is forbidden.`),
  )
  const listed = async (HideDisabled: boolean) =>
    (await identities.listIdentities({ IdentityPoolId, MaxResults: 60, HideDisabled })).Identities?.length
  expect([await listed(true), await listed(false)]).toEqual([1, 2])
})

test('of two users who claim the identity of one guest at the same moment, one gets it', async () => {
  const app = await startWithIdentities()
  const { identities } = app
  const IdentityPoolId = await createIdentityPool(app, { AllowUnauthenticatedIdentities: true })
  const users = [await newLogin(app), await newLogin(app), await newLogin(app)]
  const { IdentityId } = await identities.getId({ IdentityPoolId })
  const claims = await Promise.allSettled(
    users.map(({ logins: Logins }) => identities.getCredentialsForIdentity({ IdentityId, Logins })),
  )
  expect(claims.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected', 'rejected'])
  for (const claim of claims) if (claim.status === 'rejected') expect(claim.reason).toMatchObject(NO_MATCH)
  const { Logins } = await identities.describeIdentity({ IdentityId })
  expect(Logins).toEqual([awsName(app.userPoolId)])
})

test('another user cannot get the identity of a user, not even with a second login', async () => {
  const app = await startWithIdentities()
  const { identities } = app
  const IdentityPoolId = await createIdentityPool(app)
  const [ada, bob] = [await newLogin(app), await newLogin(app)]
  const { IdentityId } = await identities.getId({ IdentityPoolId, Logins: ada.logins })
  await expect(
    identities.getCredentialsForIdentity({ IdentityId, Logins: bob.logins }),
  ).rejects.toMatchObject(NO_MATCH)
  await identities.getId({ IdentityPoolId, Logins: bob.logins })
  await expect(
    identities.getCredentialsForIdentity({ IdentityId, Logins: bob.logins }),
  ).rejects.toMatchObject(NO_MATCH)
  expect((await identities.getCredentialsForIdentity({ IdentityId, Logins: ada.logins })).IdentityId).toBe(
    IdentityId,
  )
})

test('tokens of other clients and other pools, access tokens and altered tokens are refused', async () => {
  const app = await startWithIdentities()
  const { identities, admin, userPoolId, userPoolClientId } = app
  const IdentityPoolId = await createIdentityPool(app)
  const { idToken, accessToken, email } = await newLogin(app)
  const refused = async (Logins: Record<string, string>, error: object) =>
    await expect(identities.getId({ IdentityPoolId, Logins })).rejects.toMatchObject(error)
  const name = awsName(userPoolId)
  const [head, payload, signature = ''] = idToken.split('.')
  const unsigned = refusal('NotAuthorizedException', "Invalid login token. Couldn't verify signed token.")
  const notCognito = refusal('NotAuthorizedException', 'Invalid login token. Not a Cognito token.')
  const changed = `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`
  await refused({ [name]: `${head}.${payload}.${changed}` }, unsigned)
  const none = Buffer.from('{"alg":"none"}').toString('base64url')
  await refused({ [name]: `${none}.${payload}.` }, unsigned)
  await refused({ [name]: 'no token' }, notCognito)
  await refused({ [name]: accessToken }, notCognito)

  const other = await admin.createUserPool({ PoolName: 'other' })
  const otherId = other.UserPool?.Id ?? ''
  await refused({ [awsName(otherId)]: idToken }, NOT_SUPPORTED)
  const configured = await createIdentityPool(app, {
    CognitoIdentityProviders: [{ ProviderName: awsName(otherId), ClientId: userPoolClientId }],
  })
  await expect(
    identities.getId({ IdentityPoolId: configured, Logins: { [awsName(otherId)]: idToken } }),
  ).rejects.toMatchObject(unsigned)

  const { UserPoolClient } = await admin.createUserPoolClient({
    UserPoolId: userPoolId,
    ClientName: 'another',
    ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
  })
  const another = { ...app, userPoolClientId: UserPoolClient?.ClientId ?? '' }
  await refused((await loginOf(another, email)).logins, NOT_SUPPORTED)
  await refused({ 'accounts.google.com': idToken }, NOT_SUPPORTED)
  await refused(
    { somebody: 'ada' },
    refusal('InvalidParameterException', 'Please provide a valid public provider'),
  )
  expect((await identities.getId({ IdentityPoolId, Logins: { [name]: idToken } })).IdentityId).toBeTruthy()
})

test('a token that has expired is refused with both times', async () => {
  const app = await startWithIdentities()
  const { identities, server } = app
  const IdentityPoolId = await createIdentityPool(app)
  const { logins: Logins, idToken } = await newLogin(app)
  const { exp } = JSON.parse(Buffer.from(idToken.split('.')[1] ?? '', 'base64url').toString())
  server.clock.advance(3601)
  await expect(identities.getId({ IdentityPoolId, Logins })).rejects.toMatchObject({
    name: 'NotAuthorizedException',
    message: expect.stringMatching(new RegExp(`^Invalid login token. Token expired: \\d+ >= ${exp}$`)),
  })
})

test('the token of a user who signed out counts until it expires, unless the pool asks the server', async () => {
  const app = await startWithIdentities()
  const { identities, admin, userPoolId, userPoolClientId: ClientId } = app
  const provider = { ProviderName: awsName(userPoolId), ClientId }
  const lax = await createIdentityPool(app)
  const strict = await createIdentityPool(app, {
    CognitoIdentityProviders: [{ ...provider, ServerSideTokenCheck: true }],
  })
  const ask = async (IdentityPoolId: string, Logins: Record<string, string>) =>
    (await identities.getId({ IdentityPoolId, Logins })).IdentityId
  const endings = {
    revoked: ({ refreshToken: Token }: { refreshToken: string }) => admin.revokeToken({ ClientId, Token }),
    'signed out everywhere': ({ accessToken: AccessToken }: { accessToken: string }) =>
      admin.globalSignOut({ AccessToken }),
    disabled: ({ email: Username }: { email: string }) =>
      admin.adminDisableUser({ UserPoolId: userPoolId, Username }),
    deleted: ({ email: Username }: { email: string }) =>
      admin.adminDeleteUser({ UserPoolId: userPoolId, Username }),
  }
  for (const end of Object.values(endings)) {
    const user = await newLogin(app)
    expect(await ask(strict, user.logins)).toBeTruthy()
    await end(user)
    await expect(ask(strict, user.logins)).rejects.toMatchObject(
      refusal('NotAuthorizedException', 'Token is inactive'),
    )
    expect(await ask(lax, user.logins)).toBeTruthy()
  }
})

test('a refusal names what is missing', async () => {
  const { identities } = await startWithIdentities()
  const id = 'us-east-1:00000000-0000-4000-8000-000000000000'
  const noPool = refusal('ResourceNotFoundException', `IdentityPool '${id}' not found.`)
  await expect(identities.getId({ IdentityPoolId: id })).rejects.toMatchObject(noPool)
  await expect(identities.describeIdentityPool({ IdentityPoolId: id })).rejects.toMatchObject(noPool)
  await expect(identities.deleteIdentityPool({ IdentityPoolId: id })).rejects.toMatchObject(noPool)
  await expect(identities.getCredentialsForIdentity({ IdentityId: id })).rejects.toMatchObject(
    refusal('ResourceNotFoundException', `Identity '${id}' not found.`),
  )
  await expect(identities.getId({ IdentityPoolId: 'x' })).rejects.toMatchObject(
    refusal(
      'InvalidParameterException',
      "1 validation error detected: Value 'x' at 'identityPoolId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w-]+:[0-9a-f-]+",
    ),
  )
})

test('identities and their logins are deleted with the pool', async () => {
  const app = await startWithIdentities()
  const { identities } = app
  const IdentityPoolId = await createIdentityPool(app)
  const { logins: Logins } = await newLogin(app)
  const { IdentityId } = await identities.getId({ IdentityPoolId, Logins })
  await identities.deleteIdentityPool({ IdentityPoolId })
  await expect(identities.describeIdentity({ IdentityId })).rejects.toMatchObject(
    refusal('ResourceNotFoundException', `Identity '${IdentityId}' not found.`),
  )
})

test('a pool without roles gives no credentials', async () => {
  const app = await startWithIdentities()
  const { identities } = app
  const { IdentityPoolId } = await identities.createIdentityPool({
    IdentityPoolName: 'none',
    AllowUnauthenticatedIdentities: true,
  })
  const { IdentityId } = await identities.getId({ IdentityPoolId })
  await expect(identities.getCredentialsForIdentity({ IdentityId })).rejects.toMatchObject(
    refusal(
      'InvalidIdentityPoolConfigurationException',
      'Invalid identity pool configuration. Check assigned IAM roles for this pool.',
    ),
  )
  await identities.setIdentityPoolRoles({ IdentityPoolId, Roles: ROLES })
  const { Credentials } = await identities.getCredentialsForIdentity({ IdentityId })
  expect(readSessionToken(Credentials?.SessionToken).roleArn).toBe(ROLES.unauthenticated)
})
