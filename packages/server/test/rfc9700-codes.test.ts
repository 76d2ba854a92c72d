import { expect, test } from 'vitest'
import { createPool, createUser } from './admin.js'
import { openBrowser } from './browser-session.js'
import {
  basic,
  CALLBACK,
  OAUTH_CLIENT,
  type OAuthStarted,
  PKCE,
  postToken,
  redeem,
  signInOnPage,
  startOAuth,
} from './oauth.js'
import { stillClock } from './still-clock.js'

// RFC 9700, sections 2.1.1, 4.5 and 4.8: attacks on codes. Each has a twin that shows the right thing accepted.

const refused = { status: 400, body: { error: 'invalid_grant' } }

/** Whether the tokens of an answer are still good: by refreshing. */
async function isGood(
  app: OAuthStarted,
  tokens: Readonly<Record<string, unknown>>,
  headers = {},
): Promise<boolean> {
  const fields = {
    grant_type: 'refresh_token',
    client_id: app.clientId,
    refresh_token: String(tokens.refresh_token),
  }
  return (await postToken(app, fields, headers)).status === 200
}

const started = () => startOAuth({ clock: stillClock() })

test('a code is valid once, and its tokens stay valid when the same page sends it again at once', async () => {
  const app = await started()
  const location = await signInOnPage(app, PKCE)
  const { status, body } = await redeem(app, location)
  expect(status).toBe(200)
  app.server.clock.advance(10)
  expect(await redeem(app, location)).toMatchObject(refused)
  expect(await isGood(app, body)).toBe(true)
})

test('of two requests with one code at the same time, one gets tokens, which stay valid', async () => {
  const app = await started()
  const location = await signInOnPage(app, PKCE)
  const answers = await Promise.all([redeem(app, location), redeem(app, location), redeem(app, location)])
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400])
  const winner = answers.find(({ status }) => status === 200)
  expect(await isGood(app, winner?.body ?? {})).toBe(true)
})

test('a code that is sent again without its verifier revokes the tokens of its first use', async () => {
  for (const code_verifier of [undefined, 'x'.repeat(43)]) {
    const app = await started()
    const location = await signInOnPage(app, PKCE)
    const { body } = await redeem(app, location)
    expect(await isGood(app, body)).toBe(true)
    expect(await redeem(app, location, { code_verifier })).toMatchObject(refused)
    expect(await isGood(app, body)).toBe(false)
  }
})

test('a code that is sent again after ten seconds revokes the tokens of its first use, with or without its verifier', async () => {
  const app = await started()
  const location = await signInOnPage(app, PKCE)
  const { body } = await redeem(app, location)
  app.server.clock.advance(11)
  expect(await redeem(app, location)).toMatchObject(refused)
  expect(await isGood(app, body)).toBe(false)
})

test('a code that is sent again after its five minutes is refused and revokes nothing', async () => {
  const app = await started()
  const location = await signInOnPage(app, PKCE)
  const { body } = await redeem(app, location)
  app.server.clock.advance(301)
  expect(await redeem(app, location, { code_verifier: undefined })).toMatchObject(refused)
  expect(await isGood(app, body)).toBe(true)
})

test('a used code that another client sends is refused and revokes nothing', async () => {
  const app = await started()
  const other = await app.createClient()
  const location = await signInOnPage(app, PKCE)
  const { body } = await redeem(app, location)
  expect(await redeem(app, location, { client_id: other.clientId })).toMatchObject(refused)
  expect(await redeem(app, location, { client_id: other.clientId, code_verifier: undefined })).toMatchObject(
    refused,
  )
  expect(await isGood(app, body)).toBe(true)
})

test('without a challenge, the client’s secret shows that a second use is harmless', async () => {
  const app = await started()
  const { clientId, secret } = await app.createClient({ GenerateSecret: true })
  const own = { ...app, clientId }
  const by = { client_id: undefined, code_verifier: undefined }
  const headers = basic(clientId, secret)
  const location = await signInOnPage(own)
  const { body } = await redeem(own, location, by, headers)
  expect(await redeem(own, location, by, headers)).toMatchObject(refused)
  expect(await isGood(own, body, headers)).toBe(true)
  // A request without the right secret is told nothing of the code, and ends nothing.
  expect(await redeem(own, location, by, basic(clientId, 'x'.repeat(30)))).toMatchObject({
    body: { error: 'invalid_client' },
  })
  expect(await isGood(own, body, headers)).toBe(true)

  const open = await signInOnPage(app)
  const tokens = await redeem(app, open, { code_verifier: undefined })
  expect(await redeem(app, open, { code_verifier: undefined })).toMatchObject(refused)
  expect(await isGood(app, tokens.body)).toBe(false)
})

test('a code is valid for five minutes', async () => {
  const app = await started()
  const early = await signInOnPage(app, PKCE)
  app.server.clock.advance(299)
  expect((await redeem(app, early)).status).toBe(200)
  const late = await signInOnPage(app, PKCE)
  app.server.clock.advance(300)
  expect(await redeem(app, late)).toMatchObject(refused)
})

