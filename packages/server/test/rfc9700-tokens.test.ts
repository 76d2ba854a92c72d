import { createHmac } from 'node:crypto'
import { decodeJwt } from 'jose'
import { expect, test } from 'vitest'
import { createPool } from './admin.js'
import { openBrowser } from './browser-session.js'
import {
  authorizeQuery,
  basic,
  CALLBACK,
  createMachine,
  OAUTH_CLIENT,
  type OAuthStarted,
  PKCE,
  postToken,
  redeem,
  signInOnPage,
  startOAuth,
} from './oauth.js'
import { PASSWORD } from './start.js'

// RFC 9700, sections 4.2 to 4.16: attacks with tokens, and on pages and endpoints. Each has a twin that shows the right
// thing accepted.

const userInfo = async (
  { server }: Pick<OAuthStarted, 'server'>,
  token: unknown,
  origin = 'http://localhost',
) => {
  const response = await server.fetch(
    new Request(`${origin}/oauth2/userInfo`, { headers: { authorization: `Bearer ${token}` } }),
  )
  return response.status
}

const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

test('a refresh token is refused from another client, with a secret or without one', async () => {
  const app = await startOAuth()
  const { body } = await redeem(app, await signInOnPage(app, PKCE))
  const refresh = { grant_type: 'refresh_token', refresh_token: String(body.refresh_token) }
  const other = await app.createClient()
  const secret = await app.createClient({ GenerateSecret: true })
  const refused = { status: 400, body: { error: 'invalid_grant' } }
  expect(await postToken(app, { ...refresh, client_id: other.clientId })).toMatchObject(refused)
  expect(await postToken(app, refresh, basic(secret.clientId, secret.secret))).toMatchObject(refused)
  for (const token of [body.access_token, body.id_token, `${body.refresh_token}x`])
    expect(
      await postToken(app, { ...refresh, client_id: app.clientId, refresh_token: String(token) }),
    ).toMatchObject(refused)
  expect((await postToken(app, { ...refresh, client_id: app.clientId })).status).toBe(200)
})

test('an access token is refused on the domain of another pool', async () => {
  const app = await startOAuth()
  await app.admin.createUserPoolDomain({ UserPoolId: app.UserPoolId, Domain: 'birch' })
  const other = await createPool(app.admin)
  await app.admin.createUserPoolDomain({ UserPoolId: other.UserPoolId, Domain: 'beech' })
  const { body } = await redeem(app, await signInOnPage(app, PKCE))
  expect(await userInfo(app, body.access_token, 'http://beech.localhost')).toBe(401)
  expect(await userInfo(app, body.access_token, 'http://birch.localhost')).toBe(200)
})

test('a token without its signature, or signed with a public key as the secret, is refused', async () => {
  const app = await startOAuth()
  const { body } = await redeem(app, await signInOnPage(app, PKCE))
  const token = String(body.access_token)
  const [header = '', payload = '', signature = ''] = token.split('.')
  // Written by the server, above.
  const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { kid: string }
  const keys = await app.server.fetch(new Request(`http://localhost/${app.UserPoolId}/.well-known/jwks.json`))
  const known = await keys.text()
  const hs256 = `${base64url({ alg: 'HS256', kid })}.${payload}`
  const changed = base64url({ ...decodeJwt(token), username: 'admin' })
  for (const forged of [
    `${base64url({ alg: 'none', kid })}.${payload}.`,
    `${base64url({ alg: 'None' })}.${payload}.`,
    `${header}.${payload}.`,
    `${header}.${changed}.${signature}`,
    `${hs256}.${createHmac('sha256', known).update(hs256).digest('base64url')}`,
    `${base64url({ alg: 'RS256', kid, jwk: {} })}.${payload}.${signature}`,
  ]) {
    expect(await userInfo(app, forged)).toBe(401)
    const out = await openBrowser(app.server).get(
      `/logout?${new URLSearchParams({ id_token_hint: forged, post_logout_redirect_uri: 'https://app.example.com/' })}`,
    )
    expect(out).toMatchObject({ status: 400, location: '' })
  }
  expect(await userInfo(app, token)).toBe(200)
})

test('a token is accepted only for its use', async () => {
  const app = await startOAuth()
  const { body } = await redeem(app, await signInOnPage(app, PKCE))
  expect(await userInfo(app, body.id_token)).toBe(401)
  expect(await userInfo(app, body.refresh_token)).toBe(401)
  const hint = (token: unknown) =>
    openBrowser(app.server).get(
      `/logout?${new URLSearchParams({
        id_token_hint: String(token),
        post_logout_redirect_uri: 'https://app.example.com/',
      })}`,
    )
  expect((await hint(body.access_token)).status).toBe(400)
  expect((await hint(body.id_token)).location).toBe('https://app.example.com/')
  expect((await app.call('GetUser', { AccessToken: body.id_token })).body).toEqual({
    __type: 'NotAuthorizedException',
    message: 'Invalid Access Token',
  })
  expect((await app.call('GetUser', { AccessToken: body.access_token })).status).toBe(200)
})

