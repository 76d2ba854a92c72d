import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { generateKeyPair, SignJWT } from 'jose'
import { expect, onTestFinished, test } from 'vitest'
import { oidcProvider, tokensOf } from './federation.js'
import { startForged } from './forged.js'
import { type Forgery, signed } from './forging-upstream.js'
import { authorizeQuery, startOAuth } from './oauth.js'
import { atSignIn } from './page-user.js'

// What a provider, a network or another site may try. Each refusal has a twin that is accepted.

const isSignedIn = ({ left }: { left: URL | undefined }) => left?.searchParams.has('code') === true
const refusal = ({ left }: { left: URL | undefined }) => left?.searchParams.get('error_description')

const FORGED_TOKENS: Readonly<Record<string, Forgery>> = {
  'for another client': { claims: { aud: 'another client' } },
  'for several clients, and made for another of them': { claims: { aud: ['amulet', 'other'], azp: 'other' } },
  'of another issuer': { claims: { iss: 'http://127.0.0.1:1' } },
  'with the nonce of another sign-in': { claims: { nonce: 'another' } },
  'without a nonce': { claims: { nonce: undefined } },
  'that has expired': { claims: { exp: Math.floor(Date.now() / 1000) - 120 } },
  'that is good only later': { claims: { nbf: Math.floor(Date.now() / 1000) + 3600 } },
  'without a subject': { claims: { sub: undefined } },
  'not signed': {
    idToken: (claims) =>
      `${[{ alg: 'none' }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')}.`,
  },
  'signed under the public key as if it were a secret': {
    idToken: (claims, { publicJwk }) =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: 'HS256', kid: 'key' })
        .sign(createHash('sha256').update(JSON.stringify(publicJwk)).digest()),
  },
  'signed under the secret of the client': {
    idToken: (claims) =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: 'HS256' })
        .sign(new TextEncoder().encode('the secret of the client')),
  },
  'signed by another key': {
    async idToken(claims) {
      const { privateKey } = await generateKeyPair('RS256')
      return await new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'key' }).sign(privateKey)
    },
  },
  'changed after it was signed': {
    async idToken(claims, keys) {
      const [header = '', , signature = ''] = (await signed(claims, keys)).split('.')
      const payload = Buffer.from(JSON.stringify({ ...claims, sub: 'admin' })).toString('base64url')
      return `${header}.${payload}.${signature}`
    },
  },
}

test.each(Object.entries(FORGED_TOKENS))(
  'an ID token %s signs no user in, and the right one does',
  async (_, forgery) => {
    const app = await startForged()
    const forged = await app.answered(forgery)
    expect(isSignedIn(forged)).toBe(false)
    expect(refusal(forged)).toBe('Invalid response received from Upstream.')
    expect(forged.user.browser.jar.has('cognito')).toBe(false)
    expect(isSignedIn(await app.answered())).toBe(true)
  },
)

test('an answer of another provider than the one that was asked is refused by its issuer, before the code is sent anywhere', async () => {
  const app = await startForged()
  for (const iss of ['http://127.0.0.1:1', undefined]) {
    const mixed = await app.answered({ answer: { iss } })
    expect(refusal(mixed)).toBe('Invalid response received from Upstream.')
  }
  expect(app.upstream.tokenRequests).toEqual([])
  expect(isSignedIn(await app.answered())).toBe(true)
})

test('the code is redeemed with the verifier of the challenge that was sent', async () => {
  const app = await startForged()
  const { asked } = await app.answered()
  const [request] = app.upstream.tokenRequests
  const verifier = request?.get('code_verifier') ?? ''
  expect(asked.searchParams.get('code_challenge_method')).toBe('S256')
  expect(createHash('sha256').update(verifier).digest('base64url')).toBe(
    asked.searchParams.get('code_challenge'),
  )
  expect(request?.get('redirect_uri')).toBe('http://localhost/oauth2/idpresponse')
})

test('a state that is missing, foreign or given twice signs no user in', async () => {
  const app = await startForged()
  for (const state of [undefined, 'foreign']) {
    const { user, left } = await app.answered({ answer: { state } })
    expect(left).toBeUndefined()
    expect(user.page.status).toBe(400)
  }
  const user = await atSignIn(app, { identity_provider: 'Upstream' })
  const back = app.upstream.answer(user.left as URL)
  await user.open(`${back.pathname}${back.search}&state=another`)
  expect(user.page.status).toBe(400)
  expect(isSignedIn(await app.answered())).toBe(true)
})

test('attributes of another user than the ID token are refused', async () => {
  const app = await startForged()
  const other = await app.answered({ attributes: { sub: 'admin', email: 'admin@example.com' } })
  expect(refusal(other)).toBe('Bad attributes response from Upstream.')
  expect(isSignedIn(await app.answered())).toBe(true)
})