test('a stolen code is refused from another client, with any verifier', async () => {
  const app = await started()
  const evil = await app.createClient()
  const location = await signInOnPage(app, PKCE)
  expect(await redeem(app, location, { client_id: evil.clientId })).toMatchObject(refused)
  const secret = await app.createClient({ GenerateSecret: true })
  expect(
    await redeem(app, location, { client_id: undefined }, basic(secret.clientId, secret.secret)),
  ).toMatchObject(refused)
  // Nor is it used up by the attempt.
  expect((await redeem(app, location)).status).toBe(200)
})

test('a code that was injected into another attempt does not fit its verifier', async () => {
  const app = await started()
  const stolen = await signInOnPage(app, {
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
  })
  expect(await redeem(app, stolen)).toMatchObject(refused)
  expect(
    (await redeem(app, stolen, { code_verifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk' })).status,
  ).toBe(200)
})

test('the challenge of a code can neither be removed nor be replaced by adding a verifier', async () => {
  const app = await started()
  // The challenge was taken out of the request; the honest page still sends its verifier.
  expect(await redeem(app, await signInOnPage(app))).toMatchObject(refused)
  // The verifier is left out by who has stolen the code.
  const challenged = await signInOnPage(app, PKCE)
  for (const code_verifier of [undefined, ''])
    expect(await redeem(app, challenged, { code_verifier })).toMatchObject(refused)
  expect((await redeem(app, challenged)).status).toBe(200)
  // A client without PKCE works, as at the service.
  expect((await redeem(app, await signInOnPage(app), { code_verifier: undefined })).status).toBe(200)
})

test('a code is redeemed for the redirect URI that it was sent to and for no other', async () => {
  const CallbackURLs = [CALLBACK, 'https://app.example.com/other']
  const app = await startOAuth({ client: { CallbackURLs } })
  const location = await signInOnPage(app, PKCE)
  for (const redirect_uri of ['https://app.example.com/other', `${CALLBACK}/`, 'https://evil.example/'])
    expect(await redeem(app, location, { redirect_uri })).toMatchObject(refused)
  expect(await redeem(app, location, { redirect_uri: undefined })).toMatchObject({
    body: { error: 'invalid_request' },
  })
  expect((await redeem(app, location)).status).toBe(200)
})

test('a code of one pool is refused on the domain of another', async () => {
  const app = await started()
  await app.admin.createUserPoolDomain({ UserPoolId: app.UserPoolId, Domain: 'birch' })
  const other = await createPool(app.admin)
  await app.admin.createUserPoolDomain({ UserPoolId: other.UserPoolId, Domain: 'beech' })
  const location = await signInOnPage(app, PKCE)
  const fields = {
    grant_type: 'authorization_code',
    code: location.searchParams.get('code') ?? '',
    client_id: app.clientId,
    redirect_uri: CALLBACK,
    code_verifier: 'a-verifier-of-at-least-forty-three-characters-0',
  }
  expect(await postToken(app, fields, {}, 'http://beech.localhost')).toMatchObject({
    body: { error: 'invalid_client' },
  })
  expect((await postToken(app, fields, {}, 'http://birch.localhost')).status).toBe(200)
})

test('a session of one pool does not count for another on a shared host', async () => {
  const app = await started()
  const other = await createPool(app.admin)
  await createUser(app.admin, other.UserPoolId, 'ada')
  const { UserPoolClient } = await app.admin.createUserPoolClient({
    ...OAUTH_CLIENT,
    UserPoolId: other.UserPoolId,
  })
  const foreign = { server: app.server, clientId: UserPoolClient?.ClientId ?? '' }
  const browser = openBrowser(app.server)
  await signInOnPage(app, PKCE, browser)
  const silent = (client: { clientId: string }) =>
    browser.get(
      `/oauth2/authorize?${new URLSearchParams({
        client_id: client.clientId,
        response_type: 'code',
        redirect_uri: CALLBACK,
        prompt: 'none',
      })}`,
    )
  expect((await silent(foreign)).location).toContain('login_required')
  // Nor when the cookie is given the other's name.
  const [name = '', value = ''] = [...browser.jar].find(([name]) => name.startsWith('cognito-')) ?? []
  expect(name).toBe(`cognito-${app.UserPoolId}`)
  browser.jar.set(`cognito-${other.UserPoolId}`, value)
  expect((await silent(foreign)).location).toContain('login_required')
  expect((await silent(app)).location).toContain('code=')
  await signInOnPage(foreign, PKCE, browser)
  expect((await silent(foreign)).location).toContain('code=')
  expect((await silent(app)).location).toContain('code=')
})

test('guesses at codes are refused like codes that never existed', async () => {
  const app = await started()
  for (const code of [
    '',
    'x',
    '0'.repeat(36),
    '00000000-0000-4000-8000-000000000000',
    '\0',
    'x'.repeat(5000),
  ]) {
    const { status, body } = await postToken(app, {
      grant_type: 'authorization_code',
      client_id: app.clientId,
      redirect_uri: CALLBACK,
      code,
    })
    expect({ status, body }).toEqual({
      status: 400,
      body: { error: code === '' ? 'invalid_request' : 'invalid_grant' },
    })
  }
})
