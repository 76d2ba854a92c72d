import { X509Certificate } from 'node:crypto'
import { expect, test } from 'vitest'
import { attributesOf, createUser, refusal } from './admin.js'
import { type Federated, oidcProvider, signInUpstream, startFederated, tokensOf } from './federation.js'
import { startForged } from './forged.js'
import { atSignIn } from './page-user.js'
import { isSignedIn, problem, startSaml } from './saml.js'
import { stubNetwork } from './stub-network.js'
import { startUpstream } from './upstream.js'

// What the settings of a provider mean, and which users its answers are about.

/** Counts the questions for the configuration of a provider, and answers them if it is told to. */
function watchConfiguration(body?: (issuer: string) => object) {
  const asked: string[] = []
  stubNetwork(({ origin, pathname }) => {
    if (pathname !== '/.well-known/openid-configuration') return undefined
    asked.push(origin)
    return body && { body: body(origin) }
  })
  return asked
}

const whole = (issuer: string) => ({
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
  userinfo_endpoint: `${issuer}/me`,
  jwks_uri: `${issuer}/keys`,
  response_types_supported: ['code'],
})

test('a provider is asked for the configured scopes, and nothing else', async () => {
  const app = await startForged()
  const { asked, user } = await app.answered()
  expect(isSignedIn(user)).toBe(true)
  expect(asked.origin + asked.pathname).toBe(`${app.upstream.issuer}/authorize`)
  expect(Object.fromEntries(asked.searchParams)).toEqual({
    client_id: 'amulet',
    redirect_uri: 'http://localhost/oauth2/idpresponse',
    response_type: 'code',
    scope: 'openid email profile',
    state: expect.stringMatching(/^[\w-]{20,}$/),
    nonce: expect.stringMatching(/^[\w-]{43}$/),
    code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    code_challenge_method: 'S256',
  })
})

test('scopes may be given with commas and spaces', async () => {
  const app = await startForged({ authorize_scopes: ' openid,email  profile,' })
  const { asked } = await app.answered()
  expect(asked.searchParams.get('scope')).toBe('openid email profile')
})

test('the configuration of a provider is fetched once, and again after an hour or a change of the provider', async () => {
  const asked = watchConfiguration()
  const app = await startForged()
  for (let visit = 0; visit < 3; visit++) expect(isSignedIn((await app.answered()).user)).toBe(true)
  expect(asked).toEqual([app.upstream.issuer])
  await app.admin.updateIdentityProvider({
    UserPoolId: app.UserPoolId,
    ProviderName: 'Upstream',
    ProviderDetails: oidcProvider(app.upstream.issuer, { authorize_scopes: 'openid' }).ProviderDetails,
  })
  expect((await app.answered()).asked.searchParams.get('scope')).toBe('openid')
  expect(asked).toHaveLength(2)
  app.server.clock.advance(3601)
  await app.answered()
  expect(asked).toHaveLength(3)
})

test('configured endpoints are used, and a provider that has all of them is not discovered', async () => {
  const endpoints = (issuer: string) => ({
    authorize_url: `${issuer}/authorize?tenant=1`,
    token_url: `${issuer}/token`,
    attributes_url: `${issuer}/me`,
    jwks_uri: `${issuer}/keys`,
  })
  const asked = watchConfiguration()
  const app = await startForged(endpoints)
  const answered = await app.answered()
  expect(isSignedIn(answered.user)).toBe(true)
  expect(answered.asked.searchParams.get('tenant')).toBe('1')
  expect(asked).toEqual([])
  // What is missing is discovered, and what is given counts.
  for (const missing of ['authorize_url', 'token_url', 'jwks_uri'] as const) {
    const { [missing]: _, ...others } = endpoints(app.upstream.issuer)
    await app.admin.updateIdentityProvider({
      UserPoolId: app.UserPoolId,
      ProviderName: 'Upstream',
      ProviderDetails: oidcProvider(app.upstream.issuer, others).ProviderDetails,
    })
    const again = await app.answered()
    expect(isSignedIn(again.user), missing).toBe(true)
    expect(again.asked.searchParams.get('tenant')).toBe(missing === 'authorize_url' ? null : '1')
  }
  expect(asked).toHaveLength(3)
})

test('endpoints that are empty, as tools write them, are discovered', async () => {
  const app = await startForged({ authorize_url: '', token_url: '', attributes_url: '', jwks_uri: '' })
  expect(isSignedIn((await app.answered()).user)).toBe(true)
  expect(app.upstream.tokenRequests).toHaveLength(1)
})

