import type { LogEntry } from '@amulet/server'
import { expect, test, vi } from 'vitest'
import { openBrowser } from './browser-session.js'
import { oidcProvider } from './federation.js'
import { authorizeQuery, createMachine, OAUTH_CLIENT, PKCE, startOAuth } from './oauth.js'

// What no browser and no library sends. Whatever it is, it is refused, and nothing breaks.

const PAGES = [
  ...['/login', '/login/factor', '/login/choose', '/mfa', '/mfa/register', '/changePassword', '/signup'],
  ...['/confirm', '/resendcode', '/forgotPassword', '/confirmforgotPassword', '/resetPassword'],
  ...['/passkeys/add', '/confirmUser', '/logout', '/error'],
]
const ENDPOINTS = [
  ...['/oauth2/authorize', '/oauth2/token', '/oauth/token', '/oauth2/userInfo', '/oauth2/revoke'],
  ...['/oauth2/idpresponse', '/saml2/idpresponse'],
]
const STAND_IN = ['authorize', 'cancel', 'token', 'me', 'keys'].map(
  (name) => `/_amulet/providers/Google/${name}`,
)
const OTHERS = [
  ...['/branding/assets/a/b/c', '/branding/pool/all/1', '/us-east-1_none/.well-known/openid-configuration'],
  ...['/%', '/%00', '/%ff/.well-known/jwks.json', '/branding/assets/%00/%ff/%', '/branding/%ff/%00/1'],
  ...[
    '/_amulet/providers/__proto__/authorize',
    '/_amulet/providers/%ff/me',
    '//login',
    '/login/',
    '/oauth2/',
  ],
]
const PATHS = [...PAGES, ...ENDPOINTS, ...STAND_IN, ...OTHERS]

/** Parameters and fields that something reads, as parts of a query or a form. */
const READ = [
  ...[
    'client_id',
    'client_secret',
    'redirect_uri',
    'response_type',
    'response_mode',
    'state',
    'scope',
    'nonce',
  ],
  ...['code_challenge', 'code_challenge_method', 'code_verifier', 'identity_provider', 'idp_identifier'],
  ...['login_hint', 'lang', 'prompt', 'max_age', 'request', 'request_uri', 'answer', 'code', 'error'],
  ...[
    'grant_type',
    'refresh_token',
    'token',
    'aws_client_metadata',
    'logout_uri',
    'post_logout_redirect_uri',
  ],
  ...[
    'id_token_hint',
    'RelayState',
    'SAMLResponse',
    'user_name',
    'confirmation_code',
    'person',
    'user',
    'email',
  ],
  ...['username', 'password', 'new_password', 'confirm_password', 'choice', 'credential', 'session', 'csrf'],
]

/** Half an escape, no UTF-8, half a surrogate pair, a second header, what objects have already, too much, nothing. */
const ODD = ['%', '%zz', '%ff%fe', '%ED%A0%80', '%00', '%0d%0aSet-Cookie:a=b', '__proto__', '']
const LONG = 'a'.repeat(70_000)

const FORM = 'application/x-www-form-urlencoded'
const TYPES = [FORM, `${FORM}; charset=utf-16`, 'multipart/form-data; boundary=x', 'multipart/form-data']
const NO_TYPES = ['application/json', 'text/plain', ',,,', '']
const BODIES: readonly (string | Uint8Array<ArrayBuffer>)[] = [
  ...['', '%', '&&=&', '{"a":', LONG, '--x\r\n', 'a=b&a=c'],
  Uint8Array.of(0xff, 0xfe, 0, 1, 2),
]