test('a code that the provider refuses is reported with the status', async () => {
  const app = await startForged()
  expect(refusal(await app.answered({ status: 400 }))).toBe('Upstream Error - 400 error getting token')
})

test('an answer that comes later than ten minutes is refused', async () => {
  const app = await startForged()
  const user = await atSignIn(app, { identity_provider: 'Upstream' })
  const back = app.upstream.answer(user.left as URL)
  app.server.clock.advance(600)
  await user.open(`${back.pathname}${back.search}`)
  expect(user.page.status).toBe(400)
})

test('a button leads to the provider under the policy of the page, which names its origin and no other', async () => {
  const app = await startForged()
  const user = await atSignIn(app)
  expect(user.page.headers.get('content-security-policy')).toContain(
    `form-action 'self' https://app.example.com ${app.upstream.issuer}`,
  )
})

test.each(['OIDC', 'SAML'] as const)(
  'a %s provider that does not answer is asked only now and then, however many visitors a page has',
  async (type) => {
    let questions = 0
    const provider = createServer((_, response) => {
      questions++
      response.writeHead(503).end()
    })
    await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void provider.close())
    // A server that listens on a port has an address of this kind.
    const { port } = provider.address() as AddressInfo
    const app = await startOAuth()
    const { UserPoolId } = app
    const address = `http://127.0.0.1:${port}`
    await app.admin.createIdentityProvider({
      UserPoolId,
      ...(type === 'OIDC'
        ? oidcProvider(address)
        : { ProviderName: 'Upstream', ProviderType: type, ProviderDetails: { MetadataURL: address } }),
    })
    const { clientId } = await app.createClient({ SupportedIdentityProviders: ['COGNITO', 'Upstream'] })
    const visit = async () => (await atSignIn({ ...app, clientId })).text()
    for (const text of await Promise.all([visit(), visit(), visit()]))
      expect(text).toContain('Continue with Upstream')
    expect(questions).toBe(1)
    await visit()
    expect(questions).toBe(1)
    app.server.clock.advance(11)
    await visit()
    expect(questions).toBe(2)
  },
)

test('a sign-in at the provider that is older than the application allows is refused, and the tokens have its time', async () => {
  const app = await startForged()
  const now = Math.floor(Date.now() / 1000)
  const of = (seconds: number): Forgery => ({ claims: { auth_time: now - seconds } })
  const { user } = await app.answered(of(1000))
  const { id, access } = await tokensOf(app, user)
  expect([id.auth_time, access.auth_time]).toEqual([now - 1000, now - 1000])

  const old = await app.answered(of(1000), { max_age: '600' })
  expect(old.left?.searchParams.get('error')).toBe('login_required')
  expect(old.left?.searchParams.get('state')).toBe('the state')
  expect(refusal(old)).toBe('The sign-in at Upstream is too old.')
  expect(isSignedIn(await app.answered(of(500), { max_age: '600' }))).toBe(true)

  // What the provider was asked is in an address that its user can change.
  expect(refusal(await app.answered(of(500), { prompt: 'login' }))).toBe(
    'The sign-in at Upstream is too old.',
  )
  expect(isSignedIn(await app.answered(of(1), { prompt: 'login', max_age: '0' }))).toBe(true)

  const silent = await app.answered({}, { max_age: '600' })
  expect(silent.left?.searchParams.get('error')).toBe('login_required')
  expect(isSignedIn(await app.answered({}, { prompt: 'login' }))).toBe(true)
})

test('a sign-in time in the future, or one that is not a number, is refused', async () => {
  const app = await startForged()
  expect(isSignedIn(await app.answered({ claims: { auth_time: 'yesterday' } }))).toBe(false)
  for (const auth_time of [4_000_000_000, 1e300]) {
    const { user } = await app.answered({ claims: { auth_time } })
    const { id } = await tokensOf(app, user)
    expect(Math.abs(Number(id.auth_time) - Number(id.iat))).toBeLessThanOrEqual(2)
  }
})

test('an SSO session counts from the sign-in here, unless the application limits the age of that at the provider', async () => {
  const app = await startForged()
  const { user } = await app.answered({ claims: { auth_time: Math.floor(Date.now() / 1000) - 100_000 } })
  const silently = async (parameters: Readonly<Record<string, string>>) => {
    const query = authorizeQuery(app, { prompt: 'none', ...parameters })
    return new URL((await user.browser.get(`/oauth2/authorize?${query}`)).location).searchParams
  }
  expect((await silently({})).has('code')).toBe(true)
  expect((await silently({ max_age: '200000' })).has('code')).toBe(true)
  expect((await silently({ max_age: '600' })).get('error')).toBe('login_required')
})