test('the secret of a client is sent as the provider takes it, and omitted where there is none', async () => {
  const sent = async (methods: string[] | undefined, details: Record<string, string> = {}) => {
    const headers: (string | null)[] = []
    const app = await startForged(details)
    stubNetwork(({ pathname, origin }, { bearer }) => {
      if (pathname === '/token') headers.push(bearer ?? null)
      return pathname === '/.well-known/openid-configuration'
        ? { body: { ...whole(origin), token_endpoint_auth_methods_supported: methods } }
        : undefined
    })
    expect(isSignedIn((await app.answered({ answer: { iss: undefined } })).user)).toBe(true)
    const [form] = app.upstream.tokenRequests
    return [headers[0], form?.get('client_id') ?? null, form?.get('client_secret') ?? null]
  }
  const secret = 'the secret of the client'
  const basic = `Basic ${Buffer.from(`amulet:${secret.replaceAll(' ', '+')}`).toString('base64')}`
  expect(await sent(undefined)).toEqual([null, 'amulet', secret])
  expect(await sent(['client_secret_basic', 'client_secret_post'])).toEqual([null, 'amulet', secret])
  expect(await sent(['private_key_jwt'])).toEqual([null, 'amulet', secret])
  expect(await sent(['client_secret_basic'])).toEqual([basic, null, null])
  expect(await sent(undefined, { client_secret: '' })).toEqual([null, 'amulet', null])
})

test('attributes without a subject belong to the user of the ID token, and a provider may have no attributes', async () => {
  const app = await startForged()
  const { user } = await app.answered({ attributes: { email: 'grace@example.com' } })
  expect((await tokensOf(app, user)).id).toMatchObject({
    'cognito:username': 'Upstream_grace',
    email: 'grace@example.com',
  })
  const none = await startForged()
  watchConfiguration((issuer) => ({ ...whole(issuer), userinfo_endpoint: undefined }))
  const without = await none.answered({
    claims: { email: 'hopper@example.com', sub: 'hopper' },
    answer: { iss: undefined },
  })
  expect((await tokensOf(none, without.user)).id).toMatchObject({ email: 'hopper@example.com' })
})

test.each<[string, { status?: number; body: unknown }, string]>([
  ['that are refused', { status: 403, body: {} }, 'Error - 403 error getting user attributes'],
  ['that are a list', { body: [] }, 'Bad attributes response.'],
  ['that are nothing', { body: null }, 'Bad attributes response.'],
  ['that are too long', { body: { sub: 'grace', padding: 'x'.repeat(4_194_304) } }, 'Connection reset'],
  ['that are a text', { body: 'grace' }, 'Bad attributes response.'],
])('attributes %s sign no user in', async (_, answer, description) => {
  const app = await startForged()
  stubNetwork(({ pathname }) => (pathname === '/me' ? answer : undefined))
  const { user } = await app.answered()
  expect(problem(user)).toEqual(['invalid_request', description])
})

test('attributes are requested by the configured method', async () => {
  for (const method of ['GET', 'POST']) {
    const app = await startForged({ attributes_request_method: method })
    const methods: string[] = []
    stubNetwork(({ pathname }, told) => {
      if (pathname === '/me') methods.push(told.method)
      return undefined
    })
    expect(isSignedIn((await app.answered()).user)).toBe(true)
    expect(methods).toEqual([method])
  }
})

const link = ({ admin }: Pick<Federated, 'admin'>, UserPoolId: string, user: string, source: object) =>
  admin.adminLinkProviderForUser({
    UserPoolId,
    DestinationUser: { ProviderName: 'Cognito', ProviderAttributeValue: user },
    SourceUser: { ProviderName: 'Upstream', ProviderAttributeName: 'Cognito_Subject', ...source },
  })

test('a link belongs to a pool and a provider, by subject and by attribute', async () => {
  const app = await startFederated()
  const { admin, UserPoolId, sub, upstream } = app
  const { UserPool } = await admin.createUserPool({ PoolName: 'other' })
  const other = UserPool?.Id ?? ''
  await createUser(admin, other, 'bob')
  await createUser(admin, UserPoolId, 'bob')
  const provider = oidcProvider(upstream.issuer)
  await admin.createIdentityProvider({ UserPoolId: other, ...provider })
  await admin.createIdentityProvider({ UserPoolId, ...provider, ProviderName: 'Another' })
  const sources = [
    { ProviderAttributeValue: 'grace' },
    { ProviderAttributeName: 'email', ProviderAttributeValue: 'hopper@example.com' },
  ]
  // What comes first could be found first.
  for (const source of sources) await link(app, other, 'bob', source)
  for (const source of sources) await link(app, UserPoolId, 'bob', { ...source, ProviderName: 'Another' })
  for (const login of ['grace', 'hopper']) {
    const { id } = await tokensOf(app, await signInUpstream(app, login))
    expect(id['cognito:username']).toBe(`Upstream_${login}`)
  }
  for (const value of ['ada', 'lovelace@example.com']) {
    const name = value.includes('@') ? { ProviderAttributeName: 'email' } : {}
    await link(app, UserPoolId, 'ada', { ...name, ProviderAttributeValue: value })
    const login = value.replace('@example.com', '')
    expect((await tokensOf(app, await signInUpstream(app, login))).id.sub).toBe(sub)
  }
})

