import { expect, test } from 'vitest'
import { openBrowser } from './browser-session.js'
import { authorizeQuery, CALLBACK, OAUTH_CLIENT, PKCE, redeem, signInOnPage, startOAuth } from './oauth.js'
import { PASSWORD } from './start.js'

// RFC 9700, section 4: attacks on where answers go. Each has a twin that shows the right thing accepted.

const CALLBACKS = [
  CALLBACK,
  'https://app.example.com/with?a=1&b=2',
  'com.example.app:/callback',
  'http://localhost:3000/cb',
]

test.for([
  'https://app.example.com/callback/',
  'https://app.example.com/callback/more',
  'https://app.example.com/callback/../callback',
  'https://app.example.com/callback?next=https://evil.example/',
  'https://app.example.com/callback#',
  'https://app.example.com/callback%2f..%2fother',
  'https://app.example.com/Callback',
  'https://app.example.com//callback',
  'https://app.example.com/',
  'https://APP.example.com/callback',
  'https://app.example.com:443/callback',
  'https://app.example.com:8443/callback',
  'http://app.example.com/callback',
  'https://app.example.com.evil.example/callback',
  'https://app.example.com@evil.example/callback',
  'https://evil.example\\@app.example.com/callback',
  'https://evil.example/https://app.example.com/callback',
  'https://evil.example/?https://app.example.com/callback',
  'https://evil.example/callback',
  '//evil.example/callback',
  '/callback',
  'javascript:alert(1)//https://app.example.com/callback',
  'data:text/html,hello',
  ' https://app.example.com/callback',
  'https://app.example.com/callback ',
  'https://app.example.com/callback\r\nset-cookie: a=b',
  'https://app.example.com/callback\0',
  'https://*.example.com/callback',
  'https://app.example.com/with?b=2&a=1',
  'https://app.example.com/with',
  'com.example.app://callback',
  'com.example.app:/callback/other',
  'http://localhost:3001/cb',
  'http://127.0.0.1:3000/cb',
  'http://localhost:3000/cb/',
  '',
])('nothing is sent to %j, which is not a registered redirect URI', async (redirect_uri) => {
  const app = await startOAuth({ client: { CallbackURLs: CALLBACKS } })
  const browser = openBrowser(app.server)
  await signInOnPage(app, PKCE, browser)
  const query = authorizeQuery(app, { ...PKCE, redirect_uri })
  const errorPage = { status: 302, location: `/error?error=redirect_mismatch&client_id=${app.clientId}` }
  // Neither with a session nor without one, to whichever page the request goes, nor when something else is wrong too.
  expect(await browser.get(`/oauth2/authorize?${query}`)).toMatchObject(errorPage)
  expect(await browser.post('/oauth2/authorize', new URLSearchParams(query))).toMatchObject(errorPage)
  const stranger = openBrowser(app.server)
  expect(await stranger.get(`/oauth2/authorize?${query}&prompt=none`)).toMatchObject(errorPage)
  expect(await stranger.get(`/oauth2/authorize?${query}&scope=nonsense`)).toMatchObject(errorPage)
  expect(await stranger.get(`/login?${query}`)).toMatchObject(errorPage)
  expect(await stranger.get(`/logout?${query}`)).toMatchObject(errorPage)
  const page = await stranger.get(`/login?${authorizeQuery(app, PKCE)}`)
  const [, csrf = ''] = /name="_?csrf" value="([^"]*)"/.exec(page.text) ?? []
  const fields = { _csrf: csrf, csrf, username: 'ada', password: PASSWORD }
  expect(await stranger.post(`/login?${query}`, fields)).toMatchObject(errorPage)
})

test.for(CALLBACKS)(
  'an answer is sent to %j, which is registered, with the query of the URI',
  async (redirect_uri) => {
    const app = await startOAuth({ client: { CallbackURLs: CALLBACKS } })
    const browser = openBrowser(app.server)
    const page = await browser.get(`/login?${authorizeQuery(app, { ...PKCE, redirect_uri })}`)
    const { location } = await browser.submit(page, { username: 'ada', password: PASSWORD })
    const separator = redirect_uri.includes('?') ? '&' : '?'
    expect(location.startsWith(`${redirect_uri}${separator}code=`)).toBe(true)
  },
)

