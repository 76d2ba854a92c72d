import type { CreateIdentityProviderRequest } from '@aws-sdk/client-cognito-identity-provider'
import { decodeJwt } from 'jose'
import { JSDOM } from 'jsdom'
import { expect, test } from 'vitest'
import { createPool } from './admin.js'
import { tokensOf } from './federation.js'
import { OAUTH_CLIENT, type OAuthStarted, startOAuth } from './oauth.js'
import { atSignIn, type PageUser } from './page-user.js'
import { awsSdk, startProduction } from './production.js'
import { start } from './start.js'
import { stillClock } from './still-clock.js'

const DETAILS = { client_id: 'id', client_secret: 'secret', authorize_scopes: 'email profile' }
const PROVIDERS: Readonly<Record<string, Partial<CreateIdentityProviderRequest>>> = {
  Google: { ProviderDetails: DETAILS, AttributeMapping: { email: 'email', name: 'name', username: 'sub' } },
  Facebook: {
    ProviderDetails: { ...DETAILS, authorize_scopes: 'public_profile,email', api_version: 'v17.0' },
    AttributeMapping: { email: 'email', name: 'name', username: 'id' },
  },
  LoginWithAmazon: {
    ProviderDetails: DETAILS,
    AttributeMapping: { email: 'email', name: 'name', username: 'user_id' },
  },
  SignInWithApple: {
    ProviderDetails: {
      client_id: 'id',
      team_id: 'TEAM000001',
      key_id: 'KEY0000001',
      private_key: 'not-a-real-key',
      authorize_scopes: 'email name',
    },
    AttributeMapping: { email: 'email', given_name: 'firstName', family_name: 'lastName' },
  },
}
const TYPES = Object.keys(PROVIDERS) as ('Google' | 'Facebook' | 'LoginWithAmazon' | 'SignInWithApple')[]

/** A server for development whose pool has all social providers. Its stand-ins are on the server's own address. */
async function startSocial(): Promise<OAuthStarted> {
  const app = await startOAuth()
  for (const type of TYPES)
    await app.admin.createIdentityProvider({
      UserPoolId: app.UserPoolId,
      ProviderName: type,
      ProviderType: type,
      ProviderDetails: {},
      ...PROVIDERS[type],
    })
  const { clientId } = await app.createClient({ SupportedIdentityProviders: ['COGNITO', ...TYPES] })
  return { ...app, clientId }
}

const ask = async (url: URL | string, init?: RequestInit) => await fetch(url, { redirect: 'manual', ...init })
const documentOf = (html: string, url: string) => new JSDOM(html, { url }).window.document

/** Picks a person on the page of a stand-in, in a browser without scripts. */
async function pick(app: OAuthStarted, user: PageUser, name: string): Promise<void> {
  const at = (user.left as URL).href
  const link = [...documentOf(await (await ask(at)).text(), at).querySelectorAll('a')].find((each) =>
    each.textContent?.startsWith(name),
  )
  const answer = await ask(link?.href ?? '')
  const location = answer.headers.get('location')
  if (location !== null) {
    const { pathname, search } = new URL(location)
    return await user.open(`${pathname}${search}`)
  }
  const form = documentOf(await answer.text(), at).querySelector('form')
  const fields = [...(form?.querySelectorAll('input') ?? [])].map((input) => [input.name, input.value])
  // A form of another site: without cookies.
  const posted = await app.server.fetch(
    new Request(form?.action ?? '', { method: 'POST', body: new URLSearchParams(fields) }),
  )
  expect(posted.status).toBe(303)
  await user.open(posted.headers.get('location') ?? '')
}

test.each([
  ['Google', 'google_', { email: 'ada@example.com', name: 'Ada Lovelace' }],
  ['Facebook', 'facebook_', { email: 'ada@example.com', name: 'Ada Lovelace' }],
  ['LoginWithAmazon', 'loginwithamazon_', { email: 'ada@example.com', name: 'Ada Lovelace' }],
  [
    'SignInWithApple',
    'signinwithapple_',
    { email: 'ada@example.com', given_name: 'Ada', family_name: 'Lovelace' },
  ],
] as const)(
  'in development, a person is picked on a page that simulates %s',
  async (type, prefix, claims) => {
    const app = await startSocial()
    const user = await atSignIn(app, { identity_provider: type })
    expect(user.left?.href).toContain(`${app.url}/_amulet/providers/${type}/authorize?`)
    await pick(app, user, 'Ada Lovelace')
    const { id } = await tokensOf(app, user)
    expect(id).toMatchObject(claims)
    expect(id['cognito:username']).toMatch(new RegExp(`^${prefix}.`))
    expect(id.identities).toMatchObject([{ providerName: type, providerType: type, primary: 'true' }])
    const again = await atSignIn(app, { identity_provider: type })
    await pick(app, again, 'Ada Lovelace')
    expect((await tokensOf(app, again)).id.sub).toBe(id.sub)
  },
)

