import type { ServerOptions } from '@amulet/server'
import { decodeJwt } from 'jose'
import { expect, test } from 'vitest'
import { openBrowser, type Page } from './browser-session.js'
import {
  authorizeQuery,
  CALLBACK,
  OAUTH_CLIENT,
  type OAuthStarted,
  PKCE,
  postToken,
  redeem,
  signInOnPage,
  startOAuth,
} from './oauth.js'
import { sendSigned, startProduction } from './production.js'
import { PASSWORD, start } from './start.js'

const ask = async (app: OAuthStarted, token: string | undefined, method = 'GET') => {
  const response = await app.server.fetch(
    new Request('http://localhost/oauth2/userInfo', {
      method,
      headers: token === undefined ? {} : { authorization: token },
    }),
  )
  // Whatever it is, the test says what it should be.
  const body = (await response.json()) as Record<string, unknown>
  return { status: response.status, body, challenge: response.headers.get('www-authenticate') }
}

test('userInfo returns what the scopes of the access token select, each value as a string', async () => {
  const app = await startOAuth()
  const { body } = await redeem(app, await signInOnPage(app, { ...PKCE, scope: 'openid email' }))
  const told = { sub: app.sub, email: 'ada@example.com', email_verified: 'true', username: 'ada' }
  for (const method of ['GET', 'POST'])
    expect(await ask(app, `Bearer ${body.access_token}`, method)).toMatchObject({ status: 200, body: told })
  const phone = await redeem(app, await signInOnPage(app, { ...PKCE, scope: 'openid phone' }))
  expect((await ask(app, `Bearer ${phone.body.access_token}`)).body).toEqual({
    sub: app.sub,
    username: 'ada',
  })
})

test('each scope selects its attributes, for userInfo and the ID token', async () => {
  const app = await startOAuth()
  const attributes = { name: 'Ada King', phone_number: '+14155550123', phone_number_verified: 'true' }
  await app.admin.adminUpdateUserAttributes({
    UserPoolId: app.UserPoolId,
    Username: 'ada',
    UserAttributes: Object.entries(attributes).map(([Name, Value]) => ({ Name, Value })),
  })
  const all = ['email', 'email_verified', 'name', 'phone_number', 'phone_number_verified']
  for (const [scope, selected] of [
    ['openid', all],
    ['openid email', ['email', 'email_verified']],
    ['openid phone', ['phone_number', 'phone_number_verified']],
    ['openid profile', ['name']],
    ['openid profile phone', ['name', 'phone_number', 'phone_number_verified']],
  ] as const) {
    const { body } = await redeem(app, await signInOnPage(app, { ...PKCE, scope }))
    const told = (await ask(app, `Bearer ${body.access_token}`)).body
    expect(
      all.filter((name) => name in told),
      scope,
    ).toEqual(selected)
    expect(
      all.filter((name) => name in decodeJwt(String(body.id_token))),
      scope,
    ).toEqual(selected)
  }
})

test('userInfo refuses invalid tokens, ID tokens, tokens without its scope, and those of a sign-in that ended', async () => {
  const app = await startOAuth()
  expect(await ask(app, undefined)).toEqual({
    status: 400,
    body: { error: 'invalid_request', error_description: 'Bad OAuth2 request at UserInfo Endpoint' },
    challenge: 'error="invalid_request", error_description="Bad OAuth2 request at UserInfo Endpoint"',
  })
  expect((await ask(app, 'Basic x')).status).toBe(400)
  const description = 'Access token is expired, disabled, or deleted, or the user has globally signed out.'
  const refused = {
    status: 401,
    body: { error: 'invalid_token', error_description: description },
    challenge: `error="invalid_token", error_description="${description}"`,
  }
  expect(await ask(app, 'Bearer x')).toEqual(refused)
  const { body } = await redeem(app, await signInOnPage(app, PKCE))
  expect(await ask(app, `Bearer ${body.id_token}`)).toEqual(refused)
  const other = await redeem(
    app,
    await signInOnPage(app, { ...PKCE, scope: 'aws.cognito.signin.user.admin' }),
  )
  expect(await ask(app, `Bearer ${other.body.access_token}`)).toEqual(refused)
  expect((await ask(app, `Bearer ${body.access_token}`)).status).toBe(200)
  await app.call('GlobalSignOut', { AccessToken: body.access_token })
  expect(await ask(app, `Bearer ${body.access_token}`)).toEqual(refused)
})