test('a redirect URI with non-ASCII letters gets its answer', async () => {
  const redirect_uri = 'https://app.example.com/grüße/☃?a=%C3%BC'
  const app = await startOAuth({ client: { CallbackURLs: [redirect_uri], LogoutURLs: [redirect_uri] } })
  const browser = openBrowser(app.server)
  const state = 'a b+ü'
  const page = await browser.get(`/login?${authorizeQuery(app, { redirect_uri, state })}`)
  const { location } = await browser.submit(page, { username: 'ada', password: PASSWORD })
  expect(location.startsWith('https://app.example.com/gr%C3%BC%C3%9Fe/%E2%98%83?a=%C3%BC&code=')).toBe(true)
  const { searchParams } = new URL(location)
  expect(searchParams.get('state')).toBe(state)
  const tokens = await redeem(app, new URL(location), { redirect_uri, code_verifier: undefined })
  expect(tokens.status).toBe(200)
  const out = await browser.get(
    `/logout?${new URLSearchParams({ client_id: app.clientId, logout_uri: redirect_uri })}`,
  )
  expect(out.location).toBe('https://app.example.com/gr%C3%BC%C3%9Fe/%E2%98%83?a=%C3%BC')
  const added = await openBrowser(app.server).get(`/passkeys/add?${authorizeQuery(app, { redirect_uri })}`)
  expect(added.location).toBe(
    'https://app.example.com/gr%C3%BC%C3%9Fe/%E2%98%83?a=%C3%BC&result=invalid_session',
  )
})

test('nothing is sent to a redirect URI that is given twice, whichever comes first', async () => {
  const app = await startOAuth()
  const browser = openBrowser(app.server)
  const evil = `redirect_uri=${encodeURIComponent('https://evil.example/')}`
  for (const query of [`${authorizeQuery(app)}&${evil}`, `${evil}&${authorizeQuery(app)}`])
    expect((await browser.get(`/oauth2/authorize?${query}`)).location).toMatch(
      /^\/error\?error=redirect_mismatch/,
    )
})

test('a client that is named twice, or does not exist, is reported on a page', async () => {
  const app = await startOAuth()
  const other = await app.createClient()
  const browser = openBrowser(app.server)
  for (const query of [
    `${authorizeQuery(app)}&client_id=${other.clientId}`,
    authorizeQuery({ clientId: 'nosuchclient' }),
    authorizeQuery(app, { client_id: undefined }),
  ])
    expect((await browser.get(`/oauth2/authorize?${query}`)).location).toBe(
      '/error?error=Client+does+not+exist',
    )
  const shown = await browser.get('/error?error=Client+does+not+exist')
  expect(shown.status).toBe(400)
  expect(shown.text).toContain('Client does not exist.')
})

test.for([
  ['a response type is missing', { response_type: undefined }, 'invalid_request'],
  ['a response type is unknown', { response_type: 'id_token' }, 'invalid_request'],
  ['a response type is another one too', { response_type: 'code token' }, 'invalid_request'],
  ['the answer is to come in a form', { response_mode: 'form_post' }, 'invalid_request'],
  ['a code is to come in the fragment', { response_mode: 'fragment' }, 'invalid_request'],
  ['a scope is not the client’s', { scope: 'openid api/write' }, 'invalid_scope'],
  ['parameters are in a signed object', { request: 'e30.e30.' }, 'request_not_supported'],
  ['parameters are somewhere else', { request_uri: 'https://evil.example/' }, 'request_uri_not_supported'],
  ['a challenge lacks its method', { code_challenge: PKCE.code_challenge }, 'invalid_request'],
  ['a method lacks its challenge', { code_challenge_method: 'S256' }, 'invalid_request'],
  ['the challenge is the verifier', { ...PKCE, code_challenge_method: 'plain' }, 'invalid_request'],
  ['the challenge is none of S256', { ...PKCE, code_challenge: 'short' }, 'invalid_request'],
  ['a challenge is empty', { ...PKCE, code_challenge: '' }, 'invalid_request'],
  ['a prompt is unknown', { prompt: 'create' }, 'invalid_request'],
  ['a prompt is none and another', { prompt: 'none login' }, 'invalid_request'],
  ['an age is no number', { max_age: '-1' }, 'invalid_request'],
  ['a provider is unknown', { identity_provider: 'Nobody' }, 'invalid_request'],
  ['a provider’s identifier is unknown', { idp_identifier: 'nobody.example' }, 'invalid_request'],
  ['a parameter is too long', { login_hint: 'x'.repeat(5000) }, 'invalid_request'],
  ['the browser is not signed in and may not be asked', { prompt: 'none' }, 'login_required'],
] as const)(
  'the application gets an error when %s, with its state and the issuer',
  async ([, parameters, error]) => {
    const app = await startOAuth()
    const { status, location } = await openBrowser(app.server).get(
      `/oauth2/authorize?${authorizeQuery(app, parameters)}`,
    )
    expect(status).toBe(302)
    const answer = new URL(location)
    expect(answer.origin + answer.pathname).toBe(CALLBACK)
    expect(Object.fromEntries(answer.searchParams)).toMatchObject({
      error,
      state: 'the state',
      iss: `${app.url}/${app.UserPoolId}`,
    })
    expect(answer.searchParams.has('code')).toBe(false)
  },
)