test('the form of a simulated provider may lead to any scheme of an application', async () => {
  const app = await startSocial()
  const user = await atSignIn(app, { identity_provider: 'SignInWithApple' })
  const { headers } = await ask(user.left ?? '')
  // A policy that names all hosts still matches no scheme but those of the web.
  expect(headers.get('content-security-policy')).not.toContain('form-action')
  expect(headers.get('content-security-policy')).toContain("default-src 'none'")
})

test('a person can be invented, and can turn back', async () => {
  const app = await startSocial()
  const user = await atSignIn(app)
  await user.submit('Continue with Google')
  const body = new URLSearchParams({ name: 'Alan Turing', email: 'alan@example.com' })
  expect((await ask(user.left as URL, { method: 'POST', body })).status).toBe(303)
  await pick(app, user, 'Alan Turing')
  expect((await tokensOf(app, user)).id.email).toBe('alan@example.com')

  const other = await atSignIn(app, { identity_provider: 'Google' })
  await pick(app, other, 'Cancel')
  expect(other.left?.searchParams.get('error')).toBe('access_denied')
})

test.each([
  'https://evil.example/oauth2/idpresponse',
  'http://203.0.113.5/oauth2/idpresponse',
  'http://localhost@evil.example/oauth2/idpresponse',
  'javascript:/oauth2/idpresponse',
  'http://localhost/oauth2/idpresponse?more',
])('a simulated provider sends nothing to %s, only to where the sign-in began', async (foreign) => {
  const app = await startSocial()
  const user = await atSignIn(app, { identity_provider: 'Google' })
  for (const path of ['authorize', 'cancel'])
    for (const parameters of [{ redirect_uri: foreign }, { redirect_uri: foreign, state: 'unknown' }]) {
      const url = new URL(path, user.left)
      url.search = (user.left as URL).search
      url.searchParams.set('person', 'ada@example.com')
      for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
      const answer = await ask(url)
      expect(answer.status).toBe(400)
      expect(answer.headers.get('location')).toBeNull()
    }
  await pick(app, user, 'Ada Lovelace')
  expect(user.left?.searchParams.has('code')).toBe(true)
})

/** What an application sends to a stand-in, or asks it. */
async function standIn(
  { server }: Pick<OAuthStarted, 'server'>,
  path: string,
  { fields, token }: { fields?: Record<string, string>; token?: string } = {},
) {
  const response = await server.fetch(
    new Request(`http://localhost/_amulet/providers/${path}`, {
      ...(fields && { method: 'POST', body: new URLSearchParams(fields) }),
      ...(token !== undefined && { headers: { authorization: `Bearer ${token}` } }),
    }),
  )
  // Whatever it is, the test says what it should be.
  return { status: response.status, body: (await response.json()) as Record<string, string> }
}

const loginAt = async (app: Pick<OAuthStarted, 'server'>, type: string, fields = {}) =>
  (
    await standIn(app, `${type}/logins`, {
      fields: { email: 'ada@example.com', client_id: 'ours', ...fields },
    })
  ).body