const HEADERS: readonly Readonly<Record<string, string>>[] = [
  ...['XSRF-TOKEN=%; lang=%ff; cognito=%00', 'csrf-state=%', '=', 'a'.repeat(9000)].map((cookie) => ({
    cookie,
  })),
  ...['Basic', 'Basic ====', `Basic ${btoa('%zz:%')}`, `Basic ${btoa('\0:\0')}`, 'Bearer ..'].map(
    (authorization) => ({ authorization }),
  ),
  ...['Bearer e30.e30.e30', `Bearer ${LONG}`].map((authorization) => ({ authorization })),
  ...['*;q=x,,,;;;', 'x'.repeat(9000)].map((language) => ({ 'accept-language': language })),
  ...['null', '%%%', 'https://evil.example'].map((origin) => ({ origin })),
  ...['%%%', '[', 'a..b'].map((host) => ({ host })),
  { 'content-length': 'abc' },
]

/** A server that has everything, and what it answered with 500 or more. */
async function startAll() {
  const faults: unknown[] = []
  const app = await startOAuth({
    log({ status, operation, cause }: LogEntry) {
      if (status >= 500) faults.push([operation, cause])
    },
  })
  const { admin, UserPoolId, clientId } = app
  await admin.createIdentityProvider({ UserPoolId, ...oidcProvider('http://127.0.0.1:1') })
  await admin.createIdentityProvider({
    UserPoolId,
    ProviderName: 'Google',
    ProviderType: 'Google',
    ProviderDetails: { client_id: 'id', client_secret: 'secret', authorize_scopes: 'openid' },
  })
  await admin.updateUserPoolClient({
    ...OAUTH_CLIENT,
    UserPoolId,
    ClientId: clientId,
    SupportedIdentityProviders: ['COGNITO', 'Upstream', 'Google'],
  })
  const send = async (path: string, init: RequestInit = {}) => {
    const { status, body } = await app.server.fetch(new Request(`http://localhost${path}`, init))
    await body?.cancel()
    return status
  }
  return { ...app, faults, send, machine: await createMachine(app) }
}

test('each parameter of an address may be anything, once or twice', async () => {
  const app = await startAll()
  const { faults, send } = app
  const good = [{}, PKCE, { identity_provider: 'Upstream' }, { identity_provider: 'Google' }].map((more) =>
    authorizeQuery(app, more),
  )
  for (const path of PATHS) {
    for (const query of ['', '&&=&', '?', ...good, `${good[0]}&${good[0]}`]) await send(`${path}?${query}`)
    for (const name of OTHERS.includes(path) ? [] : READ) {
      const others = new URLSearchParams(good[0])
      others.delete(name)
      for (const value of [...ODD, LONG]) await send(`${path}?${others}&${name}=${value}`)
      await send(`${path}?${others}&${name}=a&${name}=b`)
    }
    expect(faults, path).toEqual([])
  }
  // The twin: what is right is answered.
  expect(await send(`/login?${good[0]}`)).toBe(200)
}, 120_000)

test('each path may be asked by any method, and be sent any body as any type', async () => {
  const app = await startAll()
  const { faults, send } = app
  const good = authorizeQuery(app)
  for (const path of PATHS) {
    for (const method of ['HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND'])
      for (const query of ['', good]) await send(`${path}?${query}`, { method })
    for (const type of [...TYPES, ...NO_TYPES])
      for (const body of BODIES)
        await send(`${path}?${good}`, { method: 'POST', body, headers: { 'content-type': type } })
    for (const headers of HEADERS) {
      await send(`${path}?${good}`, { headers })
      const form = { 'content-type': FORM, ...headers }
      await send(`${path}?${good}`, { method: 'POST', body: 'a=b', headers: form })
    }
    expect(faults, path).toEqual([])
  }
  expect(await send(`/login?${good}`)).toBe(200)
}, 120_000)

