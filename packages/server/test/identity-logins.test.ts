import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { expect, onTestFinished, test } from 'vitest'
import { refusal } from './admin.js'
import {
  createIdentityPool,
  identitySdk,
  ROLES,
  type StartedWithIdentities,
  startWithIdentities,
} from './identities.js'
import { ADMIN, startProduction } from './production.js'
import { evilOf } from './saml.js'
import { makeSamlUpstream, type Said } from './saml-upstream.js'
import { stubNetwork } from './stub-network.js'

const NOT_SUPPORTED = refusal(
  'NotAuthorizedException',
  'Token is not from a supported provider of this identity pool.',
)
const REFUSED = refusal('NotAuthorizedException', 'Invalid login token.')
const NOT_SIGNED = refusal('NotAuthorizedException', "Invalid login token. Couldn't verify signed token.")

const idOf = async (
  { identities }: Pick<StartedWithIdentities, 'identities'>,
  IdentityPoolId: string,
  Logins: Record<string, string>,
) => (await identities.getId({ IdentityPoolId, Logins })).IdentityId ?? ''

test.each([
  ['graph.facebook.com', 'Facebook', 'access_token'],
  ['www.amazon.com', 'LoginWithAmazon', 'access_token'],
  ['accounts.google.com', 'Google', 'id_token'],
  ['appleid.apple.com', 'SignInWithApple', 'id_token'],
] as const)(
  'in development, a login of %s comes from the simulated provider',
  async (provider, type, kind) => {
    const app = await startWithIdentities()
    const IdentityPoolId = await createIdentityPool(app, { SupportedLoginProviders: { [provider]: 'ours' } })
    const tokens = async (email: string, client_id = 'ours', of: string = type) => {
      const body = new URLSearchParams({ email, client_id })
      const response = await fetch(`${app.url}/_amulet/providers/${of}/logins`, { method: 'POST', body })
      return (await response.json()) as Record<string, string>
    }
    const ask = async (token = '') => await idOf(app, IdentityPoolId, { [provider]: token })
    const ada = await ask((await tokens('ada@example.com'))[kind])
    expect(ada).not.toBe('')
    expect(await ask((await tokens('ada@example.com'))[kind])).toBe(ada)
    expect(await ask((await tokens('grace@example.com'))[kind])).not.toBe(ada)
    const token = (await tokens('ada@example.com'))[kind] ?? ''
    const { Credentials } = await app.identities.getCredentialsForIdentity({
      IdentityId: ada,
      Logins: { [provider]: token },
    })
    expect(Credentials?.AccessKeyId).toMatch(/^ASIAAMULETDEV/)
    // An application of another operator has got the token of its user.
    await expect(ask((await tokens('ada@example.com', 'theirs'))[kind])).rejects.toMatchObject(NOT_SUPPORTED)
    await expect(idOf(app, await createIdentityPool(app), { [provider]: token })).rejects.toMatchObject(
      NOT_SUPPORTED,
    )
    if (kind === 'id_token') await expect(ask(`${token.slice(0, -4)}AAAA`)).rejects.toMatchObject(NOT_SIGNED)
  },
)

test('a page of another origin gets no logins of a simulated provider', async () => {
  const app = await startWithIdentities()
  const ask = async (headers: Record<string, string>) => {
    const body = new URLSearchParams({ email: 'ada@example.com', client_id: 'ours' })
    return await fetch(`${app.url}/_amulet/providers/Facebook/logins`, { method: 'POST', body, headers })
  }
  expect((await ask({ origin: 'https://evil.example.com' })).status).toBe(400)
  expect((await ask({ origin: 'http://localhost:3000' })).status).toBe(200)
})

async function startServing() {
  const { server } = await startProduction()
  const { url } = await server.listen()
  const identities = identitySdk(url, { credentials: ADMIN })
  const createPool = async (SupportedLoginProviders: Record<string, string>) => {
    const { IdentityPoolId = '' } = await identities.createIdentityPool({
      IdentityPoolName: 'test',
      AllowUnauthenticatedIdentities: false,
      SupportedLoginProviders,
    })
    await identities.setIdentityPoolRoles({ IdentityPoolId, Roles: ROLES })
    return IdentityPoolId
  }
  return { identities, createPool }
}