test.for(['state', 'scope', 'nonce', 'code_challenge', 'response_type', 'prompt', 'login_hint'])(
  '%s that is given twice is refused, and an unknown parameter is ignored',
  async (name) => {
    const app = await startOAuth()
    const browser = openBrowser(app.server)
    const twice = `${name}=code&${name}=login`
    const { location } = await browser.get(
      `/oauth2/authorize?${authorizeQuery(app, { [name]: undefined })}&${twice}`,
    )
    const answer = new URL(location).searchParams
    expect(answer.get('error')).toBe('invalid_request')
    expect(answer.get('error_description')).toBe(`${name} is given more than once`)
    const unknown = await browser.get(`/oauth2/authorize?${authorizeQuery(app)}&other=1&other=2`)
    expect(unknown.location).toMatch(/^\/login\?/)
    expect(unknown.location).not.toContain('other')
  },
)

test('a client may only do what it is registered for', async () => {
  const app = await startOAuth()
  const errorOf = async (clientId: string, parameters = {}) => {
    const { location } = await openBrowser(app.server).get(
      `/oauth2/authorize?${authorizeQuery({ clientId }, parameters)}`,
    )
    const { searchParams, hash } = new URL(location, 'http://localhost')
    return searchParams.get('error') ?? new URLSearchParams(hash.slice(1)).get('error')
  }
  const code = await app.createClient({ AllowedOAuthFlows: ['code'] })
  expect(await errorOf(code.clientId)).toBeNull()
  expect(await errorOf(code.clientId, { response_type: 'token' })).toBe('unauthorized_client')
  const implicit = await app.createClient({ AllowedOAuthFlows: ['implicit'] })
  expect(await errorOf(implicit.clientId, { response_type: 'token' })).toBeNull()
  expect(await errorOf(implicit.clientId)).toBe('unauthorized_client')
  expect(await errorOf(implicit.clientId, { response_type: 'token', ...PKCE })).toBe('invalid_request')
  const without = await app.createClient({ AllowedOAuthFlowsUserPoolClient: false })
  const { location } = await openBrowser(app.server).get(`/oauth2/authorize?${authorizeQuery(without)}`)
  expect(new URL(location).searchParams.get('error_description')).toBe(
    'Client is not enabled for OAuth2.0 flows',
  )
})

test.for(['a b+c&d=e#f', 'ünïcode ☃', '<script>', '%0d%0aset-cookie:x', '"quoted"', '\0', 'x'.repeat(4096)])(
  'the state %j comes back as it was sent, through the pages',
  async (state) => {
    const app = await startOAuth()
    expect((await signInOnPage(app, { ...PKCE, state })).searchParams.get('state')).toBe(state)
    expect((await signInOnPage(app, { ...PKCE, nonce: state })).searchParams.has('code')).toBe(true)
    expect((await signInOnPage(app, { ...PKCE, state: undefined })).searchParams.has('state')).toBe(false)
  },
)

test('every answer names the issuer of discovery, so that it cannot be mixed up with another server’s', async () => {
  const app = await startOAuth()
  const response = await app.server.fetch(
    new Request(`${app.url}/${app.UserPoolId}/.well-known/openid-configuration`),
  )
  // Whatever it is, the test says what it should be.
  const { issuer } = (await response.json()) as { issuer: string }
  const code = await signInOnPage(app, PKCE)
  expect(code.searchParams.get('iss')).toBe(issuer)
  const tokens = await signInOnPage(app, { response_type: 'token' })
  expect(new URLSearchParams(tokens.hash.slice(1)).get('iss')).toBe(issuer)
  const { location } = await openBrowser(app.server).get(
    `/oauth2/authorize?${authorizeQuery(app, { prompt: 'none' })}`,
  )
  expect(new URL(location).searchParams.get('iss')).toBe(issuer)
})

test('a form that signs in is answered with a redirect that does not pass the password on', async () => {
  const app = await startOAuth()
  const browser = openBrowser(app.server)
  const page = await browser.get(`/login?${authorizeQuery(app, PKCE)}`)
  const answer = await browser.submit(page, { username: 'ada', password: PASSWORD })
  // 307 would repeat the form: RFC 9700 section 4.12.
  expect([302, 303]).toContain(answer.status)
})

test('the registered callbacks of one client are not those of another', async () => {
  const app = await startOAuth()
  const other = await app.createClient({ ...OAUTH_CLIENT, CallbackURLs: ['https://other.example/'] })
  const { location } = await openBrowser(app.server).get(`/oauth2/authorize?${authorizeQuery(other)}`)
  expect(location).toMatch(/^\/error\?error=redirect_mismatch/)
  const right = await openBrowser(app.server).get(
    `/oauth2/authorize?${authorizeQuery(other, { redirect_uri: 'https://other.example/' })}`,
  )
  expect(right.location).toMatch(/^\/login\?/)
})
