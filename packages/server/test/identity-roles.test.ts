import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { RoleMapping } from '@aws-sdk/client-cognito-identity'
import { createRemoteJWKSet, exportJWK, generateKeyPair, jwtVerify, SignJWT } from 'jose'
import { expect, onTestFinished, test } from 'vitest'
import { refusal } from './admin.js'
import {
  awsName,
  createIdentityPool,
  identitySdk,
  newLogin,
  ROLE,
  ROLES,
  readSessionToken,
  type StartedWithIdentities,
  startWithIdentities,
} from './identities.js'
import { ADMIN, awsSdk, startProduction } from './production.js'

/** The role that a user of these groups gets under a mapping. */
async function roleUnder(
  app: StartedWithIdentities,
  mapping: RoleMapping,
  { groups = [] as string[], CustomRoleArn = undefined as string | undefined } = {},
): Promise<string> {
  const { identities, userPoolId, userPoolClientId } = app
  const IdentityPoolId = await createIdentityPool(app)
  const key = `${awsName(userPoolId)}:${userPoolClientId}`
  await identities.setIdentityPoolRoles({ IdentityPoolId, Roles: ROLES, RoleMappings: { [key]: mapping } })
  const { logins: Logins } = await newLogin(app, { groups })
  const { IdentityId } = await identities.getId({ IdentityPoolId, Logins })
  const { Credentials } = await identities.getCredentialsForIdentity({ IdentityId, Logins, CustomRoleArn })
  return readSessionToken(Credentials?.SessionToken).roleArn
}

async function withGroups(): Promise<StartedWithIdentities> {
  const app = await startWithIdentities()
  const { admin, userPoolId: UserPoolId } = app
  await admin.createGroup({ UserPoolId, GroupName: 'admins', RoleArn: ROLE('admins'), Precedence: 1 })
  await admin.createGroup({ UserPoolId, GroupName: 'editors', RoleArn: ROLE('editors'), Precedence: 2 })
  await admin.createGroup({ UserPoolId, GroupName: 'authors', RoleArn: ROLE('authors'), Precedence: 2 })
  return app
}

const denied = {
  name: 'NotAuthorizedException',
  message: expect.stringMatching(/^Access to Identity 'us-east-1:[0-9a-f-]+' is forbidden\.$/),
}

test('a mapping by token gives the preferred role, or the requested one of those in the token', async () => {
  const app = await withGroups()
  const mapping: RoleMapping = { Type: 'Token', AmbiguousRoleResolution: 'Deny' }
  const fallback: RoleMapping = { ...mapping, AmbiguousRoleResolution: 'AuthenticatedRole' }
  expect(await roleUnder(app, mapping, { groups: ['admins', 'editors'] })).toBe(ROLE('admins'))
  const groups = ['editors', 'authors']
  expect(await roleUnder(app, mapping, { groups, CustomRoleArn: ROLE('authors') })).toBe(ROLE('authors'))
  await expect(roleUnder(app, mapping, { groups })).rejects.toMatchObject(denied)
  await expect(roleUnder(app, mapping)).rejects.toMatchObject(denied)
  expect(await roleUnder(app, fallback, { groups })).toBe(ROLES.authenticated)
  expect(await roleUnder(app, fallback)).toBe(ROLES.authenticated)
  const notInToken = refusal('NotAuthorizedException', 'CustomRoleArn is not one of the roles of the token.')
  for (const given of [mapping, fallback])
    await expect(roleUnder(app, given, { groups, CustomRoleArn: ROLE('admins') })).rejects.toMatchObject(
      notInToken,
    )
})