test('an access token of Facebook is checked with Facebook', async () => {
  stubNetwork(({ hostname, pathname, searchParams }, { bearer }) => {
    if (hostname !== 'graph.facebook.com') return undefined
    expect(searchParams.has('access_token')).toBe(false)
    if (bearer === 'down') return { status: 503, body: {} }
    const app = { good: '123', foreign: '456', nobody: '123' }[bearer ?? '']
    if (app === undefined) return { status: 400, body: { error: { code: 190 } } }
    if (pathname.endsWith('/app')) return { body: { id: app } }
    expect(pathname).toMatch(/\/me$/)
    return { body: bearer === 'nobody' ? {} : { id: '1000001' } }
  })
  const app = await startServing()
  const pool = await app.createPool({ 'graph.facebook.com': '123' })
  const ask = async (token: string) => await idOf(app, pool, { 'graph.facebook.com': token })
  const id = await ask('good')
  expect(await ask('good')).toBe(id)
  expect(await app.identities.describeIdentity({ IdentityId: id })).toMatchObject({
    Logins: ['graph.facebook.com'],
  })
  await expect(ask('foreign')).rejects.toMatchObject(NOT_SUPPORTED)
  await expect(ask('wrong')).rejects.toMatchObject(REFUSED)
  await expect(ask('nobody')).rejects.toMatchObject(REFUSED)
  await expect(ask('down')).rejects.toMatchObject(
    refusal('ExternalServiceException', 'The provider graph.facebook.com could not be asked.'),
  )
})

test('an access token of Amazon is checked with Amazon', async () => {
  stubNetwork(({ hostname, pathname, searchParams }) => {
    if (hostname !== 'api.amazon.com') return undefined
    expect(pathname).toBe('/auth/o2/tokeninfo')
    const token = searchParams.get('access_token')
    if (token !== 'good' && token !== 'foreign') return { status: 400, body: { error: 'invalid_token' } }
    const app_id = token === 'good' ? 'amzn1.application.ours' : 'amzn1.application.theirs'
    return { body: { app_id, aud: 'amzn1.application-oa2-client.x', user_id: 'amzn1.account.A', exp: 3000 } }
  })
  const app = await startServing()
  const pool = await app.createPool({ 'www.amazon.com': 'amzn1.application.ours' })
  const ask = async (token: string) => await idOf(app, pool, { 'www.amazon.com': token })
  expect(await ask('good')).toBe(await ask('good'))
  await expect(ask('foreign')).rejects.toMatchObject(NOT_SUPPORTED)
  await expect(ask('wrong')).rejects.toMatchObject(REFUSED)
})

test.each([
  ['accounts.google.com', 'RS256'],
  ['appleid.apple.com', 'ES256'],
])('an ID token of %s is verified by the keys that it publishes', async (provider, alg) => {
  const { privateKey, publicKey } = await generateKeyPair(alg)
  const stranger = await generateKeyPair(alg)
  const jwk = { ...(await exportJWK(publicKey)), kid: 'k', alg, use: 'sig' }
  const issuer = `https://${provider}`
  stubNetwork(({ hostname, pathname }) => {
    if (hostname !== provider) return undefined
    return {
      body: pathname.endsWith('openid-configuration')
        ? { issuer, jwks_uri: `${issuer}/keys` }
        : { keys: [jwk] },
    }
  })
  const app = await startServing()
  const pool = await app.createPool({ [provider]: 'ours' })
  const token = async ({ key = privateKey, aud = 'ours', iss = issuer } = {}) =>
    await new SignJWT({})
      .setProtectedHeader({ alg, kid: 'k' })
      .setSubject('ada')
      .setIssuer(iss)
      .setAudience(aud)
      .setExpirationTime('1h')
      .sign(key)
  const ask = async (value: string) => await idOf(app, pool, { [provider]: value })
  expect(await ask(await token())).toBe(await ask(await token()))
  await expect(ask(await token({ key: stranger.privateKey }))).rejects.toMatchObject(NOT_SIGNED)
  await expect(ask(await token({ aud: 'theirs' }))).rejects.toMatchObject(NOT_SUPPORTED)
  // In `serve` nothing stands in for a provider.
  const standIn = `http://localhost/_amulet/providers/${provider === 'accounts.google.com' ? 'Google' : 'SignInWithApple'}`
  await expect(ask(await token({ iss: standIn }))).rejects.toMatchObject({ name: 'NotAuthorizedException' })
})

test('an OpenID Connect provider named by an ARN is the issuer in it, for the configured clients', async () => {
  const { privateKey, publicKey } = await generateKeyPair('RS256')
  const jwk = { ...(await exportJWK(publicKey)), kid: 'k', alg: 'RS256', use: 'sig' }
  const upstream = createServer((request, response) => {
    const issuer = `http://${request.headers.host}`
    response.setHeader('content-type', 'application/json')
    const isDiscovery = request.url?.endsWith('openid-configuration')
    response.end(JSON.stringify(isDiscovery ? { issuer, jwks_uri: `${issuer}/keys` } : { keys: [jwk] }))
  })
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void upstream.close())
  // It listens on a port.
  const provider = `127.0.0.1:${(upstream.address() as AddressInfo).port}`
  const arn = `arn:aws:iam::000000000000:oidc-provider/${provider}`
  const app = await startWithIdentities({ config: { iamProviders: { [arn]: { ClientIDList: ['ours'] } } } })
  const token = async (aud: string) =>
    await new SignJWT({})
      .setProtectedHeader({ alg: 'RS256', kid: 'k' })
      .setSubject('ada')
      .setIssuer(`http://${provider}`)
      .setAudience(aud)
      .setExpirationTime('1h')
      .sign(privateKey)
  const pool = await createIdentityPool(app, { OpenIdConnectProviderARNs: [arn] })
  const ask = async (aud: string, id = pool) => await idOf(app, id, { [provider]: await token(aud) })
  expect(await ask('ours')).toBe(await ask('ours'))
  await expect(ask('theirs')).rejects.toMatchObject(NOT_SUPPORTED)
  await expect(ask('ours', await createIdentityPool(app))).rejects.toMatchObject(NOT_SUPPORTED)
  const unknown = 'arn:aws:iam::000000000000:oidc-provider/example.com'
  const other = await createIdentityPool(app, { OpenIdConnectProviderARNs: [unknown] })
  await expect(idOf(app, other, { 'example.com': await token('ours') })).rejects.toMatchObject(
    refusal(
      'InvalidIdentityPoolConfigurationException',
      `AWS IAM knows what ${unknown} is, and this server does not. Say it in \`iamProviders\` of the configuration.`,
    ),
  )
})

