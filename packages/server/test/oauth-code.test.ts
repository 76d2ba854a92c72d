import { createHash } from 'node:crypto'
import { decodeJwt } from 'jose'
import { expect, test } from 'vitest'
import { openBrowser } from './browser-session.js'
import { authorizeQuery, CALLBACK, PKCE, redeem, signInOnPage, startOAuth } from './oauth.js'
import { PASSWORD } from './start.js'

test('a sign-in by redirect goes from the application to the page and back with a code, which is exchanged for tokens', async () => {
  const app = await startOAuth()
  const browser = openBrowser(app.server)
  const sent = await browser.get(`/oauth2/authorize?${authorizeQuery(app, { ...PKCE, nonce: 'n-1' })}`)
  expect(sent.status).toBe(302)
  expect(sent.location).toMatch(/^\/login\?client_id=/)
  const page = await browser.get(sent.location)
  expect(page.status).toBe(200)
  const answer = await browser.submit(page, { username: 'ada', password: PASSWORD })
  expect(answer.status).toBe(302)
  const location = new URL(answer.location)
  expect(location.origin + location.pathname).toBe(CALLBACK)
  expect(Object.fromEntries(location.searchParams)).toEqual({
    code: expect.stringMatching(/^[0-9a-f-]{36}$/),
    state: 'the state',
    iss: `${app.url}/${app.UserPoolId}`,
  })

  const { status, headers, body } = await redeem(app, location)
  expect({ status, body }).toEqual({
    status: 200,
    body: {
      id_token: expect.any(String),
      access_token: expect.any(String),
      refresh_token: expect.any(String),
      expires_in: 3600,
      token_type: 'Bearer',
    },
  })
  expect(headers.get('cache-control')).toBe('no-store')
  expect(decodeJwt(String(body.id_token))).toMatchObject({
    sub: app.sub,
    aud: app.clientId,
    iss: `${app.url}/${app.UserPoolId}`,
    nonce: 'n-1',
    token_use: 'id',
    email: 'ada@example.com',
    at_hash: accessTokenHash(String(body.access_token)),
  })
  expect(decodeJwt(String(body.access_token))).toMatchObject({
    client_id: app.clientId,
    token_use: 'access',
    version: 2,
    scope: 'openid email phone profile aws.cognito.signin.user.admin',
  })
  const refreshed = await app.call('InitiateAuth', {
    ClientId: app.clientId,
    AuthFlow: 'REFRESH_TOKEN_AUTH',
    AuthParameters: { REFRESH_TOKEN: String(body.refresh_token) },
  })
  expect(refreshed.status).toBe(200)
})

/** OpenID Connect Core section 3.1.3.6 */
const accessTokenHash = (token: string) =>
  createHash('sha256').update(token).digest().subarray(0, 16).toString('base64url')

test('a browser that has signed in goes straight back to the application, unless a new sign-in is requested', async () => {
  const app = await startOAuth()
  const browser = openBrowser(app.server)
  await signInOnPage(app, PKCE, browser)
  const again = await browser.get(`/oauth2/authorize?${authorizeQuery(app, PKCE)}`)
  expect(again.location).toMatch(/^https:\/\/app\.example\.com\/callback\?code=/)
  const other = await app.createClient()
  const shared = await browser.get(
    `/oauth2/authorize?${authorizeQuery({ clientId: other.clientId }, { ...PKCE, prompt: 'none' })}`,
  )
  expect(shared.location).toMatch(/callback\?code=/)
  const asked = await browser.get(`/oauth2/authorize?${authorizeQuery(app, { ...PKCE, prompt: 'login' })}`)
  expect(asked.location).toMatch(/^\/login\?/)
})

test('a wrong password is reported on the page, which then signs in with the right one', async () => {
  const app = await startOAuth()
  const browser = openBrowser(app.server)
  const page = await browser.get(`/login?${authorizeQuery(app, PKCE)}`)
  const refused = await browser.submit(page, { username: 'ada', password: 'Wrong-Horse-1' })
  expect(refused.status).toBe(200)
  expect(refused.text).toContain('Incorrect username or password.')
  const answer = await browser.submit(refused, { username: 'ada', password: PASSWORD })
  expect(answer.location).toMatch(/callback\?code=/)
})