test('a mapping by rules gives the role of the first rule that a claim matches', async () => {
  const app = await withGroups()
  const rule = (
    MatchType: 'Equals' | 'Contains' | 'StartsWith' | 'NotEqual',
    Claim: string,
    Value: string,
    role: string,
  ) => ({ MatchType, Claim, Value, RoleARN: ROLE(role) })
  const mapping = (
    rules: ReturnType<typeof rule>[],
    AmbiguousRoleResolution: 'Deny' | 'AuthenticatedRole' = 'Deny',
  ): RoleMapping => ({ Type: 'Rules', AmbiguousRoleResolution, RulesConfiguration: { Rules: rules } })
  const groups = ['admins', 'editors']
  const both = [
    rule('Equals', 'cognito:groups', 'nobody', 'nobody'),
    rule('Equals', 'cognito:groups', 'editors', 'first'),
    rule('Equals', 'cognito:groups', 'admins', 'second'),
  ]
  expect(await roleUnder(app, mapping(both), { groups })).toBe(ROLE('first'))
  expect(await roleUnder(app, mapping([rule('Contains', 'email', '@example.', 'a')]))).toBe(ROLE('a'))
  expect(await roleUnder(app, mapping([rule('StartsWith', 'email', 'user', 'b')]))).toBe(ROLE('b'))
  expect(await roleUnder(app, mapping([rule('NotEqual', 'email', 'x', 'c')]))).toBe(ROLE('c'))
  const none = [rule('NotEqual', 'custom:level', '1', 'd'), rule('Equals', 'email', 'x', 'e')]
  await expect(roleUnder(app, mapping(none))).rejects.toMatchObject(denied)
  expect(await roleUnder(app, mapping(none, 'AuthenticatedRole'))).toBe(ROLES.authenticated)
})

test('an ambiguous mapping is refused when it is set', async () => {
  const { identities, identityPoolId: IdentityPoolId } = await startWithIdentities()
  for (const mapping of [{ Type: 'Token' }, { Type: 'Rules', AmbiguousRoleResolution: 'Deny' }] as const)
    await expect(
      identities.setIdentityPoolRoles({ IdentityPoolId, Roles: ROLES, RoleMappings: { 'a.b': mapping } }),
    ).rejects.toMatchObject({ name: 'InvalidParameterException' })
})

test('the basic flow gives a token that the published keys verify, where the pool allows it', async () => {
  const app = await startWithIdentities()
  const { identities, url, userPoolId } = app
  const IdentityPoolId = await createIdentityPool(app, {
    AllowClassicFlow: true,
    AllowUnauthenticatedIdentities: true,
  })
  const { logins: Logins, sub } = await newLogin(app)
  const { IdentityId = '' } = await identities.getId({ IdentityPoolId, Logins })
  await identities.setPrincipalTagAttributeMap({
    IdentityPoolId,
    IdentityProviderName: awsName(userPoolId),
    PrincipalTags: { mail: 'email' },
  })
  const configuration = await fetch(`${url}/cognito-identity/.well-known/openid-configuration`)
  const { issuer, jwks_uri } = await configuration.json()
  const verify = async (token = '') =>
    (
      await jwtVerify(token, createRemoteJWKSet(new URL(jwks_uri)), {
        issuer,
        audience: IdentityPoolId,
        algorithms: ['RS256'],
      })
    ).payload
  const signedIn = await verify((await identities.getOpenIdToken({ IdentityId, Logins })).Token)
  const name = awsName(userPoolId)
  expect(signedIn).toMatchObject({
    sub: IdentityId,
    amr: ['authenticated', name, `${name}:CognitoSignIn:${sub}`],
    'https://aws.amazon.com/tags': { principal_tags: { mail: [expect.stringContaining('@')] } },
  })
  expect(Number(signedIn.exp) - Number(signedIn.iat)).toBe(600)
  const { IdentityId: guest } = await identities.getId({ IdentityPoolId })
  expect(await verify((await identities.getOpenIdToken({ IdentityId: guest })).Token)).toMatchObject({
    sub: guest,
    amr: ['unauthenticated'],
  })
  await identities.updateIdentityPool({
    IdentityPoolId,
    IdentityPoolName: 'test',
    AllowUnauthenticatedIdentities: true,
  })
  await expect(identities.getOpenIdToken({ IdentityId: guest })).rejects.toMatchObject(
    refusal('InvalidParameterException', 'Basic (classic) flow is not enabled, please use enhanced flow.'),
  )
})

