import type { MappingRule, RoleMapping } from '@aws-sdk/client-cognito-identity'
import { decodeJwt, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import { expect, onTestFinished, test, vi } from 'vitest'
import { refusal } from './admin.js'
import { sharedDatabase } from './fresh-database.js'
import {
  awsName,
  createIdentityPool,
  newLogin,
  ROLE,
  ROLES,
  readSessionToken,
  type StartedWithIdentities,
  startWithIdentities,
} from './identities.js'
import { stillClock } from './still-clock.js'
import { stubNetwork } from './stub-network.js'

// What the settings of an identity pool mean: its providers, roles and tags.

const INVALID = 'InvalidParameterException'
const NOT_SUPPORTED = refusal(
  'NotAuthorizedException',
  'Token is not from a supported provider of this identity pool.',
)
const NOT_COGNITO = refusal('NotAuthorizedException', 'Invalid login token. Not a Cognito token.')

const idOf = async (
  { identities }: StartedWithIdentities,
  IdentityPoolId: string,
  Logins: Record<string, string>,
) => (await identities.getId({ IdentityPoolId, Logins })).IdentityId

/** A provider of OpenID Connect on a network that is stood in for, and how often its documents were asked for. */
async function makeElsewhere(name: string) {
  const { privateKey, publicKey } = await generateKeyPair('RS256')
  const jwk = { ...(await exportJWK(publicKey)), kid: 'k', alg: 'RS256', use: 'sig' }
  const issuer = `https://${name}`
  const asked = { configuration: 0, keys: 0 }
  const provider: {
    configuration: { status?: number; body: unknown }
    keys: { status?: number; body: unknown }
  } = {
    configuration: { body: { issuer, jwks_uri: 'https://keys.example/jwks' } },
    keys: { body: { keys: [jwk] } },
  }
  stubNetwork(({ href }) => {
    const document =
      href === `${issuer}/.well-known/openid-configuration`
        ? 'configuration'
        : href === 'https://keys.example/jwks'
          ? 'keys'
          : undefined
    if (document) asked[document]++
    return document && provider[document]
  })
  const token = async (claims: JWTPayload = {}, now = Date.now()) =>
    await new SignJWT({ sub: 'ada', iss: issuer, aud: 'client', ...claims })
      .setProtectedHeader({ alg: 'RS256', kid: 'k' })
      .setExpirationTime(Math.floor(now / 1000) + 86_400)
      .sign(privateKey)
  return { asked, provider, token }
}

test('ID tokens of a user pool at AWS are accepted where the identity pool names it with its client', async () => {
  const name = awsName('us-east-1_Elsewhere')
  const { token } = await makeElsewhere(name)
  const app = await startWithIdentities()
  const pool = await createIdentityPool(app, {
    CognitoIdentityProviders: [
      { ProviderName: 'cognito-idp.us-east-1.amazonaws.com/us-east-1_Another', ClientId: 'other' },
      { ProviderName: name, ClientId: 'client' },
    ],
  })
  const ask = async (claims: JWTPayload) => await idOf(app, pool, { [name]: await token(claims) })
  const ada = await ask({ token_use: 'id' })
  expect(ada).toMatch(/^us-east-1:/)
  expect(await ask({})).toBe(ada)
  await expect(ask({ token_use: 'access' })).rejects.toMatchObject(NOT_COGNITO)
  await expect(ask({ aud: 'other' })).rejects.toMatchObject(NOT_SUPPORTED)
  await expect(ask({ iss: 'https://evil.example' })).rejects.toMatchObject(
    refusal('NotAuthorizedException', "Invalid login token. Issuer doesn't match providerName"),
  )
  // Google has written its issuer without the scheme.
  expect(await ask({ iss: name })).toBe(ada)
  await expect(idOf(app, await createIdentityPool(app), { [name]: await token() })).rejects.toMatchObject(
    NOT_SUPPORTED,
  )
})

test.each<[string, { status?: number; body: unknown }]>([
  [
    'is of another issuer',
    { body: { issuer: 'https://evil.example', jwks_uri: 'https://keys.example/jwks' } },
  ],
  ['names no keys', { body: { issuer: 'https://id.example' } }],
  ['names keys that are no text', { body: { issuer: 'https://id.example', jwks_uri: 7 } }],
  [
    'is not there',
    { status: 404, body: { issuer: 'https://id.example', jwks_uri: 'https://keys.example/jwks' } },
  ],
  ['is nothing', { body: null }],
])('logins of a provider whose configuration %s are refused', async (_, configuration) => {
  const { token, provider, asked } = await makeElsewhere('id.example')
  const app = await startWithIdentities()
  const pool = await createIdentityPool(app, { SupportedLoginProviders: { 'id.example': 'client' } })
  const good = provider.configuration
  provider.configuration = configuration
  const ask = async () => await idOf(app, pool, { 'id.example': await token() })
  await expect(ask()).rejects.toMatchObject(
    refusal('ExternalServiceException', 'The provider id.example could not be asked.'),
  )
  expect(asked.keys).toBe(0)
  provider.configuration = good
  app.server.clock.advance(11)
  expect(await ask()).toMatch(/^us-east-1:/)
})

test('the configuration of a provider is remembered for an hour, and its failure for ten seconds', async () => {
  const { token, provider, asked } = await makeElsewhere('id.example')
  const clock = stillClock()
  const app = await startWithIdentities({ clock })
  const pool = await createIdentityPool(app, { SupportedLoginProviders: { 'id.example': 'client' } })
  const ask = async () => await idOf(app, pool, { 'id.example': await token({}, clock.now()) })
  const unreachable = { name: 'ExternalServiceException' }
  const good = provider.configuration
  provider.configuration = { status: 503, body: {} }
  await expect(ask()).rejects.toMatchObject(unreachable)
  provider.configuration = good
  clock.advance(9.999)
  await expect(ask()).rejects.toMatchObject(unreachable)
  expect(asked.configuration).toBe(1)
  clock.advance(0.001)
  expect(await ask()).toMatch(/^us-east-1:/)
  clock.advance(3599.999)
  await ask()
  expect(asked.configuration).toBe(2)
  clock.advance(0.001)
  await ask()
  expect(asked.configuration).toBe(3)
})

test('keys that could not be fetched are requested again after ten seconds', async () => {
  const { token, provider, asked } = await makeElsewhere('id.example')
  const clock = stillClock()
  const app = await startWithIdentities({ clock })
  const pool = await createIdentityPool(app, { SupportedLoginProviders: { 'id.example': 'client' } })
  const ask = async () => await idOf(app, pool, { 'id.example': await token({}, clock.now()) })
  const good = provider.keys
  // Only the status 200 counts as an answer.
  provider.keys = { ...good, status: 201 }
  await expect(ask()).rejects.toMatchObject({ name: 'ExternalServiceException' })
  provider.keys = good
  clock.advance(9.999)
  await expect(ask()).rejects.toMatchObject({ name: 'ExternalServiceException' })
  expect(asked.keys).toBe(1)
  clock.advance(0.001)
  expect(await ask()).toMatch(/^us-east-1:/)
})

test('requests to providers time out after five seconds, and to an STS endpoint after ten', async () => {
  const waits: number[] = []
  vi.spyOn(AbortSignal, 'timeout').mockImplementation((milliseconds) => {
    waits.push(milliseconds)
    return AbortSignal.abort(new DOMException('The time is over.', 'TimeoutError'))
  })
  onTestFinished(() => void vi.restoreAllMocks())
  const app = await startWithIdentities({ config: { stsEndpoint: 'http://127.0.0.1:9' } })
  const pool = await createIdentityPool(app, {
    AllowUnauthenticatedIdentities: true,
    SupportedLoginProviders: { 'id.example': 'client', 'www.amazon.com': 'app' },
  })
  for (const provider of ['id.example', 'www.amazon.com'])
    await expect(idOf(app, pool, { [provider]: 'token' })).rejects.toMatchObject(
      refusal('ExternalServiceException', `The provider ${provider} could not be asked.`),
    )
  const { IdentityId } = await app.identities.getId({ IdentityPoolId: pool })
  await expect(app.identities.getCredentialsForIdentity({ IdentityId })).rejects.toMatchObject({
    name: 'ExternalServiceException',
  })
  expect(new Set(waits)).toEqual(new Set([5000, 10_000]))
  expect(waits.filter((wait) => wait === 10_000)).toHaveLength(1)
})

test('a user pool is known by its name at AWS, by its issuer and by the address of the server', async () => {
  const app = await startWithIdentities({ config: { issuer: 'https://id.example' } })
  const { userPoolId, url } = app
  const { logins, idToken } = await newLogin(app)
  const pool = await createIdentityPool(app)
  const id = await idOf(app, pool, logins)
  const names = [`id.example/${userPoolId}`, `${new URL(url).host}/${userPoolId}`]
  for (const name of names) expect(await idOf(app, pool, { [name]: idToken }), name).toBe(id)
  for (const name of [`evil.example/${userPoolId}`, `cognito-idp.eu-west-1.amazonaws.com/${userPoolId}`])
    await expect(idOf(app, pool, { [name]: idToken }), name).rejects.toMatchObject(NOT_SUPPORTED)
})

test('tokens from before a server moved are accepted under the name of their issuer', async () => {
  const database = await sharedDatabase()
  const before = await startWithIdentities({ ...database, config: { issuer: 'https://old.example' } })
  const pool = await createIdentityPool(before)
  const { idToken, logins } = await newLogin(before)
  const id = await idOf(before, pool, logins)
  const { userPoolId } = before
  await before.server.close()
  const app = await startWithIdentities({ ...database, config: { issuer: 'https://new.example' } })
  expect(decodeJwt(idToken).iss).toBe(`https://old.example/${userPoolId}`)
  expect(await idOf(app, pool, { [`old.example/${userPoolId}`]: idToken })).toBe(id)
  expect(await idOf(app, pool, logins)).toBe(id)
  // The new name is one of the pool that signed it.
  expect(await idOf(app, pool, { [`new.example/${userPoolId}`]: idToken })).toBe(id)
  // Where the pool says that the old address is a provider of its own, it is one.
  const elsewhere = await createIdentityPool(app, {
    CognitoIdentityProviders: [
      { ProviderName: awsName(userPoolId), ClientId: app.userPoolClientId },
      { ProviderName: `old.example/${userPoolId}`, ClientId: app.userPoolClientId },
    ],
  })
  stubNetwork(({ hostname }) => (hostname === 'old.example' ? { status: 404, body: {} } : undefined))
  await expect(idOf(app, elsewhere, { [`old.example/${userPoolId}`]: idToken })).rejects.toMatchObject({
    name: 'ExternalServiceException',
  })
})

test('tokens of identity pools have AWS as issuer where those of user pools have', async () => {
  const app = await startWithIdentities({ config: { issuer: 'https://cognito-idp.eu-west-1.amazonaws.com' } })
  const pool = await createIdentityPool(app, { DeveloperProviderName: 'login.us' })
  const { Token = '', IdentityId } = await app.identities.getOpenIdTokenForDeveloperIdentity({
    IdentityPoolId: pool,
    Logins: { 'login.us': 'ada' },
  })
  expect(decodeJwt(Token).iss).toBe('https://cognito-identity.amazonaws.com')
  expect(await idOf(app, pool, { 'cognito-identity.amazonaws.com': Token })).toBe(IdentityId)
})

test('tokens of identity pools are accepted under the name of their issuer as well', async () => {
  const app = await startWithIdentities({ config: { issuer: 'https://id.example' } })
  const pool = await createIdentityPool(app, { DeveloperProviderName: 'login.us' })
  const { Token = '', IdentityId } = await app.identities.getOpenIdTokenForDeveloperIdentity({
    IdentityPoolId: pool,
    Logins: { 'login.us': 'ada' },
  })
  expect(decodeJwt(Token).iss).toBe('https://id.example/cognito-identity')
  for (const name of ['id.example/cognito-identity', 'cognito-identity.amazonaws.com'])
    expect(await idOf(app, pool, { [name]: Token })).toBe(IdentityId)
})

/** The role that a new user gets under a mapping, by the key that it has among the mappings. */
async function roleBy(
  app: StartedWithIdentities,
  mapping: RoleMapping,
  {
    key = `${awsName(app.userPoolId)}:${app.userPoolClientId}`,
    CustomRoleArn,
    email,
  }: { key?: string; CustomRoleArn?: string; email?: string } = {},
) {
  const { identities } = app
  const IdentityPoolId = await createIdentityPool(app)
  await identities.setIdentityPoolRoles({ IdentityPoolId, Roles: ROLES, RoleMappings: { [key]: mapping } })
  const { logins: Logins } = await newLogin(app, email === undefined ? {} : { email })
  const { IdentityId } = await identities.getId({ IdentityPoolId, Logins })
  const { Credentials } = await identities.getCredentialsForIdentity({ IdentityId, Logins, CustomRoleArn })
  return readSessionToken(Credentials?.SessionToken).roleArn
}

const rules = (...all: Omit<MappingRule, 'RoleARN'>[]): RoleMapping => ({
  Type: 'Rules',
  AmbiguousRoleResolution: 'AuthenticatedRole',
  RulesConfiguration: { Rules: all.map((rule) => ({ ...rule, RoleARN: ROLE('mapped') })) },
})

test.each<[MappingRule['MatchType'], string, string, boolean]>([
  ['Equals', 'email', 'rules@example.com', true],
  ['Equals', 'email', 'rules@example', false],
  ['Equals', 'token_use', 'id', true],
  ['NotEqual', 'email', 'rules@example.com', false],
  ['NotEqual', 'email', 'rules@example', true],
  ['NotEqual', 'custom:none', 'rules', false],
  ['StartsWith', 'email', 'rules@', true],
  ['StartsWith', 'email', '@example.com', false],
  ['Contains', 'email', '@example', true],
  ['Contains', 'email', '@example.org', false],
  ['Contains', 'custom:none', 'n', false],
])('a rule by %s of %s with %s matches: %s', async (MatchType, Claim, Value, isMatch) => {
  const app = await startWithIdentities()
  const role = await roleBy(app, rules({ MatchType, Claim, Value } as MappingRule), {
    email: 'rules@example.com',
  })
  expect(role).toBe(isMatch ? ROLE('mapped') : ROLES.authenticated)
})

test('a mapping is for one client of one provider, by whichever name of the provider', async () => {
  const app = await startWithIdentities()
  const { url, userPoolId, userPoolClientId } = app
  const mapping = rules({ MatchType: 'Contains', Claim: 'email', Value: '@' })
  const name = awsName(userPoolId)
  const byAddress = `${new URL(url).host}/${userPoolId}`
  for (const key of [`${name}:${userPoolClientId}`, `${byAddress}:${userPoolClientId}`])
    expect(await roleBy(app, mapping, { key })).toBe(ROLE('mapped'))
  for (const key of [`${name}:another`, `${awsName('us-east-1_Another')}:${userPoolClientId}`, name])
    expect(await roleBy(app, mapping, { key }), key).toBe(ROLES.authenticated)
})

test('only the role that would be given can be requested', async () => {
  const app = await startWithIdentities()
  const mapping = rules({ MatchType: 'Contains', Claim: 'email', Value: '@' })
  const refused = refusal('NotAuthorizedException', 'CustomRoleArn is not one of the roles of the token.')
  expect(await roleBy(app, mapping, { CustomRoleArn: ROLE('mapped') })).toBe(ROLE('mapped'))
  await expect(roleBy(app, mapping, { CustomRoleArn: ROLES.authenticated })).rejects.toMatchObject(refused)
  const { identities } = app
  const IdentityPoolId = await createIdentityPool(app, { AllowUnauthenticatedIdentities: true })
  const { IdentityId } = await identities.getId({ IdentityPoolId })
  const guest = async (CustomRoleArn: string) => {
    const { Credentials } = await identities.getCredentialsForIdentity({ IdentityId, CustomRoleArn })
    return readSessionToken(Credentials?.SessionToken).roleArn
  }
  expect(await guest(ROLES.unauthenticated)).toBe(ROLES.unauthenticated)
  await expect(guest(ROLES.authenticated)).rejects.toMatchObject(refused)
})

test('a login of an external provider has the mapping under its name, also by numbers and lists', async () => {
  const { token } = await makeElsewhere('id.example')
  const app = await startWithIdentities()
  const { identities } = app
  const IdentityPoolId = await createIdentityPool(app, {
    SupportedLoginProviders: { 'id.example': 'client' },
    AllowClassicFlow: true,
  })
  const role = async (rule: Omit<MappingRule, 'RoleARN'>, claims: JWTPayload, key = 'id.example') => {
    await identities.setIdentityPoolRoles({
      IdentityPoolId,
      Roles: ROLES,
      RoleMappings: { [key]: rules(rule) },
    })
    const Logins = { 'id.example': await token(claims) }
    const IdentityId = await idOf(app, IdentityPoolId, Logins)
    const { Credentials } = await identities.getCredentialsForIdentity({ IdentityId, Logins })
    return readSessionToken(Credentials?.SessionToken).roleArn
  }
  const equals = (Claim: string, Value: string) => ({ MatchType: 'Equals', Claim, Value }) as const
  expect(await role(equals('level', '7'), { level: 7 })).toBe(ROLE('mapped'))
  expect(await role(equals('groups', 'b'), { groups: ['a', 'b'] })).toBe(ROLE('mapped'))
  expect(await role({ ...equals('groups', 'b'), MatchType: 'NotEqual' }, { groups: ['a', 'b'] })).toBe(
    ROLES.authenticated,
  )
  // What is not there matches nothing, null neither.
  for (const MatchType of ['Equals', 'NotEqual', 'Contains', 'StartsWith'] as const)
    expect(await role({ ...equals('level', 'null'), MatchType }, { level: null })).toBe(ROLES.authenticated)
  expect(await role(equals('level', '7'), { level: 7 }, 'other.example')).toBe(ROLES.authenticated)
  expect(await role(equals('level', '7'), { level: 7 }, 'id.example:client')).toBe(ROLES.authenticated)

  const provider = { IdentityPoolId, IdentityProviderName: 'id.example' }
  const tagsOf = async (claims: JWTPayload) => {
    const Logins = { 'id.example': await token(claims) }
    const IdentityId = await idOf(app, IdentityPoolId, Logins)
    const { Token = '' } = await identities.getOpenIdToken({ IdentityId, Logins })
    const { amr, 'https://aws.amazon.com/tags': tags } = decodeJwt(Token)
    expect(amr).toEqual(['authenticated', 'id.example', 'id.example:OIDC:ada'])
    return tags
  }
  expect(await tagsOf({})).toBeUndefined()
  await identities.setPrincipalTagAttributeMap({ ...provider, UseDefaults: true })
  expect(await tagsOf({})).toEqual({ principal_tags: { username: ['ada'], client: ['client'] } })
  const PrincipalTags = { name: 'name', level: 'level', admin: 'admin', groups: 'groups', none: 'none' }
  await identities.setPrincipalTagAttributeMap({ ...provider, PrincipalTags })
  expect(await tagsOf({ name: 'Ada', level: 7, admin: false, groups: ['a'] })).toEqual({
    principal_tags: { name: ['Ada'], level: ['7'], admin: ['false'] },
  })
  // Tags are of the provider that they were set for.
  await identities.setPrincipalTagAttributeMap({ ...provider, PrincipalTags: {} })
  await identities.setPrincipalTagAttributeMap({ ...provider, IdentityProviderName: 'other', PrincipalTags })
  expect(await tagsOf({ name: 'Ada' })).toBeUndefined()
})

test('a provider without a name or a client is refused, and so are missing rules', async () => {
  const app = await startWithIdentities()
  const { identities, userPoolId } = app
  const pool = { IdentityPoolName: 'test', AllowUnauthenticatedIdentities: false }
  const message = 'CognitoIdentityProviders must have a ProviderName and a ClientId.'
  const IdentityPoolId = await createIdentityPool(app)
  for (const provider of [{ ProviderName: awsName(userPoolId) }, { ClientId: 'client' }]) {
    const given = { ...pool, CognitoIdentityProviders: [provider] }
    await expect(identities.createIdentityPool(given)).rejects.toMatchObject(refusal(INVALID, message))
    await expect(identities.updateIdentityPool({ IdentityPoolId, ...given })).rejects.toMatchObject(
      refusal(INVALID, message),
    )
  }
  const set = (mapping: RoleMapping) =>
    identities.setIdentityPoolRoles({ IdentityPoolId, Roles: ROLES, RoleMappings: { 'a.b': mapping } })
  await expect(set({ Type: 'Rules', AmbiguousRoleResolution: 'Deny' })).rejects.toMatchObject(
    refusal(INVALID, 'RulesConfiguration is required in the role mapping of a.b.'),
  )
  await expect(set({ Type: 'Token' })).rejects.toMatchObject(
    refusal(INVALID, 'AmbiguousRoleResolution is required in the role mapping of a.b.'),
  )
  await set({ Type: 'Token', AmbiguousRoleResolution: 'Deny' })
  expect(await identities.getIdentityPoolRoles({ IdentityPoolId })).toMatchObject({
    IdentityPoolId,
    Roles: ROLES,
    RoleMappings: { 'a.b': { Type: 'Token', AmbiguousRoleResolution: 'Deny' } },
  })
})

test('changing, tagging and deleting an identity pool affects no other', async () => {
  const app = await startWithIdentities()
  const { identities } = app
  const settings = { IdentityPoolTags: { stage: 'test', owner: 'ada' }, DeveloperProviderName: 'login.us' }
  const [changed, other] = [await createIdentityPool(app, settings), await createIdentityPool(app, settings)]
  const stateOf = async (IdentityPoolId: string) => {
    const { $metadata: _, ...pool } = await identities.describeIdentityPool({ IdentityPoolId })
    const { $metadata: __, ...roles } = await identities.getIdentityPoolRoles({ IdentityPoolId })
    return { pool, roles }
  }
  const before = await stateOf(other)
  const arn = (id: string, region = 'us-east-1') =>
    `arn:aws:cognito-identity:${region}:000000000000:identitypool/${id}`
  await identities.updateIdentityPool({
    IdentityPoolId: changed,
    IdentityPoolName: 'changed',
    AllowUnauthenticatedIdentities: true,
    DeveloperProviderName: 'login.us',
  })
  await identities.setIdentityPoolRoles({ IdentityPoolId: changed, Roles: {} })
  await identities.tagResource({ ResourceArn: arn(changed), Tags: { stage: 'live' } })
  await identities.untagResource({ ResourceArn: arn(changed), TagKeys: ['owner'] })
  expect((await identities.listTagsForResource({ ResourceArn: arn(changed) })).Tags).toEqual({
    stage: 'live',
  })
  for (const wrong of [arn(changed, 'eu-west-1'), `${arn(changed)}/more`, arn('us-east-1:0')])
    await expect(identities.listTagsForResource({ ResourceArn: wrong })).rejects.toMatchObject(
      refusal('ResourceNotFoundException', `Resource ${wrong} does not exist.`),
    )
  expect((await identities.listTagsForResource({ ResourceArn: arn(other) })).Tags).toEqual(
    settings.IdentityPoolTags,
  )
  await identities.deleteIdentityPool({ IdentityPoolId: changed })
  expect(await stateOf(other)).toEqual(before)
})