test('undoing a link leaves other links', async () => {
  const app = await startFederated()
  const { admin, UserPoolId, upstream } = app
  await createUser(admin, UserPoolId, 'bob')
  await admin.createIdentityProvider({
    UserPoolId,
    ...oidcProvider(upstream.issuer),
    ProviderName: 'Another',
  })
  await link(app, UserPoolId, 'ada', { ProviderAttributeValue: 'grace' })
  await link(app, UserPoolId, 'ada', { ProviderAttributeValue: 'hopper' })
  await link(app, UserPoolId, 'ada', { ProviderName: 'Another', ProviderAttributeValue: 'grace' })
  await link(app, UserPoolId, 'ada', { ProviderAttributeName: 'email', ProviderAttributeValue: 'grace' })
  await link(app, UserPoolId, 'bob', { ProviderAttributeValue: 'lovelace' })
  await admin.adminDisableProviderForUser({
    UserPoolId,
    User: {
      ProviderName: 'Upstream',
      ProviderAttributeName: 'Cognito_Subject',
      ProviderAttributeValue: 'hopper',
    },
  })
  const linked = async (user: string) => {
    const { identities = '[]' } = await attributesOf(admin, UserPoolId, user)
    const list = JSON.parse(identities) as { providerName: string; userId: string }[]
    return list.map(({ providerName, userId }) => `${providerName} ${userId}`)
  }
  expect(await linked('ada')).toEqual(['Upstream grace', 'Another grace', 'Upstream grace'])
  expect(await linked('bob')).toEqual(['Upstream lovelace'])
  const subOf = async (login: string) => (await tokensOf(app, await signInUpstream(app, login))).id.sub
  expect(await subOf('grace')).toBe(app.sub)
  expect(await subOf('hopper')).not.toBe(app.sub)
  expect((await admin.adminGetUser({ UserPoolId, Username: 'bob' })).Enabled).toBe(true)
  expect(await subOf('lovelace')).not.toBe(app.sub)
})

test('a user who is linked while the function of the pool runs has the provider’s data', async () => {
  let app: Federated | undefined
  app = await startFederated({
    pool: { LambdaConfig: { PreSignUp: 'arn:aws:lambda:us-east-1:000000000000:function:pre' } },
    functions: {
      async pre(event) {
        if (app && event.triggerSource === 'PreSignUp_ExternalProvider')
          await link(app, app.UserPoolId, 'ada', { ProviderAttributeValue: 'grace' })
        return event
      },
    },
  })
  const { id } = await tokensOf(app, await signInUpstream(app, 'grace'))
  expect(id).toMatchObject({ sub: app.sub, name: 'grace', email: 'grace@example.com' })
})

test('the users of each provider are in a group of their own', async () => {
  const app = await startFederated({ provider: { ProviderName: 'Another' } })
  const { admin, UserPoolId } = app
  await admin.createIdentityProvider({ UserPoolId, ...oidcProvider(app.upstream.issuer) })
  const { clientId } = await app.createClient({ SupportedIdentityProviders: ['Upstream', 'Another'] })
  for (const [name, login] of [
    ['Another', 'grace'],
    ['Upstream', 'grace'],
    ['Upstream', 'hopper'],
  ] as const) {
    const user = await atSignIn({ ...app, clientId }, { identity_provider: name })
    const back = await app.upstream.signIn(user.left as URL, login)
    await user.open(`${back.pathname}${back.search}`)
    expect(isSignedIn(user)).toBe(true)
    const Username = `${name}_${login}`
    const { Groups } = await admin.adminListGroupsForUser({ UserPoolId, Username })
    expect(Groups?.map(({ GroupName, Description }) => [GroupName, Description])).toEqual([
      [`${UserPoolId}_${name}`, `Autogenerated group for users who sign in using ${name}`],
    ])
  }
})