interface Asked {
  readonly form: URLSearchParams
}

/** Something that speaks the API of AWS STS. */
async function stsServer(answer: (asked: Asked) => { status: number; body: string }) {
  const asked: Asked[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const one = { form: new URLSearchParams(body) }
    asked.push(one)
    const { status, body: text } = answer(one)
    response.writeHead(status, { 'content-type': 'text/xml' }).end(text)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  // It listens on a port.
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}

const CREDENTIALS = `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <AssumeRoleWithWebIdentityResult>
    <SubjectFromWebIdentityToken>x</SubjectFromWebIdentityToken>
    <Credentials>
      <AccessKeyId>ASIAEXAMPLE</AccessKeyId>
      <SecretAccessKey>se/cret+&amp;</SecretAccessKey>
      <SessionToken>token==</SessionToken>
      <Expiration>2030-01-02T03:04:05Z</Expiration>
    </Credentials>
  </AssumeRoleWithWebIdentityResult>
</AssumeRoleWithWebIdentityResponse>`

test('credentials come from an STS endpoint where one is set, for a token that it can verify', async () => {
  let answer = { status: 200, body: CREDENTIALS }
  const sts = await stsServer(() => answer)
  const app = await startWithIdentities({ config: { stsEndpoint: sts.url } })
  const { identities, url } = app
  const IdentityPoolId = await createIdentityPool(app)
  const { logins: Logins } = await newLogin(app)
  const { IdentityId } = await identities.getId({ IdentityPoolId, Logins })
  const { Credentials } = await identities.getCredentialsForIdentity({ IdentityId, Logins })
  expect(Credentials).toEqual({
    AccessKeyId: 'ASIAEXAMPLE',
    SecretKey: 'se/cret+&',
    SessionToken: 'token==',
    Expiration: new Date('2030-01-02T03:04:05Z'),
  })
  const { WebIdentityToken = '', ...form } = Object.fromEntries(sts.asked[0]?.form ?? [])
  expect(form).toEqual({
    Action: 'AssumeRoleWithWebIdentity',
    Version: '2011-06-15',
    RoleArn: ROLES.authenticated,
    RoleSessionName: 'CognitoIdentityCredentials',
    DurationSeconds: '3600',
  })
  const keys = createRemoteJWKSet(new URL(`${url}/cognito-identity/.well-known/jwks.json`))
  expect((await jwtVerify(WebIdentityToken, keys, { audience: IdentityPoolId })).payload.sub).toBe(IdentityId)

  const refused = async (given: typeof answer, name: string) => {
    answer = given
    await expect(identities.getCredentialsForIdentity({ IdentityId, Logins })).rejects.toMatchObject({ name })
  }
  const error = '<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>'
  await refused({ status: 403, body: error }, 'InvalidIdentityPoolConfigurationException')
  await refused({ status: 500, body: '' }, 'ExternalServiceException')
  await refused({ status: 200, body: '<html></html>' }, 'ExternalServiceException')
  // Longer than any answer.
  await refused({ status: 200, body: CREDENTIALS.padEnd(4_194_305) }, 'ExternalServiceException')
})

test('production issues no made-up credentials, and administrators sign for this service', async () => {
  const app = await startProduction()
  const { url } = await app.server.listen()
  const admin = await awsSdk(app)
  const identities = identitySdk(url, { credentials: ADMIN })
  const { IdentityPoolId } = await identities.createIdentityPool({
    IdentityPoolName: 'production',
    AllowUnauthenticatedIdentities: true,
  })
  await identities.setIdentityPoolRoles({ IdentityPoolId, Roles: ROLES })
  const { IdentityId } = await identities.getId({ IdentityPoolId })
  await expect(identities.getCredentialsForIdentity({ IdentityId })).rejects.toMatchObject(
    refusal(
      'InvalidIdentityPoolConfigurationException',
      'This server has no STS endpoint that makes credentials. Set `stsEndpoint`.',
    ),
  )
  const stranger = identitySdk(url, {
    credentials: { ...ADMIN, secretAccessKey: 'another-secret-that-is-long-enough-0001' },
  })
  await expect(stranger.listIdentityPools({ MaxResults: 1 })).rejects.toMatchObject({
    name: 'InvalidSignatureException',
  })
  expect((await identities.listIdentityPools({ MaxResults: 1 })).IdentityPools).toHaveLength(1)
  expect((await admin.listUserPools({ MaxResults: 1 })).UserPools).toEqual([])
  // What is signed for one service is not good for the other.
  const signature = (service: 'cognito-idp' | 'cognito-identity') => {
    const credentials = ADMIN
    return identitySdk(url, { credentials, signingName: service } as object)
  }
  await expect(signature('cognito-idp').listIdentityPools({ MaxResults: 1 })).rejects.toMatchObject({
    name: 'InvalidSignatureException',
    message: "Credential should be scoped to correct service: 'cognito-identity'. ",
  })
})

test('a login of an external OpenID provider is accepted where the pool names its client', async () => {
  const { privateKey, publicKey } = await generateKeyPair('RS256')
  const stranger = await generateKeyPair('RS256')
  const jwk = { ...(await exportJWK(publicKey)), kid: 'k', alg: 'RS256', use: 'sig' }
  const provider = createServer((request, response) => {
    const issuer = `http://${request.headers.host}`
    response.setHeader('content-type', 'application/json')
    response.end(
      JSON.stringify(
        request.url?.endsWith('openid-configuration')
          ? { issuer, jwks_uri: `${issuer}/keys` }
          : { keys: [jwk] },
      ),
    )
  })
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void provider.close())
  // It listens on a port.
  const name = `127.0.0.1:${(provider.address() as AddressInfo).port}`
  const app = await startWithIdentities()
  const { identities } = app
  const IdentityPoolId = await createIdentityPool(app, { SupportedLoginProviders: { [name]: 'web;phone' } })
  const token = async (claims: { iss?: string; aud?: string; key?: CryptoKey; exp?: string }) =>
    await new SignJWT({})
      .setProtectedHeader({ alg: 'RS256', kid: 'k' })
      .setSubject('ada')
      .setIssuer(claims.iss ?? `http://${name}`)
      .setAudience(claims.aud ?? 'web')
      .setExpirationTime(claims.exp ?? '1h')
      .sign(claims.key ?? privateKey)
  const ask = async (value: string, provider = name) =>
    (await identities.getId({ IdentityPoolId, Logins: { [provider]: value } })).IdentityId
  const id = await ask(await token({}))
  expect(id).toBeTruthy()
  expect(await ask(await token({ aud: 'phone' }))).toBe(id)
  const refusals: readonly (readonly [string, string])[] = [
    [await token({ aud: 'other' }), 'Token is not from a supported provider of this identity pool.'],
    [await token({ key: stranger.privateKey }), "Invalid login token. Couldn't verify signed token."],
    [await token({ iss: 'https://evil.example' }), "Invalid login token. Issuer doesn't match providerName"],
  ]
  for (const [value, message] of refusals)
    await expect(ask(value)).rejects.toMatchObject(refusal('NotAuthorizedException', message))
  await expect(ask(await token({ exp: '-1h' }))).rejects.toMatchObject({
    message: expect.stringMatching(/^Invalid login token. Token expired: /),
  })
  const both = { SupportedLoginProviders: { 'localhost:1/none': 'web' } }
  await identities.updateIdentityPool({
    IdentityPoolId,
    IdentityPoolName: 'test',
    AllowUnauthenticatedIdentities: false,
    ...both,
  })
  await expect(ask(await token({}), 'localhost:1/none')).rejects.toMatchObject(
    refusal('ExternalServiceException', 'The provider localhost:1/none could not be asked.'),
  )
  expect(await identities.describeIdentity({ IdentityId: id })).toMatchObject({ Logins: [name] })
})