const SAML_ARN = 'arn:aws:iam::000000000000:saml-provider/Okta'
const FOR_AWS = { audience: 'urn:amazon:webservices', recipient: 'https://signin.aws.amazon.com/saml' }

async function startWithSaml() {
  const upstream = await makeSamlUpstream()
  const app = await startWithIdentities({
    config: { iamProviders: { [SAML_ARN]: { SAMLMetadataDocument: upstream.metadata } } },
  })
  const pool = await createIdentityPool(app, { SamlProviderARNs: [SAML_ARN] })
  const ask = async (said: Said = {}, IdentityPoolId = pool) => {
    const { SAMLResponse } = await upstream.unasked('', '', { ...FOR_AWS, ...said })
    return await idOf(app, IdentityPoolId, { [SAML_ARN]: SAMLResponse })
  }
  return { ...app, pool, ask }
}

test('a SAML provider named by an ARN is the one whose metadata the configuration has', async () => {
  const app = await startWithSaml()
  const grace = await app.ask()
  expect(await app.ask({ id: '_another', audience: 'https://signin.aws.amazon.com/saml' })).toBe(grace)
  expect(await app.ask({ nameId: 'ada' })).not.toBe(grace)
  expect(await app.identities.describeIdentity({ IdentityId: grace })).toMatchObject({ Logins: [SAML_ARN] })
  await expect(app.ask({}, await createIdentityPool(app))).rejects.toMatchObject(NOT_SUPPORTED)
  const unknown = SAML_ARN.replace('Okta', 'Other')
  const other = await createIdentityPool(app, { SamlProviderARNs: [unknown] })
  await expect(idOf(app, other, { [unknown]: 'PGEvPg==' })).rejects.toMatchObject({
    name: 'InvalidIdentityPoolConfigurationException',
  })
})

test.each<[string, Said]>([
  ['that nothing has signed', { signs: 'nothing' }],
  ['signed by another key', { otherKey: true }],
  ['changed after it was signed', { afterwards: (xml) => xml.replace('>grace<', '>admin<') }],
  [
    'with another one before it',
    { afterwards: (xml) => xml.replace('<saml:Assertion', `${evilOf(xml)}<saml:Assertion`) },
  ],
  ['of another issuer', { issuer: 'http://127.0.0.1:4300/other' }],
  ['for another audience', { audience: 'urn:amazon:cognito:sp:us-east-1_Another01' }],
  ['for another recipient', { recipient: 'http://localhost/saml2/idpresponse' }],
  ['that has expired', { notOnOrAfter: -60 }],
  ['that answers a request of another', { inResponseTo: '_request' }],
  ['that is no document', { afterwards: () => 'nonsense' }],
])('an assertion for AWS %s is refused, and the right one is accepted', async (_, said) => {
  const app = await startWithSaml()
  await expect(app.ask(said)).rejects.toMatchObject(REFUSED)
  expect(await app.ask()).not.toBe('')
})

test('the configuration of IAM providers is checked at the start', async () => {
  for (const [arn, provider, says] of [
    ['arn:aws:iam::1:oidc-provider/a.b', {}, 'must have a ClientIDList.'],
    [
      'arn:aws:iam::1:saml-provider/a',
      { SAMLMetadataDocument: '<a/>' },
      'SAMLMetadataDocument cannot be used. The metadata describes no identity provider.',
    ],
    [
      'arn:aws:iam::1:role/a',
      { ClientIDList: ['a'] },
      'must be called arn:aws:iam::ACCOUNT:oidc-provider/ISSUER',
    ],
  ] as const) {
    const config = { iamProviders: { [arn]: provider } } as {
      iamProviders: Record<string, { ClientIDList?: string[] }>
    }
    await expect(startWithIdentities({ config })).rejects.toThrow(says)
  }
})