test('the implicit grant answers with tokens in the fragment, and with no refresh token', async () => {
  const app = await startOAuth()
  const location = await signInOnPage(app, { response_type: 'token', nonce: 'n-1' })
  expect(location.search).toBe('')
  const answer = Object.fromEntries(new URLSearchParams(location.hash.slice(1)))
  expect(answer).toEqual({
    id_token: expect.any(String),
    access_token: expect.any(String),
    token_type: 'Bearer',
    expires_in: '3600',
    state: 'the state',
    iss: `${app.url}/${app.UserPoolId}`,
  })
  expect((await ask(app, `Bearer ${answer.access_token}`)).status).toBe(200)
  const failed = await openBrowser(app.server).get(
    `/oauth2/authorize?${authorizeQuery(app, { response_type: 'token', prompt: 'none' })}`,
  )
  expect(failed.location).toMatch(/^https:\/\/app\.example\.com\/callback#error=login_required&state=/)
})

test('a request may be a form, and is refused as JSON', async () => {
  const app = await startOAuth()
  const browser = openBrowser(app.server)
  const answer = await browser.post('/oauth2/authorize', new URLSearchParams(authorizeQuery(app, PKCE)))
  expect(answer).toMatchObject({ status: 302, location: expect.stringMatching(/^\/login\?client_id=/) })
  const response = await app.server.fetch(
    new Request('http://localhost/oauth2/authorize', { method: 'POST', body: '{}' }),
  )
  expect(response.status).toBe(405)
})

test("a client's default is taken where a request names no redirect URI, and tokens come without one", async () => {
  const app = await startOAuth({ client: { DefaultRedirectURI: CALLBACK } })
  const sent = { ...PKCE, redirect_uri: undefined }
  const location = await signInOnPage(app, sent)
  expect(location.origin + location.pathname).toBe(CALLBACK)
  expect((await redeem(app, location, { redirect_uri: undefined })).status).toBe(200)
  expect((await redeem(app, await signInOnPage(app, sent), { redirect_uri: CALLBACK })).status).toBe(200)
  const named = await signInOnPage(app, PKCE)
  expect(await redeem(app, named, { redirect_uri: undefined })).toMatchObject({
    status: 400,
    body: { error: 'invalid_request' },
  })
  const none = await startOAuth()
  const refused = await openBrowser(none.server).get(`/oauth2/authorize?${authorizeQuery(none, sent)}`)
  expect(refused.location).toBe(`/error?error=redirect_mismatch&client_id=${none.clientId}`)
})

test('a request that wants a sign-in no older than some seconds has the user sign in after them', async () => {
  const app = await startOAuth()
  const browser = openBrowser(app.server)
  await signInOnPage(app, PKCE, browser)
  const authorize = async () =>
    (await browser.get(`/oauth2/authorize?${authorizeQuery(app, { ...PKCE, max_age: '60' })}`)).location
  expect(await authorize()).toMatch(/callback\?code=/)
  app.server.clock.advance(61)
  expect(await authorize()).toMatch(/^\/login\?/)
})

const isSignedIn = async (app: OAuthStarted, browser: ReturnType<typeof openBrowser>): Promise<boolean> => {
  const { location } = await browser.get(
    `/oauth2/authorize?${authorizeQuery(app, { ...PKCE, prompt: 'none' })}`,
  )
  return /[?&]code=/.test(location)
}

test("log-out ends the browser's session and goes to one of the client's own addresses", async () => {
  const app = await startOAuth()
  const browser = openBrowser(app.server)
  const { body } = await redeem(app, await signInOnPage(app, PKCE, browser))
  const copy = new Map(browser.jar)
  const out = await browser.get(
    `/logout?${new URLSearchParams({ client_id: app.clientId, logout_uri: 'https://app.example.com/', state: 's' })}`,
  )
  expect(out).toMatchObject({ status: 302, location: 'https://app.example.com/' })
  expect(out.headers.get('access-control-allow-origin')).toBeNull()
  expect(await isSignedIn(app, browser)).toBe(false)
  // A copy of the cookie is worth nothing either, and tokens stay good.
  for (const [name, value] of copy) browser.jar.set(name, value)
  expect(await isSignedIn(app, browser)).toBe(false)
  expect((await ask(app, `Bearer ${body.access_token}`)).status).toBe(200)
})

test('log-out with the parameters of a request goes to the sign-in page', async () => {
  const app = await startOAuth()
  const browser = openBrowser(app.server)
  await signInOnPage(app, PKCE, browser)
  const out = await browser.get(`/logout?${authorizeQuery(app, PKCE)}`)
  expect(out.location).toMatch(/^\/login\?client_id=/)
  expect(await isSignedIn(app, browser)).toBe(false)
  const foreign = await browser.get(
    `/logout?${authorizeQuery(app, { redirect_uri: 'https://evil.example/' })}`,
  )
  expect(foreign.location).toMatch(/^\/error\?error=redirect_mismatch/)
})

test('log-out by OpenID Connect finds the client by the ID token, and returns the state', async () => {
  const app = await startOAuth()
  const browser = openBrowser(app.server)
  const { body } = await redeem(app, await signInOnPage(app, PKCE, browser))
  const query = { id_token_hint: String(body.id_token), post_logout_redirect_uri: 'https://app.example.com/' }
  app.server.clock.advance(7200)
  const out = await browser.get(`/logout?${new URLSearchParams({ ...query, state: 'a b' })}`)
  expect(out.location).toBe('https://app.example.com/?state=a+b')
  const { clientId } = await app.createClient()
  const other = await browser.get(`/logout?${new URLSearchParams({ ...query, client_id: clientId })}`)
  expect(other.location).toMatch(/^\/error\?/)
})

test('log-out with an ID token and no address ends on a page that says so', async () => {
  const app = await startOAuth()
  const browser = openBrowser(app.server)
  const { body } = await redeem(app, await signInOnPage(app, PKCE, browser))
  const page = await browser.get(`/logout?id_token_hint=${body.id_token}`)
  expect(page.status).toBe(200)
  expect(page.text).toContain('<h1>You are signed out</h1>')
  expect([...browser.jar.keys()].filter((name) => name.startsWith('cognito'))).toEqual([])
})

test('log-out without a client, or with an unregistered address, ends on an error page', async () => {
  const app = await startOAuth()
  const browser = openBrowser(app.server)
  const text = ({ status, location, text }: Page) => ({
    status,
    location,
    text: /<p>(.*?)<\/p>/.exec(text)?.[1]?.replaceAll('&#39;', "'"),
  })
  const missing = {
    status: 400,
    location: '',
    text: 'Missing required parameter client_id in request URL',
  }
  const uri = 'https://app.example.com/'
  expect(text(await browser.get(`/logout?post_logout_redirect_uri=${uri}`))).toEqual(missing)
  expect(text(await browser.get(`/logout?id_token_hint=x&post_logout_redirect_uri=${uri}`))).toEqual(missing)
  const mismatch = {
    status: 400,
    location: '',
    text: "Required String parameter 'redirect_uri' is not present",
  }
  for (const query of ['', '&logout_uri=https://app.example.com', '&logout_uri=https://evil.example/'])
    expect(text(await browser.get(`/logout?client_id=${app.clientId}${query}`))).toEqual(mismatch)
})

test('discovery names the endpoints, and those of the server itself where no domain can be resolved', async () => {
  const app = await startOAuth()
  const discover = async ({ server }: Pick<OAuthStarted, 'server'>, pool: string) => {
    const response = await server.fetch(
      new Request(`http://localhost/${pool}/.well-known/openid-configuration`),
    )
    return await response.json()
  }
  await app.admin.createUserPoolDomain({ UserPoolId: app.UserPoolId, Domain: 'birch' })
  expect(await discover(app, app.UserPoolId)).toEqual({
    authorization_endpoint: `${app.url}/oauth2/authorize`,
    authorization_response_iss_parameter_supported: true,
    code_challenge_methods_supported: ['S256'],
    end_session_endpoint: `${app.url}/logout`,
    id_token_signing_alg_values_supported: ['RS256'],
    issuer: `${app.url}/${app.UserPoolId}`,
    jwks_uri: `${app.url}/${app.UserPoolId}/.well-known/jwks.json`,
    response_types_supported: ['code', 'token'],
    revocation_endpoint: `${app.url}/oauth2/revoke`,
    scopes_supported: ['openid', 'email', 'phone', 'profile'],
    subject_types_supported: ['public'],
    token_endpoint: `${app.url}/oauth2/token`,
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    userinfo_endpoint: `${app.url}/oauth2/userInfo`,
  })
})

test('in production a pool is found on its domain, by a prefix before the configured suffix', async () => {
  const UserPoolId = 'us-east-1_Birch0001'
  const app = await startProduction({
    url: 'https://auth.example.com',
    domainSuffix: 'auth.example.com',
    config: { userPools: [{ UserPoolId, PoolName: 'Birch' }] },
  })
  const discovered = async () => {
    const response = await app.server.fetch(
      new Request(`https://auth.example.com/${UserPoolId}/.well-known/openid-configuration`),
    )
    // Whatever it is, the test says what it should be.
    return ((await response.json()) as { token_endpoint: string }).token_endpoint
  }
  expect(await discovered()).toBe('https://auth.example.com/oauth2/token')
  await sendSigned(app, 'CreateUserPoolDomain', { UserPoolId, Domain: 'birch' })
  expect(await discovered()).toBe('https://birch.auth.example.com/oauth2/token')
  await sendSigned(app, 'CreateUserPoolDomain', {
    UserPoolId,
    Domain: 'login.birch.example',
    CustomDomainConfig: { CertificateArn: 'arn:aws:acm:us-east-1:111122223333:certificate/5b1f0c3a' },
  })
  expect(await discovered()).toBe('https://login.birch.example/oauth2/token')
})

test('a browser stays signed in for an hour, until a reset, and after a sign-out everywhere', async () => {
  const app = await startOAuth()
  const { UserPoolId } = app
  const Username = 'ada'
  const signedIn = async () => {
    const browser = openBrowser(app.server)
    const { body } = await redeem(app, await signInOnPage(app, PKCE, browser))
    return { browser, body }
  }
  const everywhere = await signedIn()
  await app.call('GlobalSignOut', { AccessToken: everywhere.body.access_token })
  expect(await isSignedIn(app, everywhere.browser)).toBe(true)
  await app.admin.adminUserGlobalSignOut({ UserPoolId, Username })
  expect(await isSignedIn(app, everywhere.browser)).toBe(true)
  app.server.clock.advance(3599)
  expect(await isSignedIn(app, everywhere.browser)).toBe(true)
  app.server.clock.advance(2)
  expect(await isSignedIn(app, everywhere.browser)).toBe(false)

  const reset = await signedIn()
  await app.admin.adminSetUserPassword({ UserPoolId, Username, Password: PASSWORD, Permanent: true })
  expect(await isSignedIn(app, reset.browser)).toBe(false)

  const disabled = await signedIn()
  await app.admin.adminDisableUser({ UserPoolId, Username })
  await app.admin.adminEnableUser({ UserPoolId, Username })
  expect(await isSignedIn(app, disabled.browser)).toBe(false)

  const changed = await signedIn()
  await app.call('ChangePassword', {
    AccessToken: changed.body.access_token,
    PreviousPassword: PASSWORD,
    ProposedPassword: 'Another-Horse-1',
  })
  expect(await isSignedIn(app, changed.browser)).toBe(false)
})

test('a deleted user is signed out everywhere', async () => {
  const app = await startOAuth()
  const browser = openBrowser(app.server)
  await signInOnPage(app, PKCE, browser)
  await app.admin.adminDeleteUser({ UserPoolId: app.UserPoolId, Username: 'ada' })
  expect(await isSignedIn(app, browser)).toBe(false)
})

test('a code is refused once its user is signed out everywhere, disabled or deleted', async () => {
  const app = await startOAuth()
  const { UserPoolId } = app
  const Username = 'ada'
  const refused = { status: 400, body: { error: 'invalid_grant' } }
  const signedOut = await signInOnPage(app, PKCE)
  await app.admin.adminUserGlobalSignOut({ UserPoolId, Username })
  expect(await redeem(app, signedOut)).toMatchObject(refused)
  const disabled = await signInOnPage(app, PKCE)
  await app.admin.adminDisableUser({ UserPoolId, Username })
  expect(await redeem(app, disabled)).toMatchObject(refused)
  await app.admin.adminEnableUser({ UserPoolId, Username })
  const deleted = await signInOnPage(app, PKCE)
  await app.admin.adminDeleteUser({ UserPoolId, Username })
  expect(await redeem(app, deleted)).toMatchObject(refused)
})

test('cookies are secure if and only if the public address is https', async () => {
  const cookies = async (options: ServerOptions, headers: Record<string, string> = {}) => {
    const config = {
      userPools: [{ PoolName: 'Birch', clients: [{ ClientId: 'web', ...OAUTH_CLIENT }] }],
    }
    const { server } = await start({ config, ...options })
    const page = await openBrowser(server).get(`/login?${authorizeQuery({ clientId: 'web' })}`, headers)
    return page.headers.getSetCookie()
  }
  const proxied = { 'x-forwarded-proto': 'https' }
  expect(await cookies({})).toEqual([
    expect.stringMatching(/^XSRF-TOKEN=[\w.-]+; Path=\/; HttpOnly; SameSite=Lax$/),
  ])
  expect(await cookies({}, proxied)).toEqual([expect.not.stringContaining('Secure')])
  expect(await cookies({ trustProxy: true }, proxied)).toEqual([expect.stringContaining('; Secure')])
  expect(await cookies({ url: 'https://auth.example.com' })).toEqual([expect.stringContaining('; Secure')])
})

test('the refresh token of a redirect works in every way to refresh tokens, without a device', async () => {
  const app = await startOAuth({ pool: { DeviceConfiguration: { ChallengeRequiredOnNewDevice: false } } })
  const { body } = await redeem(app, await signInOnPage(app, PKCE))
  expect(body).not.toHaveProperty('device_key')
  const REFRESH_TOKEN = String(body.refresh_token)
  const api = await app.call('InitiateAuth', {
    ClientId: app.clientId,
    AuthFlow: 'REFRESH_TOKEN_AUTH',
    AuthParameters: { REFRESH_TOKEN },
  })
  expect(api.status).toBe(200)
  const endpoint = { grant_type: 'refresh_token', client_id: app.clientId, refresh_token: REFRESH_TOKEN }
  expect((await postToken(app, endpoint)).status).toBe(200)
  const other = await app.call('GetTokensFromRefreshToken', {
    ClientId: app.clientId,
    RefreshToken: REFRESH_TOKEN,
  })
  expect(other.status).toBe(200)
})

test('a client sets for how long it accepts a session of the pages, and other clients keep their own limits', async () => {
  const app = await startOAuth()
  const { UserPoolId, clientId: ClientId } = app
  const read = { UserPoolId, ClientId }
  expect((await app.admin.getUserPoolClientSessionConfiguration(read)).SSOSession).toEqual({
    MaxValidityMinutes: 60,
  })
  const long = await app.createClient()
  const never = await app.createClient()
  const set = (ClientId: string, MaxValidityMinutes: number) =>
    app.admin.setUserPoolClientSessionConfiguration({
      UserPoolId,
      ClientId,
      SSOSession: { MaxValidityMinutes },
    })
  expect(await set(long.clientId, 480)).toMatchObject({
    ClientId: long.clientId,
    SSOSession: { MaxValidityMinutes: 480 },
  })
  await set(never.clientId, 0)
  // What replaces the other settings of clients and pools leaves this one.
  await app.admin.updateUserPoolClient({ UserPoolId, ClientId: long.clientId, ...OAUTH_CLIENT })
  await app.admin.updateUserPool({ UserPoolId })
  const described = await app.admin.describeUserPoolClient({ UserPoolId, ClientId: long.clientId })
  expect(described.UserPoolClient).not.toHaveProperty('SSOSession')
  const browser = openBrowser(app.server)
  await signInOnPage({ ...app, clientId: never.clientId }, PKCE, browser)
  const goesOn = () =>
    Promise.all(
      [app, long, never].map(async ({ clientId }) => {
        const query = authorizeQuery({ clientId }, { ...PKCE, prompt: 'none' })
        return (await browser.get(`/oauth2/authorize?${query}`)).location.includes('code=')
      }),
    )
  expect(await goesOn()).toEqual([true, true, false])
  app.server.clock.advance(3601)
  expect(await goesOn()).toEqual([false, true, false])
  app.server.clock.advance(8 * 3600 - 3601)
  expect(await goesOn()).toEqual([false, false, false])
  await expect(set(ClientId, 129_601)).rejects.toMatchObject({ name: 'InvalidParameterException' })
})
