import * as client from 'openid-client'
import { expect, test } from 'vitest'
import { openBrowser } from './browser-session.js'
import { CALLBACK, createMachine, type OAuthStarted, startOAuth } from './oauth.js'
import { PASSWORD } from './start.js'

// `openid-client` as a relying party, with every check that it has.

const LOGGED_OUT = 'https://app.example.com/'

const discover = async (
  { url, UserPoolId }: OAuthStarted,
  clientId: string,
  authentication?: client.ClientAuth,
): Promise<client.Configuration> =>
  await client.discovery(new URL(`${url}/${UserPoolId}`), clientId, undefined, authentication, {
    execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks],
  })

/** Sends ada through the pages, and returns where the browser comes back. */
async function signIn(
  { server, url }: OAuthStarted,
  to: URL,
  browser = openBrowser(server, url),
): Promise<URL> {
  const sent = await browser.get(`${to.pathname}${to.search}`)
  if (!sent.location.startsWith('/')) return new URL(sent.location)
  const page = await browser.get(sent.location)
  return new URL((await browser.submit(page, { username: 'ada', password: PASSWORD })).location)
}

async function codeFlow(
  app: OAuthStarted,
  config: client.Configuration,
  parameters: Record<string, string> = {},
  browser = openBrowser(app.server, app.url),
) {
  const pkceCodeVerifier = client.randomPKCECodeVerifier()
  const expectedState = client.randomState()
  const expectedNonce = client.randomNonce()
  const to = client.buildAuthorizationUrl(config, {
    redirect_uri: CALLBACK,
    scope: 'openid email',
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: expectedState,
    nonce: expectedNonce,
    ...parameters,
  })
  const back = await signIn(app, to, browser)
  const checks = { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true }
  return { back, checks, redeem: () => client.authorizationCodeGrant(config, back, checks) }
}

test('openid-client signs a user in, reads the user info, refreshes, revokes and logs out', async () => {
  const app = await startOAuth()
  const config = await discover(app, app.clientId, client.None())
  expect(config.serverMetadata().supportsPKCE()).toBe(true)
  const browser = openBrowser(app.server, app.url)
  const { redeem } = await codeFlow(app, config, { max_age: '300' }, browser)
  const tokens = await redeem()
  expect(tokens.claims()).toMatchObject({ sub: app.sub, email: 'ada@example.com' })
  expect(await client.fetchUserInfo(config, tokens.access_token, app.sub)).toMatchObject({
    sub: app.sub,
    email: 'ada@example.com',
  })
  const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token ?? '')
  expect(refreshed.claims()?.sub).toBe(app.sub)
  const again = await codeFlow(app, config, {}, browser)
  expect((await again.redeem()).claims()?.auth_time).toBe(tokens.claims()?.auth_time)
  await client.tokenRevocation(config, tokens.refresh_token ?? '')
  await expect(client.refreshTokenGrant(config, tokens.refresh_token ?? '')).rejects.toMatchObject({
    error: 'invalid_grant',
  })
  await expect(client.fetchUserInfo(config, tokens.access_token, app.sub)).rejects.toThrow()
  const out = client.buildEndSessionUrl(config, {
    id_token_hint: tokens.id_token ?? '',
    post_logout_redirect_uri: LOGGED_OUT,
  })
  expect((await browser.get(`${out.pathname}${out.search}`)).location).toBe(LOGGED_OUT)
  const after = await codeFlow(app, config, { prompt: 'none' }, browser)
  await expect(after.redeem()).rejects.toMatchObject({ error: 'login_required' })
})

test.for([
  ['in the header', client.ClientSecretBasic],
  ['in the form', client.ClientSecretPost],
] as const)('openid-client proves a secret %s', async ([, authentication]) => {
  const app = await startOAuth()
  const { clientId, secret } = await app.createClient({ GenerateSecret: true })
  const config = await discover(app, clientId, authentication(secret))
  expect((await (await codeFlow(app, config)).redeem()).claims()?.sub).toBe(app.sub)
  const wrong = await discover(app, clientId, authentication('wrong'))
  await expect((await codeFlow(app, wrong)).redeem()).rejects.toMatchObject({ error: 'invalid_client' })
})

test('openid-client gets a token for a machine', async () => {
  const app = await startOAuth()
  const { clientId, secret } = await createMachine(app)
  const config = await discover(app, clientId, client.ClientSecretBasic(secret))
  const tokens = await client.clientCredentialsGrant(config, { scope: 'api/read' })
  expect(tokens).toMatchObject({ token_type: 'bearer', expires_in: 3600 })
  expect(tokens.id_token).toBeUndefined()
})

test('openid-client refuses an answer of another server, of another attempt, or with another nonce', async () => {
  const app = await startOAuth()
  const config = await discover(app, app.clientId, client.None())
  const { back, checks } = await codeFlow(app, config)
  const mixedUp = new URL(back)
  mixedUp.searchParams.set('iss', 'https://other.example/pool')
  const because = (reason: RegExp) => ({ cause: { message: expect.stringMatching(reason) } })
  await expect(client.authorizationCodeGrant(config, mixedUp, checks)).rejects.toMatchObject(because(/iss/))
  const silent = new URL(back)
  silent.searchParams.delete('iss')
  await expect(client.authorizationCodeGrant(config, silent, checks)).rejects.toMatchObject(because(/iss/))
  const other = { ...checks, expectedState: 'another' }
  await expect(client.authorizationCodeGrant(config, back, other)).rejects.toMatchObject(because(/state/))
  const nonce = { ...checks, expectedNonce: 'another' }
  await expect(client.authorizationCodeGrant(config, back, nonce)).rejects.toMatchObject(because(/nonce/))
  const right = await codeFlow(app, config)
  expect((await right.redeem()).claims()?.sub).toBe(app.sub)
})

test('an ID token has a nonce only where the request had one', async () => {
  const app = await startOAuth()
  const config = await discover(app, app.clientId, client.None())
  const pkceCodeVerifier = client.randomPKCECodeVerifier()
  const to = client.buildAuthorizationUrl(config, {
    redirect_uri: CALLBACK,
    scope: 'openid',
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
  })
  const tokens = await client.authorizationCodeGrant(config, await signIn(app, to), { pkceCodeVerifier })
  expect(tokens.claims()).not.toHaveProperty('nonce')
})