test('a user with a name too long for the API is refused, and one with the longest name is not', async () => {
  const app = await startForged()
  const answered = async (sub: string) =>
    (await app.answered({ claims: { sub }, attributes: { email: 'grace@example.com' } })).user
  const longest = 'x'.repeat(128 - 'Upstream_'.length)
  expect(isSignedIn(await answered(longest))).toBe(true)
  for (const sub of [`${longest}x`, 'with a space']) {
    const user = await answered(sub)
    expect(isSignedIn(user)).toBe(false)
    expect(user.left?.searchParams.get('error')).toBe('invalid_request')
  }
})

test('an administrator’s changes stay where the provider is not mapped to the attribute', async () => {
  const app = await startFederated()
  const { admin, UserPoolId } = app
  await signInUpstream(app, 'grace')
  const Username = 'Upstream_grace'
  await admin.adminUpdateUserAttributes({
    UserPoolId,
    Username,
    UserAttributes: [
      { Name: 'nickname', Value: 'Amazing Grace' },
      { Name: 'name', Value: 'changed' },
    ],
  })
  await signInUpstream(app, 'grace')
  expect(await attributesOf(admin, UserPoolId, Username)).toMatchObject({
    nickname: 'Amazing Grace',
    name: 'grace',
    email_verified: 'true',
  })
})

test('a provider that does not say whether an address is verified verifies none, and a new address does not inherit it', async () => {
  let claims: Record<string, unknown> = { email: 'grace@example.com', phone_number: '+15550100' }
  const upstream = await startUpstream(() => claims)
  const app = await startFederated({
    provider: {
      ...oidcProvider(upstream.issuer),
      AttributeMapping: { email: 'email', phone_number: 'name' },
    },
  })
  claims = { email: 'grace@example.com', name: '+15550100' }
  const user = async () => {
    await signInUpstream({ ...app, upstream }, 'grace')
    const { email, email_verified, phone_number, phone_number_verified } = await attributesOf(
      app.admin,
      app.UserPoolId,
      'Upstream_grace',
    )
    return [email, email_verified, phone_number, phone_number_verified]
  }
  expect(await user()).toEqual(['grace@example.com', 'false', '+15550100', 'false'])
  await app.admin.adminUpdateUserAttributes({
    UserPoolId: app.UserPoolId,
    Username: 'Upstream_grace',
    UserAttributes: ['email_verified', 'phone_number_verified'].map((Name) => ({ Name, Value: 'true' })),
  })
  expect(await user()).toEqual(['grace@example.com', 'true', '+15550100', 'true'])
  claims = { email: 'hopper@example.com', name: '+15550101' }
  expect(await user()).toEqual(['hopper@example.com', 'false', '+15550101', 'false'])
})

test.each<[object, string]>([
  [
    { oidc_issuer: 'https://user@idp.example.com' },
    'ProviderDetails.oidc_issuer must be an address of https, or of this machine.',
  ],
  [
    { oidc_issuer: 'https://:secret@idp.example.com' },
    'ProviderDetails.oidc_issuer must be an address of https, or of this machine.',
  ],
  [
    { token_url: 'ftp://localhost/token' },
    'ProviderDetails.token_url must be an address of https, or of this machine.',
  ],
  [
    { attributes_url: 'http://localhost.example.com/me' },
    'ProviderDetails.attributes_url must be an address of https, or of this machine.',
  ],
  [{ jwks_uri: 'keys' }, 'ProviderDetails.jwks_uri must be an address of https, or of this machine.'],
  [
    { client_id: '' },
    'clientId, authorizeScopes, oidcIssuer and attributesRequestMethod are all required idp details.',
  ],
])('a provider with the details %o is refused', async (details, message) => {
  const { admin, UserPoolId } = await startFederated()
  const given = { ...oidcProvider('https://idp.example.com'), ProviderName: 'Other' }
  const create = (changes: object) =>
    admin.createIdentityProvider({
      UserPoolId,
      ...given,
      ProviderDetails: { ...given.ProviderDetails, ...changes },
    })
  await expect(create(details)).rejects.toMatchObject(refusal('InvalidParameterException', message))
  for (const host of [
    'https://idp.example.com',
    'http://localhost:1',
    'http://127.0.0.1:1',
    'http://[::1]:1',
  ]) {
    await create({ oidc_issuer: host, token_url: `${host}/token`, jwks_uri: '' })
    await admin.deleteIdentityProvider({ UserPoolId, ProviderName: 'Other' })
  }
})

