import type { CreateIdentityProviderRequest } from '@aws-sdk/client-cognito-identity-provider'
import { decodeJwt } from 'jose'
import { JSDOM } from 'jsdom'
import { expect, test } from 'vitest'
import { createPool } from './admin.js'
import { tokensOf } from './federation.js'
import { OAUTH_CLIENT, type OAuthStarted, PKCE, startOAuth, VERIFIER } from './oauth.js'
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

/** A code of a stand-in for a verifier that the test knows, and what else an application sends for its tokens. */
async function codeAt(app: OAuthStarted, type: 'Google' | 'Facebook', changes: Record<string, string> = {}) {
  const { left } = await atSignIn(app, { identity_provider: type })
  const url = new URL(left as URL)
  for (const [name, value] of Object.entries({ ...PKCE, person: 'ada@example.com', ...changes }))
    url.searchParams.set(name, value)
  const { status, headers } = await ask(url)
  expect(status).toBe(302)
  return {
    code: new URL(headers.get('location') ?? '').searchParams.get('code') ?? '',
    code_verifier: VERIFIER,
    client_id: 'id',
    client_secret: 'secret',
    redirect_uri: url.searchParams.get('redirect_uri') ?? '',
  }
}

test('a code of a stand-in is good once, for the application, address, verifier and provider that it is for', async () => {
  const app = await startSocial()
  const exchange = (type: string, fields: Record<string, string>) => standIn(app, `${type}/token`, { fields })
  const fields = await codeAt(app, 'Google', { nonce: 'the nonce' })
  const refused = { status: 400, body: { error: 'invalid_grant' } }
  expect(await exchange('Facebook', fields)).toEqual(refused)
  for (const wrong of [
    { code: 'x' },
    { code_verifier: `${VERIFIER}x` },
    { client_id: 'other' },
    { client_secret: '' },
    { redirect_uri: 'https://other.example/' },
  ])
    expect([wrong, await exchange('Google', { ...fields, ...wrong })]).toEqual([wrong, refused])
  const { status, body } = await exchange('Google', fields)
  expect([status, decodeJwt(body.id_token ?? '')]).toEqual([
    200,
    expect.objectContaining({ aud: 'id', email: 'ada@example.com', nonce: 'the nonce' }),
  ])
  expect(await exchange('Google', fields)).toEqual(refused)
  const late = await codeAt(app, 'Facebook')
  app.server.clock.advance(300)
  expect(await exchange('Facebook', late)).toEqual(refused)
  expect((await exchange('Facebook', await codeAt(app, 'Facebook'))).status).toBe(200)
})

test('a stand-in answers requests for a code with a challenge, and no others', async () => {
  const app = await startSocial()
  const { left } = await atSignIn(app, { identity_provider: 'Google' })
  for (const path of ['authorize', 'cancel'])
    for (const [name, value] of [
      ['response_type', 'token'],
      ['code_challenge_method', 'plain'],
    ] as const) {
      const url = new URL(path, left)
      url.search = (left as URL).search
      url.searchParams.set(name, value)
      const answer = await ask(url)
      expect([path, name, answer.status, await answer.text()]).toEqual([
        path,
        name,
        400,
        expect.stringContaining('This is not a request for a stand-in'),
      ])
    }
  const unknown = new URL((left as URL).href.replace('/Google/', '/Other/'))
  expect((await ask(unknown)).status).toBe(400)
  expect((await ask(left as URL)).status).toBe(200)
})

test('a stand-in takes forms, of a size that people fill in', async () => {
  const app = await startSocial()
  const post = async (path: string, body: string, type = 'application/x-www-form-urlencoded') =>
    (
      await app.server.fetch(
        new Request(`http://localhost/_amulet/providers/Google/${path}`, {
          method: 'POST',
          headers: { 'content-type': type },
          body,
        }),
      )
    ).status
  for (const path of ['authorize', 'token', 'logins']) {
    expect([path, await post(path, '{}', 'application/json')]).toEqual([path, 405])
    expect([path, await post(path, `email=${'x'.repeat(65_536)}`)]).toEqual([path, 413])
  }
  expect(await post('token', 'code=x')).toBe(400)
})

test('a stand-in remembers fifty people, and none without an address', async () => {
  const app = await startSocial()
  const { left } = await atSignIn(app, { identity_provider: 'Google' })
  const add = async (name: string, email: string) =>
    await ask(left as URL, { method: 'POST', body: new URLSearchParams({ name, email }) })
  const people = async () =>
    [
      ...documentOf(await (await ask(left as URL)).text(), 'http://localhost').querySelectorAll('a.quiet'),
    ].map(({ textContent }) => textContent)
  await add('Without an address', ' ')
  await add(' ', ' blank@example.com ')
  expect(await people()).toEqual([
    'Ada Lovelace (ada@example.com)',
    'Grace Hopper (grace@example.com)',
    'blank@example.com',
  ])
  for (let n = 4; n <= 51; n++) await add(`Person ${n}`, `person${n}@example.com`)
  const all = await people()
  expect([all.length, all.at(-1)]).toEqual([50, 'Person 50 (person50@example.com)'])
})

test('Apple tells the name of a person who signs in, and of one who turns back nothing', async () => {
  const app = await startSocial()
  const { left } = await atSignIn(app, { identity_provider: 'SignInWithApple' })
  const fieldsOf = async (path: string, person?: string) => {
    const url = new URL(path, left)
    url.search = (left as URL).search
    if (person) url.searchParams.set('person', person)
    const { document } = new JSDOM(await (await ask(url)).text()).window
    return Object.fromEntries(
      [...document.querySelectorAll('input')].map(({ name, value }) => [name, value] as const),
    )
  }
  const state = left?.searchParams.get('state')
  const { user, ...others } = await fieldsOf('authorize', 'grace@example.com')
  expect(others).toEqual({ code: expect.any(String), state })
  expect(JSON.parse(user ?? '')).toEqual({
    name: { firstName: 'Grace', lastName: 'Hopper' },
    email: 'grace@example.com',
  })
  expect(await fieldsOf('cancel')).toEqual({
    error: 'access_denied',
    error_description: 'The user said no.',
    state,
  })
})

test('a page of another origin gets no login of a stand-in', async () => {
  const { server } = await start()
  const status = async (origin: string) =>
    (
      await server.fetch(
        new Request('http://localhost/_amulet/providers/Google/logins', {
          method: 'POST',
          headers: { origin },
          body: new URLSearchParams({ email: 'ada@example.com', client_id: 'ours' }),
        }),
      )
    ).status
  expect(await status('https://evil.example')).toBe(400)
  expect(await status('http://localhost:5173')).toBe(200)
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
