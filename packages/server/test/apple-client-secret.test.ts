import { exportJWK, exportPKCS8, generateKeyPair, jwtVerify, SignJWT } from 'jose'
import { expect, test } from 'vitest'
import { createPool } from './admin.js'
import { tokensOf } from './federation.js'
import { OAUTH_CLIENT } from './oauth.js'
import { atSignIn } from './page-user.js'
import { awsSdk, startProduction } from './production.js'
import { isSignedIn, problem } from './saml.js'
import { stubNetwork } from './stub-network.js'

const APPLE = 'https://appleid.apple.com'

/** A server in production with an Apple whose secrets are checked as Apple does, against the key that the team has there. */
async function startWithApple({ frame = true, registered = true } = {}) {
  const team = await generateKeyPair('ES256', { extractable: true })
  const other = await generateKeyPair('ES256')
  const apple = await generateKeyPair('ES256')
  const jwk = { ...(await exportJWK(apple.publicKey)), kid: 'apple', alg: 'ES256', use: 'sig' }
  const asked: { secret: Awaited<ReturnType<typeof jwtVerify>>; code: string | null }[] = []
  let nonce: string | undefined
  stubNetwork(async ({ origin, pathname }, { form }) => {
    if (origin !== APPLE) return undefined
    if (pathname === '/auth/keys') return { body: { keys: [jwk] } }
    expect(pathname).toBe('/auth/token')
    try {
      const secret = await jwtVerify(
        form.get('client_secret') ?? '',
        registered ? team.publicKey : other.publicKey,
        { algorithms: ['ES256'], issuer: 'TEAM000001', subject: 'com.example.signin', audience: APPLE },
      )
      asked.push({ secret, code: form.get('code') })
    } catch {
      return { status: 400, body: { error: 'invalid_client' } }
    }
    const id_token = await new SignJWT({ ...(nonce !== undefined && { nonce }), email: 'ada@example.com' })
      .setProtectedHeader({ alg: 'ES256', kid: 'apple' })
      .setIssuer(APPLE)
      .setSubject('000001.ada.0001')
      .setAudience('com.example.signin')
      .setIssuedAt()
      .setExpirationTime('10m')
      .sign(apple.privateKey)
    return { body: { access_token: 'an access token', token_type: 'Bearer', id_token } }
  })

  const app = await startProduction()
  const admin = await awsSdk(app)
  const { UserPoolId } = await createPool(admin)
  const pem = await exportPKCS8(team.privateKey)
  await admin.createIdentityProvider({
    UserPoolId,
    ProviderName: 'SignInWithApple',
    ProviderType: 'SignInWithApple',
    ProviderDetails: {
      client_id: 'com.example.signin',
      team_id: 'TEAM000001',
      key_id: 'KEY0000001',
      private_key: frame ? pem : pem.replace(/-----[^-]*-----|\n/g, ''),
      authorize_scopes: 'email name',
    },
    AttributeMapping: { email: 'email', given_name: 'firstName', family_name: 'lastName' },
  })
  const { UserPoolClient } = await admin.createUserPoolClient({
    UserPoolId,
    ...OAUTH_CLIENT,
    SupportedIdentityProviders: ['SignInWithApple'],
  })
  const clientId = UserPoolClient?.ClientId ?? ''
  return {
    ...app,
    clientId,
    asked,
    async signIn(person: { user?: string } = {}) {
      const user = await atSignIn({ ...app, clientId }, { identity_provider: 'SignInWithApple' })
      const { searchParams } = user.left as URL
      nonce = searchParams.get('nonce') ?? undefined
      const form = { code: 'the code', state: searchParams.get('state') ?? '', ...person }
      // A form of another site: without cookies.
      const posted = await app.server.fetch(
        new Request('http://localhost/oauth2/idpresponse', {
          method: 'POST',
          body: new URLSearchParams(form),
        }),
      )
      await user.open(posted.headers.get('location') ?? '')
      return user
    },
  }
}

test.each([true, false])(
  'Apple gets a secret that the team’s key has signed, for this client and for some hours (frame of the key: %s)',
  async (frame) => {
    const app = await startWithApple({ frame })
    const before = Math.floor(Date.now() / 1000)
    const user = await app.signIn()
    expect(isSignedIn(user)).toBe(true)
    const [{ secret, code } = { secret: undefined, code: undefined }] = app.asked
    expect(code).toBe('the code')
    expect(secret?.protectedHeader).toEqual({ alg: 'ES256', kid: 'KEY0000001' })
    const { iat = 0, exp = 0, ...claims } = secret?.payload ?? {}
    expect(claims).toEqual({ iss: 'TEAM000001', sub: 'com.example.signin', aud: APPLE })
    expect(iat).toBeGreaterThanOrEqual(before)
    // Twice as long as this server goes on with it.
    expect(exp - iat).toBe(7200)
  },
)

test('a key that Apple does not know signs no user in', async () => {
  const app = await startWithApple({ registered: false })
  const user = await app.signIn()
  expect(isSignedIn(user)).toBe(false)
  expect(problem(user)).toEqual(['invalid_request', 'SignInWithApple Error - 400 error getting token'])
  expect(app.asked).toEqual([])
})

test.each<[string, string, object]>([
  [
    'both',
    '{"name":{"firstName":"Ada","lastName":"Lovelace"}}',
    { given_name: 'Ada', family_name: 'Lovelace' },
  ],
  [
    'a first name that is no text',
    '{"name":{"firstName":7,"lastName":"Lovelace"}}',
    { family_name: 'Lovelace' },
  ],
  ['a last name that is no text', '{"name":{"firstName":"Ada","lastName":["x"]}}', { given_name: 'Ada' }],
  ['no name', '{"email":"eve@example.com"}', {}],
  ['nothing', 'null', {}],
  ['no JSON', '{', {}],
])('only the name of a user is taken from the form of Apple: %s', async (_, said, names) => {
  const app = await startWithApple()
  const { id } = await tokensOf(app, await app.signIn({ user: said }))
  const { given_name, family_name, email } = id
  const told = { given_name, family_name, email }
  expect(JSON.parse(JSON.stringify(told))).toEqual({ ...names, email: 'ada@example.com' })
})