test('reserved names, and a mapping of authentication contexts, are refused', async () => {
  const { admin, UserPoolId, upstream, call } = await startFederated()
  const create = (changes: object) =>
    admin.createIdentityProvider({ UserPoolId, ...oidcProvider(upstream.issuer), ...changes })
  for (const ProviderName of ['COGNITO', 'Cognito', 'Facebook', 'SAML'])
    await expect(create({ ProviderName })).rejects.toMatchObject(
      refusal('InvalidParameterException', `Provider ${ProviderName} cannot be of type OIDC.`),
    )
  await create({ ProviderName: 'OIDC' })
  const mapped = (AcrMapping: object) =>
    call('CreateIdentityProvider', {
      UserPoolId,
      ...oidcProvider(upstream.issuer),
      ProviderName: 'Contexts',
      AcrMapping,
    })
  expect((await mapped({ one: '1' })).text).toContain('AcrMapping')
  expect((await mapped({})).status).toBe(200)
  for (const reserved of ['sub', 'identities'])
    await expect(
      create({ ProviderName: 'Other', AttributeMapping: { [reserved]: 'x' } }),
    ).rejects.toMatchObject(
      refusal('InvalidParameterException', `Attribute mapping is invalid: ${reserved} cannot be mapped.`),
    )
})

test('an identifier belongs to one provider, which may keep it in an update', async () => {
  const app = await startFederated({ provider: { IdpIdentifiers: ['example.com'] } })
  const { admin, UserPoolId, upstream } = app
  const other = { UserPoolId, ...oidcProvider(upstream.issuer), ProviderName: 'Other' }
  await admin.createIdentityProvider({ ...other, IdpIdentifiers: ['example.org'] })
  const update = (ProviderName: string, IdpIdentifiers: string[]) =>
    admin.updateIdentityProvider({ UserPoolId, ProviderName, IdpIdentifiers })
  await expect(update('Other', ['EXAMPLE.com'])).rejects.toMatchObject({ name: 'InvalidParameterException' })
  await update('Upstream', ['example.com', 'example.net'])
  for (const [IdpIdentifier, ProviderName] of [
    ['Example.NET', 'Upstream'],
    ['example.org', 'Other'],
  ] as const) {
    const found = await admin.getIdentityProviderByIdentifier({ UserPoolId, IdpIdentifier })
    expect(found.IdentityProvider).toMatchObject({ ProviderName })
  }
  const { IdentityProvider } = await admin.describeIdentityProvider({ UserPoolId, ProviderName: 'Other' })
  expect(IdentityProvider?.IdpIdentifiers).toEqual(['example.org'])
})

test('two users at a SAML provider at the same moment are each answered in their own browser', async () => {
  const app = await startSaml()
  const [first, second] = [await app.begin(), await app.begin()]
  for (const [user, nameId] of [
    [second, 'second'],
    [first, 'first'],
  ] as const) {
    const said = { nameId, attributes: { email: [`${nameId}@example.com`] } }
    await user.open(await app.post(await app.upstream.answer(user.left as URL, said)))
    expect((await tokensOf(app, user)).id.email).toBe(`${nameId}@example.com`)
  }
})

test('an attribute of an assertion with the name of the subject does not link a user', async () => {
  const app = await startSaml()
  const { admin, UserPoolId, sub } = app
  await admin.adminLinkProviderForUser({
    UserPoolId,
    DestinationUser: { ProviderName: 'Cognito', ProviderAttributeValue: 'ada' },
    SourceUser: {
      ProviderName: 'Okta',
      ProviderAttributeName: 'Cognito_Subject',
      ProviderAttributeValue: 'grace',
    },
  })
  const as = async (nameId: string, attributes: Record<string, string[]>) =>
    (await tokensOf(app, await app.answered({ nameId, attributes }))).id.sub
  expect(await as('mallory', { Cognito_Subject: ['grace'] })).not.toBe(sub)
  expect(await as('grace', {})).toBe(sub)
})

test('the keys of a pool for SAML providers have 2048 bits, and certificates for ten years', async () => {
  const { admin, UserPoolId } = await startSaml()
  const { Certificate = '' } = await admin.getSigningCertificate({ UserPoolId })
  const { publicKey, validFrom, validTo } = new X509Certificate(Buffer.from(Certificate, 'base64'))
  expect(publicKey.asymmetricKeyDetails).toMatchObject({ modulusLength: 2048, publicExponent: 65537n })
  expect((Date.parse(validTo) - Date.parse(validFrom)) / 86_400_000).toBe(3651)
})