test('a simulated provider returns the data of a person as its provider would', async () => {
  const app = await start({ clock: stillClock() })
  const now = Math.floor(app.server.clock.now() / 1000)
  const google = decodeJwt((await loginAt(app, 'Google')).id_token ?? '')
  expect(google).toEqual({
    iss: 'http://localhost/_amulet/providers/Google',
    aud: 'ours',
    iat: now,
    exp: now + 300,
    sub: expect.stringMatching(/^\d{21}$/),
    email: 'ada@example.com',
    email_verified: true,
    name: 'Ada Lovelace',
    given_name: 'Ada',
    family_name: 'Lovelace',
  })
  const apple = decodeJwt((await loginAt(app, 'SignInWithApple')).id_token ?? '')
  expect(apple).toEqual({
    iss: 'http://localhost/_amulet/providers/SignInWithApple',
    aud: 'ours',
    iat: now,
    exp: now + 300,
    auth_time: now,
    sub: expect.stringMatching(/^000001\.\d{32}\.0001$/),
    email: 'ada@example.com',
    email_verified: 'true',
  })
  const facebook = await loginAt(app, 'Facebook')
  expect(facebook).toEqual({ access_token: expect.any(String), token_type: 'Bearer', expires_in: 300 })
  expect((await standIn(app, 'Facebook/me', { token: facebook.access_token })).body).toEqual({
    id: expect.stringMatching(/^\d{16}$/),
    email: 'ada@example.com',
    name: 'Ada Lovelace',
    first_name: 'Ada',
    last_name: 'Lovelace',
  })
  expect((await standIn(app, 'Facebook/app', { token: facebook.access_token })).body).toEqual({ id: 'ours' })
  const amazon = (await loginAt(app, 'LoginWithAmazon', { email: 'new@example.com', name: 'New Person' }))
    .access_token
  const claims = {
    user_id: expect.stringMatching(/^amzn1\.account\.\d{28}$/),
    email: 'new@example.com',
    name: 'New Person',
  }
  expect((await standIn(app, 'LoginWithAmazon/me', { token: amazon })).body).toEqual(claims)
  expect((await standIn(app, `LoginWithAmazon/tokeninfo?access_token=${amazon}`)).body).toEqual({
    app_id: 'ours',
    ...claims,
  })
})

test('a simulated provider refuses a token of another one, a missing one, and one older than five minutes', async () => {
  const app = await start({ clock: stillClock() })
  const facebook = (await loginAt(app, 'Facebook')).access_token ?? ''
  const amazon = (await loginAt(app, 'LoginWithAmazon')).access_token ?? ''
  const answers = async (ofFacebook: string, ofAmazon: string) => [
    (await standIn(app, 'Facebook/me', { token: ofFacebook })).status,
    (await standIn(app, 'Facebook/app', { token: ofFacebook })).status,
    (await standIn(app, 'LoginWithAmazon/me', { token: ofAmazon })).status,
    (await standIn(app, `LoginWithAmazon/tokeninfo?access_token=${ofAmazon}`)).status,
  ]
  expect(await answers(amazon, facebook)).toEqual([401, 401, 401, 400])
  expect(await answers('x', '')).toEqual([401, 401, 401, 400])
  app.server.clock.advance(299)
  expect(await answers(facebook, amazon)).toEqual([200, 200, 200, 200])
  app.server.clock.advance(1)
  expect(await answers(facebook, amazon)).toEqual([401, 401, 401, 400])
})

test('a simulated provider refuses unknown providers, people without an address, and unknown applications', async () => {
  const app = await start()
  const refused = { status: 400, body: { error: 'invalid_request' } }
  const fields = { email: 'ada@example.com', client_id: 'ours' }
  expect(await standIn(app, 'Other/logins', { fields })).toEqual(refused)
  expect(await standIn(app, 'Google/logins', { fields: { ...fields, email: ' ' } })).toEqual(refused)
  expect(await standIn(app, 'Google/logins', { fields: { ...fields, client_id: '' } })).toEqual(refused)
  expect((await standIn(app, 'Google/logins', { fields })).status).toBe(200)
})

test('production has no simulated providers: browsers are sent to the real one', async () => {
  const app = await startProduction()
  const { server } = app
  const admin = await awsSdk(app)
  const { UserPoolId } = await createPool(admin)
  await admin.createIdentityProvider({
    UserPoolId,
    ProviderName: 'Google',
    ProviderType: 'Google',
    ProviderDetails: DETAILS,
  })
  const { UserPoolClient } = await admin.createUserPoolClient({
    UserPoolId,
    ...OAUTH_CLIENT,
    SupportedIdentityProviders: ['Google'],
  })
  const clientId = UserPoolClient?.ClientId ?? ''
  const { left } = await atSignIn({ server, clientId }, { identity_provider: 'Google' })
  expect(left?.href).toMatch(/^https:\/\/accounts\.google\.com\/o\/oauth2\/v2\/auth\?/)
  expect(left?.searchParams.get('scope')).toBe('openid email profile')
  expect(left?.searchParams.get('client_id')).toBe('id')
  for (const path of ['authorize', 'token', 'me', 'keys'])
    expect(
      (await server.fetch(new Request(`http://localhost/_amulet/providers/Google/${path}`))).status,
    ).toBe(404)
})
