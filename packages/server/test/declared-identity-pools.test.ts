import { type AmuletConfig, createServer } from '@amulet/server'
import { expect, onTestFinished, test } from 'vitest'
import { sharedDatabase } from './fresh-database.js'
import { awsName, identitySdk, newLogin, ROLES, readSessionToken, startWithIdentities } from './identities.js'

const POOL = 'us-east-1_Declared1'
const IDENTITY_POOL = 'us-east-1:11111111-2222-4333-8444-555555555555'

const declared = (more: Partial<NonNullable<AmuletConfig['identityPools']>[number]> = {}): AmuletConfig => ({
  userPools: [
    {
      UserPoolId: POOL,
      PoolName: 'Declared',
      UsernameAttributes: ['email'],
      clients: [
        {
          ClientId: 'web',
          ClientName: 'Web',
          ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
        },
      ],
    },
  ],
  identityPools: [
    {
      IdentityPoolId: IDENTITY_POOL,
      IdentityPoolName: 'Declared',
      AllowUnauthenticatedIdentities: false,
      CognitoIdentityProviders: [{ ProviderName: awsName(POOL), ClientId: 'web' }],
      Roles: ROLES,
      ...more,
    },
  ],
})

test('a declared identity pool has its id, providers and roles', async () => {
  const app = await startWithIdentities({ config: declared() })
  const { identities, identityPoolId: IdentityPoolId } = app
  expect(IdentityPoolId).toBe(IDENTITY_POOL)
  expect((await identities.getIdentityPoolRoles({ IdentityPoolId })).Roles).toEqual(ROLES)
  const { logins: Logins } = await newLogin(app)
  const { IdentityId } = await identities.getId({ IdentityPoolId, Logins })
  const { Credentials } = await identities.getCredentialsForIdentity({ IdentityId, Logins })
  expect(readSessionToken(Credentials?.SessionToken).roleArn).toBe(ROLES.authenticated)
})

test('an existing identity pool is not changed by its declaration, and a difference is reported', async () => {
  const options = await sharedDatabase()
  const first = await startWithIdentities({ ...options, config: declared() })
  const warnings: string[] = []
  const config = declared({
    AllowUnauthenticatedIdentities: true,
    Roles: { authenticated: ROLES.unauthenticated },
  })
  await startWithIdentities({ ...options, config, warn: (sentence) => warnings.push(sentence) })
  expect(warnings).toEqual([
    `Identity pool ${IDENTITY_POOL} differs from its declaration in AllowUnauthenticatedIdentities, Roles; it stays as it is in the database.`,
  ])
  const { identities } = first
  expect(await identities.describeIdentityPool({ IdentityPoolId: IDENTITY_POOL })).toMatchObject({
    AllowUnauthenticatedIdentities: false,
  })
  // Without an id it is known by its name.
  await startWithIdentities({ ...options, config: declared({ IdentityPoolId: undefined }) })
  expect((await identities.listIdentityPools({ MaxResults: 60 })).IdentityPools).toHaveLength(1)
})

test('a declaration that the API would refuse ends the start', async () => {
  const RoleMappings = { 'a.b': { Type: 'Token' as const } }
  const server = createServer({ config: declared({ RoleMappings }) })
  onTestFinished(() => server.close())
  await expect(server.ready).rejects.toMatchObject({
    name: 'StartError',
    message:
      'identityPools[0] (Declared) cannot be created: AmbiguousRoleResolution is required in the role mapping of a.b.',
  })
})

test('an empty list of identity pools, and declared user pools, mean that there is no default one', async () => {
  const none = await startWithIdentities({ config: { identityPools: [] } })
  expect(none.identityPoolId).toBe('')
  const own = await startWithIdentities({ config: { userPools: [{ PoolName: 'Own' }] } })
  expect(own.identityPoolId).toBe('')
  const { url, server } = await startWithIdentities()
  expect((await server.ready).identityPoolId).toMatch(/^us-east-1:/)
  await fetch(`${url}/_amulet/reset`, { method: 'POST' })
  const { IdentityPools } = await identitySdk(url).listIdentityPools({ MaxResults: 60 })
  expect(IdentityPools).toHaveLength(1)
})