test('a client that hangs up in the middle of a form is not reported as a fault', async () => {
  const app = await startAll()
  const { faults } = app
  const browser = openBrowser(app.server)
  const page = await browser.get(`/login?${authorizeQuery(app)}`)
  const [, csrf = ''] = /name="_?csrf" value="([^"]*)"/.exec(page.text) ?? []
  const cookie = `XSRF-TOKEN=${browser.jar.get('XSRF-TOKEN')}`
  const form = `csrf=${csrf}&username=ada&password=Correct-Horse-1`
  /** @param ending what becomes of the connection after the form */
  const post = (path: string, ending: 'close' | 'error') => {
    const init = {
      method: 'POST',
      headers: { 'content-type': FORM, cookie },
      body: new ReadableStream({
        start(controller) {
          controller.enqueue(Buffer.from(form))
          if (ending === 'close') controller.close()
          else controller.error(Object.assign(new Error('aborted'), { code: 'ECONNRESET' }))
        },
      }),
      // What is sent as a stream; the declaration of the platform does not know it yet.
      duplex: 'half',
    }
    return app.send(`${path}?${authorizeQuery(app)}`, init)
  }
  const paths = ['/login', '/oauth2/authorize', '/oauth2/token', '/oauth2/revoke', '/oauth2/idpresponse']
  for (const path of [...paths, '/saml2/idpresponse', '/_amulet/providers/Google/token'])
    expect([path, await post(path, 'error')]).toEqual([path, 400])
  expect(faults).toEqual([])
  expect(await post('/login', 'close')).toBe(302)
})

test('each field of a form, of the page itself or of a known client, may be anything', async () => {
  const app = await startAll()
  const { faults, send, clientId, machine } = app
  const browser = openBrowser(app.server)
  const page = await browser.get(`/login?${authorizeQuery(app)}`)
  const [, csrf = ''] = /name="_?csrf" value="([^"]*)"/.exec(page.text) ?? []
  const cookie = [...browser.jar].map(([name, value]) => `${name}=${value}`).join('; ')
  const post = (path: string, body: string) =>
    send(`${path}?${authorizeQuery(app)}`, {
      method: 'POST',
      body,
      headers: { 'content-type': FORM, cookie },
    })
  const requests = [
    ...[...PAGES, '/oauth2/authorize', '/oauth2/revoke'].map((path) => [
      path,
      `csrf=${csrf}&client_id=${clientId}&username=ada`,
    ]),
    ['/oauth2/token', `grant_type=authorization_code&client_id=${clientId}&code=none`],
    ['/oauth2/token', `grant_type=refresh_token&client_id=${clientId}`],
    [
      '/oauth2/token',
      `grant_type=client_credentials&client_id=${machine.clientId}&client_secret=${machine.secret}`,
    ],
  ] as [path: string, body: string][]
  for (const [path, body] of requests) {
    for (const name of READ)
      for (const value of [...ODD, '[]', '{"__proto__":"a"}', 'a'.repeat(5000)])
        await post(path, `${body}&${name}=${value}`)
    expect(faults, path).toEqual([])
  }
  expect(await post('/login', `csrf=${csrf}&username=ada&password=Correct-Horse-1`)).toBe(302)
}, 120_000)

test('the fields of a form are read in linear time', async () => {
  const app = await startOAuth()
  const lookUps = vi.spyOn(URLSearchParams.prototype, 'getAll')
  const form = new URLSearchParams(Array.from({ length: 2000 }, (_, index) => [`field${index}`, '']))
  for (const path of ['/oauth2/token', '/oauth2/revoke', '/oauth2/authorize', '/oauth2/idpresponse']) {
    const response = await app.server.fetch(
      new Request(`http://localhost${path}`, { method: 'POST', body: form }),
    )
    expect(response.status, path).toBeLessThan(500)
    expect(lookUps.mock.calls.length, path).toBeLessThan(100)
    lookUps.mockClear()
  }
  lookUps.mockRestore()
  form.append('field7', '')
  const repeated = await app.server.fetch(
    new Request('http://localhost/oauth2/token', { method: 'POST', body: form }),
  )
  expect(await repeated.json()).toEqual({ error: 'invalid_request' })
})