test('a token without the scope of the user pool API cannot call it', async () => {
  const app = await startOAuth()
  const { body } = await redeem(app, await signInOnPage(app, { ...PKCE, scope: 'openid profile' }))
  expect((await app.call('GetUser', { AccessToken: body.access_token })).body.message).toBe(
    'Access Token does not have required scopes',
  )
  expect(await userInfo(app, body.access_token)).toBe(200)
})

test('a machine cannot be taken for a user', async () => {
  const app = await startOAuth()
  const { clientId, secret } = await createMachine(app)
  const grant = { grant_type: 'client_credentials' }
  const { status, body } = await postToken(app, grant, basic(clientId, secret))
  expect(status).toBe(200)
  const { sub } = decodeJwt(String(body.access_token))
  expect(sub).toBe(clientId)
  expect(await userInfo(app, body.access_token)).toBe(401)
  expect((await app.call('GetUser', { AccessToken: body.access_token })).body).toEqual({
    __type: 'NotAuthorizedException',
    message: 'Invalid Access Token',
  })
  // A client of users is none of machines, and the other way round.
  expect((await postToken(app, { ...grant, client_id: app.clientId })).body.error).toBe('unauthorized_client')
  const code = { grant_type: 'authorization_code', code: 'x', redirect_uri: CALLBACK }
  expect((await postToken(app, code, basic(clientId, secret))).body.error).toBe('unauthorized_client')
})

test('secrets and tokens in an address are ignored', async () => {
  const app = await startOAuth()
  const { clientId, secret } = await app.createClient({ GenerateSecret: true })
  const own = { server: app.server, clientId }
  const location = await signInOnPage(own, PKCE)
  const fields = new URLSearchParams({
    grant_type: 'authorization_code',
    code: location.searchParams.get('code') ?? '',
    redirect_uri: CALLBACK,
    client_id: clientId,
    code_verifier: 'a-verifier-of-at-least-forty-three-characters-0',
  })
  const inAddress = await app.server.fetch(
    new Request(`http://localhost/oauth2/token?client_secret=${secret}`, { method: 'POST', body: fields }),
  )
  expect(inAddress.status).toBe(400)
  const { status, body } = await redeem(own, location, { client_secret: secret })
  expect(status).toBe(200)
  const asked = await app.server.fetch(
    new Request(`http://localhost/oauth2/userInfo?access_token=${body.access_token}`),
  )
  expect(asked.status).toBe(400)
})

test.for(['grant_type', 'code', 'client_id', 'redirect_uri', 'code_verifier', 'other'])(
  'a request for tokens that has %s twice is refused',
  async (name) => {
    const app = await startOAuth()
    const location = await signInOnPage(app, PKCE)
    const fields = new URLSearchParams({
      grant_type: 'authorization_code',
      code: location.searchParams.get('code') ?? '',
      redirect_uri: CALLBACK,
      client_id: app.clientId,
      code_verifier: 'a-verifier-of-at-least-forty-three-characters-0',
      other: 'x',
    })
    const twice = new URLSearchParams(fields)
    twice.append(name, fields.get(name) ?? '')
    expect(await postToken(app, twice)).toMatchObject({ status: 400, body: { error: 'invalid_request' } })
    expect((await postToken(app, fields)).status).toBe(200)
  },
)

test.for(['application/json', 'multipart/form-data; boundary=x', 'text/plain', ''])(
  'a form with the content type %j is refused',
  async (type) => {
    const app = await startOAuth()
    for (const path of ['/oauth2/token', '/oauth2/revoke', '/oauth2/authorize']) {
      const response = await app.server.fetch(
        new Request(`http://localhost${path}`, {
          method: 'POST',
          body: Buffer.from(authorizeQuery(app)),
          headers: type === '' ? {} : { 'content-type': type },
        }),
      )
      expect({ path, status: response.status }).toEqual({ path, status: 405 })
    }
    const form = new Request('http://localhost/oauth2/authorize', {
      method: 'POST',
      body: authorizeQuery(app),
      headers: { 'content-type': 'Application/X-WWW-Form-URLencoded; charset=utf-8' },
    })
    expect((await app.server.fetch(form)).status).toBe(302)
  },
)

const isSignedIn = ({ location }: { location: string }) => location.includes('code=')

test('a form that signs in is accepted from a page of this server, or from a program that has read one', async () => {
  const app = await startOAuth()
  const right = { username: 'ada', password: PASSWORD }
  const send = async (headers: Record<string, string>) => {
    const browser = openBrowser(app.server)
    const page = await browser.get(`/login?${authorizeQuery(app, PKCE)}`)
    return isSignedIn(await browser.submit(page, right, headers))
  }
  expect(await send({})).toBe(true)
  expect(await send({ origin: 'http://localhost', 'sec-fetch-site': 'same-origin' })).toBe(true)
  // Chromium says so of a page that tells no other its address.
  expect(await send({ origin: 'null', 'sec-fetch-site': 'same-origin' })).toBe(true)
  expect(await send({ origin: 'https://evil.example' })).toBe(false)
  expect(await send({ origin: 'http://localhost:3000' })).toBe(false)
  expect(await send({ origin: 'http://localhost.evil.example' })).toBe(false)
  expect(await send({ origin: 'null', 'sec-fetch-site': 'cross-site' })).toBe(false)
  expect(await send({ 'sec-fetch-site': 'same-site' })).toBe(false)
})

test('a form without the cookie, without its value, or with one of another pool is refused', async () => {
  const app = await startOAuth()
  const path = `/login?${authorizeQuery(app, PKCE)}`
  const right = { username: 'ada', password: PASSWORD }
  const read = async (browser = openBrowser(app.server), at = path) => {
    const page = await browser.get(at)
    const token = browser.jar.get('XSRF-TOKEN') ?? ''
    expect(token).not.toBe('')
    return { browser, page, token }
  }
  const { token: foreign } = await read()
  const withoutField = await read()
  expect(isSignedIn(await withoutField.browser.post(path, right))).toBe(false)
  const withoutCookie = await read()
  withoutCookie.browser.jar.clear()
  expect(isSignedIn(await withoutCookie.browser.submit(withoutCookie.page, right))).toBe(false)
  const other = await read()
  expect(isSignedIn(await other.browser.post(path, { ...right, _csrf: foreign }))).toBe(false)
  const made = await read()
  made.browser.jar.set('XSRF-TOKEN', 'x')
  expect(isSignedIn(await made.browser.post(path, { ...right, _csrf: 'x' }))).toBe(false)

  const { UserPoolId } = await createPool(app.admin)
  const { UserPoolClient } = await app.admin.createUserPoolClient({ ...OAUTH_CLIENT, UserPoolId })
  const beside = await read(
    undefined,
    `/login?${authorizeQuery({ clientId: UserPoolClient?.ClientId ?? '' }, PKCE)}`,
  )
  expect(isSignedIn(await beside.browser.post(path, { ...right, _csrf: beside.token }))).toBe(false)

  for (const name of ['_csrf', 'csrf']) {
    const own = await read()
    expect(isSignedIn(await own.browser.post(path, { ...right, [name]: own.token }))).toBe(true)
  }
})

test('pages cannot be framed, are not cached, and do not leak their address to other sites', async () => {
  const app = await startOAuth()
  const browser = openBrowser(app.server)
  for (const path of [`/login?${authorizeQuery(app, PKCE)}`, '/error?error=redirect_mismatch', '/logout']) {
    const { headers } = await browser.get(path)
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
    expect(headers.get('x-frame-options')).toBe('DENY')
    expect(headers.get('cache-control')).toContain('no-store')
    expect(headers.get('referrer-policy')).toBe('no-referrer')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('cross-origin-opener-policy')).toBeNull()
    expect(headers.get('access-control-allow-origin')).toBeNull()
  }
  // What pages of applications call can be read by them.
  const token = await postToken(app, { grant_type: 'x' }, { origin: 'https://app.example.com' })
  expect(token.headers.get('access-control-allow-origin')).toBe('*')
})

test('the form of a page leads only to the redirect URI of its request', async () => {
  const app = await startOAuth({ client: { CallbackURLs: [CALLBACK, 'com.example.app:/callback'] } })
  const policy = async (redirect_uri: string) => {
    const page = await openBrowser(app.server).get(`/login?${authorizeQuery(app, { ...PKCE, redirect_uri })}`)
    return /form-action ([^;]*)/.exec(page.headers.get('content-security-policy') ?? '')?.[1]?.trim()
  }
  expect(await policy(CALLBACK)).toBe("'self' https://app.example.com")
  expect(await policy('com.example.app:/callback')).toBe("'self' com.example.app:")
})

test('values of a request are shown as text', async () => {
  const app = await startOAuth()
  const attack = '"><script>alert(1)</script>'
  const login = await openBrowser(app.server).get(
    `/login?${authorizeQuery(app, { ...PKCE, login_hint: attack, state: attack })}`,
  )
  expect(login.status).toBe(200)
  expect(login.text).not.toContain('<script>alert')
  const error = await openBrowser(app.server).get(
    `/error?${new URLSearchParams({ error: attack, client_id: attack })}`,
  )
  expect(error.status).toBe(400)
  expect(error.text).not.toContain('alert(1)')
})

test('a request that is far too large is refused and has no other effect', async () => {
  const app = await startOAuth()
  const long = new URLSearchParams({
    ...Object.fromEntries(new URLSearchParams(authorizeQuery(app))),
    x: 'x'.repeat(70_000),
  })
  for (const path of ['/oauth2/token', '/oauth2/revoke', '/oauth2/authorize']) {
    const response = await app.server.fetch(
      new Request(`http://localhost${path}`, { method: 'POST', body: long }),
    )
    expect(response.status).toBe(413)
  }
})
