import { sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '../src/db/database.js'
import { createPool, createUser } from './admin.js'
import { openBrowser } from './browser-session.js'
import { sharedDatabase } from './fresh-database.js'
import { authorizeQuery, CALLBACK, OAUTH_CLIENT, PKCE, redeem, signInOnPage, startOAuth } from './oauth.js'
import { PASSWORD } from './start.js'

// What the pages never do.

const PATHS = [
  '/login',
  '/signup',
  '/confirm',
  '/resendcode',
  '/forgotPassword',
  '/confirmforgotPassword',
  '/login/factor',
  '/login/choose',
  '/mfa',
  '/mfa/register',
  '/changePassword',
  '/passkeys/add',
]

const RIGHT = { username: 'ada', password: PASSWORD }

test.each(PATHS)('%s leads nowhere that the client has not registered', async (path) => {
  const app = await startOAuth()
  const browser = openBrowser(app.server)
  for (const redirect_uri of [
    'https://evil.example',
    `${CALLBACK}/more`,
    `${CALLBACK}?a=b`,
    'https://app.example.com.evil.example/callback',
    'https://app.example.com/callback#x',
    'javascript:alert(1)',
  ]) {
    const query = authorizeQuery(app, { redirect_uri })
    const answers = [await browser.get(`${path}?${query}`), await browser.post(`${path}?${query}`, RIGHT)]
    for (const { status, location } of answers) {
      expect(status).toBe(302)
      expect(location).toMatch(/^\/error\?error=redirect_mismatch&/)
    }
  }
  const unknown = await browser.get(`${path}?client_id=nobody`)
  expect(unknown.location).toBe('/error?error=Client+does+not+exist')
  expect((await browser.get(unknown.location)).status).toBe(400)
})

test('the session of one pool does not sign in to another pool of the same host', async () => {
  const app = await startOAuth()
  const { UserPoolId, ClientId } = await createPool(app.admin)
  await app.admin.updateUserPoolClient({ UserPoolId, ClientId, ...OAUTH_CLIENT })
  const browser = openBrowser(app.server)
  await signInOnPage(app, PKCE, browser)
  const secret = browser.jar.get(`cognito-${app.UserPoolId}`) ?? ''
  expect(secret).not.toBe('')
  browser.jar.set(`cognito-${UserPoolId}`, secret)
  const answer = async (clientId: string) => {
    const query = authorizeQuery({ clientId }, { ...PKCE, prompt: 'none' })
    return new URL((await browser.get(`/oauth2/authorize?${query}`)).location).searchParams
  }
  expect((await answer(ClientId)).get('error')).toBe('login_required')
  expect((await answer(app.clientId)).has('code')).toBe(true)
  // Nor does the page say whose session it is.
  const page = async (clientId: string) =>
    (await browser.get(`/login?${authorizeQuery({ clientId }, PKCE)}`)).text
  expect(await page(app.clientId)).toMatch(/\bada\b/)
  expect(await page(ClientId)).not.toMatch(/\bada\b/)
})

test('a sign-out in one browser leaves the other browsers signed in', async () => {
  const app = await startOAuth()
  const [out, stays] = [openBrowser(app.server), openBrowser(app.server)]
  for (const browser of [out, stays]) await signInOnPage(app, PKCE, browser)
  const secret = [...out.jar]
  await out.get(
    `/logout?${new URLSearchParams({ client_id: app.clientId, logout_uri: 'https://app.example.com/' })}`,
  )
  // Whatever the browser has kept of it.
  for (const [name, value] of secret) out.jar.set(name, value)
  const query = authorizeQuery(app, { ...PKCE, prompt: 'none' })
  const answers = [out, stays].map(async (browser) =>
    new URL((await browser.get(`/oauth2/authorize?${query}`)).location).searchParams.has('code'),
  )
  expect(await Promise.all(answers)).toEqual([false, true])
})

test('a form without the token of this browser, or of another site, does not sign in', async () => {
  const app = await startOAuth()
  const path = `/login?${authorizeQuery(app)}`
  const browser = openBrowser(app.server)
  await browser.get(path)
  const csrf = browser.jar.get('XSRF-TOKEN') ?? ''
  const other = openBrowser(app.server)
  await other.get(path)
  for (const [fields, headers] of [
    [{}, {}],
    [{ csrf: '' }, {}],
    [{ csrf: other.jar.get('XSRF-TOKEN') ?? '' }, {}],
    [{ csrf }, { origin: 'https://evil.example' }],
    [{ csrf }, { 'sec-fetch-site': 'cross-site' }],
  ] as const) {
    const answer = await browser.post(path, { ...RIGHT, ...fields }, headers)
    expect(answer.status).toBe(403)
    expect(answer.text).toContain('This page was open for too long. Please try again.')
    expect(answer.headers.getSetCookie().join()).not.toContain('cognito')
  }
  const own = { origin: 'http://localhost', 'sec-fetch-site': 'same-origin' }
  expect((await browser.post(path, { ...RIGHT, csrf }, own)).status).toBe(302)
})

test('the token and the step of one pool or client are refused by another', async () => {
  const app = await startOAuth()
  const { UserPool } = await app.admin.createUserPool({ PoolName: 'other' })
  const { UserPoolClient } = await app.admin.createUserPoolClient({
    UserPoolId: UserPool?.Id,
    ...OAUTH_CLIENT,
  })
  const second = await app.createClient()
  const otherPool = authorizeQuery({ clientId: UserPoolClient?.ClientId ?? '' })
  const otherClient = authorizeQuery(second)
  const browser = openBrowser(app.server)
  const forgot = await browser.get(`/forgotPassword?${authorizeQuery(app)}`)
  // A long name: one such as ada may be in random characters.
  const username = 'ada-king-countess-of-lovelace'
  await createUser(app.admin, app.UserPoolId, username, { email: 'king@example.com', email_verified: 'true' })
  const reset = await browser.submit(forgot, { username })
  expect(reset.location).toMatch(/^\/confirmforgotPassword\?/)
  expect((await browser.get(reset.location)).text).toContain('Reset your password')
  const step = [...browser.jar].find(([name]) => name.startsWith('cognito-step'))?.[1] ?? ''
  for (const text of [
    step,
    ...step.split('.').map((part) => Buffer.from(part, 'base64url').toString('latin1')),
  ])
    expect(text).not.toContain(username)

  const csrf = browser.jar.get('XSRF-TOKEN') ?? ''
  expect((await browser.post(`/login?${otherPool}`, { ...RIGHT, csrf })).status).toBe(403)
  browser.jar.set(`cognito-step-${UserPool?.Id}`, step)
  for (const query of [otherPool, otherClient])
    expect((await browser.get(`/confirmforgotPassword?${query}`)).location).toMatch(/^\/forgotPassword\?/)
})

test('a page of one user does nothing for another user whose sign-in has begun since in this browser', async () => {
  const app = await startOAuth()
  const { admin, UserPoolId } = app
  for (const Username of ['bob', 'eve'])
    await admin.adminCreateUser({
      UserPoolId,
      Username,
      TemporaryPassword: PASSWORD,
      MessageAction: 'SUPPRESS',
    })
  const browser = openBrowser(app.server)
  const begin = async (username: string) => {
    const login = await browser.get(`/login?${authorizeQuery(app)}`)
    return await browser.get((await browser.submit(login, { username, password: PASSWORD })).location)
  }
  const [ofBob, ofEve] = [await begin('bob'), await begin('eve')]
  const passwords = { new_password: 'Chosen-For-Bob-1', confirm_password: 'Chosen-For-Bob-1' }
  const refused = await browser.submit(ofBob, passwords)
  expect(refused.status).toBe(403)
  expect(refused.text).toContain('This page was open for too long. Please try again.')
  expect((await admin.adminGetUser({ UserPoolId, Username: 'eve' })).UserStatus).toBe('FORCE_CHANGE_PASSWORD')
  expect((await browser.submit(ofEve, passwords)).location).toMatch(/\?code=/)
  expect((await admin.adminGetUser({ UserPoolId, Username: 'eve' })).UserStatus).toBe('CONFIRMED')
  expect((await browser.submit(await begin('bob'), passwords)).location).toMatch(/\?code=/)
})

test('a code that was sent to one user is not checked for another', async () => {
  const app = await startOAuth()
  await createUser(app.admin, app.UserPoolId, 'bob', { email: 'bob@example.com', email_verified: 'true' })
  const browser = openBrowser(app.server)
  const forget = async (username: string) => {
    const forgot = await browser.get(`/forgotPassword?${authorizeQuery(app)}`)
    return await browser.get((await browser.submit(forgot, { username })).location)
  }
  const entered = () => ({
    code: app.server.inbox.last('ada@example.com')?.code ?? '',
    new_password: 'Another-Horse-1',
    confirm_password: 'Another-Horse-1',
  })
  const ofAda = await forget('ada')
  await forget('bob')
  expect((await browser.submit(ofAda, entered())).status).toBe(403)
  await forget('ada')
  expect((await browser.submit(ofAda, entered())).location).toMatch(/\?code=/)
})

test('on the shared host, a browser can have a step under way in each pool at the same time', async () => {
  const app = await startOAuth()
  const other = await app.admin.createUserPool({ PoolName: 'other' })
  const { UserPoolClient } = await app.admin.createUserPoolClient({
    UserPoolId: other.UserPool?.Id,
    ...OAUTH_CLIENT,
    PreventUserExistenceErrors: 'ENABLED',
  })
  const browser = openBrowser(app.server)
  const ask = async (clientId: string) => {
    const forgot = await browser.get(`/forgotPassword?${authorizeQuery({ clientId })}`)
    return (await browser.submit(forgot, { username: 'ada' })).location
  }
  const first = await ask(app.clientId)
  const second = await ask(UserPoolClient?.ClientId ?? '')
  for (const location of [first, second]) expect(location).toMatch(/^\/confirmforgotPassword\?/)
  expect((await browser.get(first)).text).toContain('Reset your password')
})

test('no page has an empty paragraph', async () => {
  const app = await startOAuth()
  for (const path of ['/login', '/signup', '/forgotPassword']) {
    const { text } = await openBrowser(app.server).get(`${path}?${authorizeQuery(app)}`)
    expect(text).toContain('<form')
    expect(text).not.toMatch(/<p[^>]*>\s*<\/p>/)
  }
})

test('the page that says that the user is signed out may run its own script', async () => {
  const app = await startOAuth()
  const { body } = await redeem(app, await signInOnPage(app, { ...PKCE, scope: 'openid' }))
  const { status, headers, text } = await openBrowser(app.server).get(
    `/logout?id_token_hint=${body.id_token}`,
  )
  expect(status).toBe(200)
  expect(text.includes('<script>')).toBe(
    headers.get('content-security-policy')?.includes("script-src 'sha256-"),
  )
})

test('a page loads and runs only its own content, cannot be framed, and its forms lead only to the application', async () => {
  const app = await startOAuth()
  const browser = openBrowser(app.server)
  const { headers } = await browser.get(`/login?${authorizeQuery(app)}`)
  const policy = headers.get('content-security-policy')?.replace(/sha256-[^']+/g, 'sha256-…')
  expect(policy).toBe(
    "default-src 'none'; style-src 'sha256-…'; script-src 'sha256-…'; base-uri 'none'; form-action 'self' https://app.example.com; frame-ancestors 'none'",
  )
  expect(headers.get('x-frame-options')).toBe('DENY')
  expect(headers.get('x-content-type-options')).toBe('nosniff')
  expect(headers.get('referrer-policy')).toBe('no-referrer')
  expect(headers.get('cache-control')).toBe('no-store')
  expect(headers.get('cross-origin-opener-policy')).toBeNull()
  expect(headers.get('access-control-allow-origin')).toBeNull()
})

test('the form of an app leads to its own scheme', async () => {
  const app = await startOAuth({ client: { CallbackURLs: ['com.example.app://callback'] } })
  const query = authorizeQuery(app, { redirect_uri: 'com.example.app://callback' })
  const { headers } = await openBrowser(app.server).get(`/login?${query}`)
  expect(headers.get('content-security-policy')).toContain("form-action 'self' com.example.app:;")
})

test("a host that would break a page's policy is left out of it, and others are in it", async () => {
  const database = await sharedDatabase()
  const app = await startOAuth(database)
  const { admin, UserPoolId } = app
  const details = { client_id: 'id', client_secret: 'secret', authorize_scopes: 'openid' }
  for (const [ProviderName, host] of [
    ['Odd', 'odd.example;sandbox'],
    ['Right', 'right.example'],
  ] as const)
    await admin.createIdentityProvider({
      UserPoolId,
      ProviderName,
      ProviderType: 'OIDC',
      ProviderDetails: {
        ...details,
        oidc_issuer: 'https://issuer.example',
        authorize_url: `https://${host}/authorize`,
        token_url: 'https://issuer.example/token',
        jwks_uri: 'https://issuer.example/keys',
        attributes_url: 'https://issuer.example/me',
        attributes_request_method: 'GET',
      },
    })
  const { clientId } = await app.createClient({ SupportedIdentityProviders: ['COGNITO', 'Odd', 'Right'] })
  // Of a client that was registered before such addresses were refused.
  const odd = 'https://app.example.com;sandbox/'
  const { db } = await openDatabase(database.database)
  onTestFinished(() => db.destroy())
  await db
    .updateTable('app_clients')
    .set((client) => ({
      settings: sql<string>`replace(${client.ref('settings')}, ${CALLBACK}, ${odd})`,
    }))
    .where('id', '=', clientId)
    .execute()
  app.server.clock.advance(2)
  const query = authorizeQuery({ clientId }, { redirect_uri: odd })
  const page = await openBrowser(app.server).get(`/login?${query}`)
  expect(page.status).toBe(200)
  expect(page.headers.get('content-security-policy')).toMatch(
    /; form-action 'self' https:\/\/right\.example; frame-ancestors 'none'$/,
  )
})

test('the form of an application at an IPv6 address may lead to its scheme, because policies cannot name the address', async () => {
  const [address6, address4] = ['http://[::1]:3000/callback', 'http://127.0.0.1:3000/callback'] as const
  const app = await startOAuth({ client: { CallbackURLs: [address6, address4] } })
  const policyFor = async (redirect_uri: string) =>
    (await openBrowser(app.server).get(`/login?${authorizeQuery(app, { redirect_uri })}`)).headers.get(
      'content-security-policy',
    )
  expect(await policyFor(address6)).toContain("form-action 'self' http:;")
  expect(await policyFor(address4)).toContain("form-action 'self' http://127.0.0.1:3000;")
})

test('values of a request are escaped on the page', async () => {
  const app = await startOAuth({ client: { ClientName: 'Shop, the best' } })
  const browser = openBrowser(app.server)
  const script = '"><script>alert(1)</script>'
  const query = authorizeQuery(app, { login_hint: script, state: script, lang: script, nonce: script })
  const page = await browser.get(`/login?${query}`)
  const csrf = browser.jar.get('XSRF-TOKEN') ?? ''
  const again = await browser.post(`/login?${query}`, { csrf, username: script, password: script })
  const error = await browser.get(`/error?${new URLSearchParams({ error: script, lang: script })}`)
  for (const { text } of [page, again, error]) expect(text).not.toContain('<script>alert')
  expect(page.text).toContain('&quot;&gt;&lt;script&gt;')
})

test('cookies are for this host only, and need https where the page came over it', async () => {
  const app = await startOAuth()
  const plain = openBrowser(app.server)
  const cookies = async (browser: typeof plain) =>
    (await browser.get(`/login?${authorizeQuery(app, { lang: 'de' })}`)).headers.getSetCookie()
  const first = await cookies(plain)
  expect(first.map((cookie) => cookie.split('=')[0])).toEqual(expect.arrayContaining(['XSRF-TOKEN', 'lang']))
  for (const cookie of first) {
    expect(cookie).toContain('HttpOnly')
    expect(cookie).toContain('SameSite=Lax')
    expect(cookie).not.toContain('Secure')
  }
})

test('with https, only cookies of this host are accepted, and not those of a sibling host', async () => {
  const app = await startOAuth()
  await app.admin.createUserPoolDomain({ UserPoolId: app.UserPoolId, Domain: 'birch' })
  for (const origin of ['https://birch.localhost:9230', 'https://localhost:9230']) {
    const lines: string[] = []
    const server = {
      async fetch(request: Request) {
        const response = await app.server.fetch(request)
        lines.push(...response.headers.getSetCookie())
        return response
      },
    }
    const silently = async (browser: ReturnType<typeof openBrowser>) =>
      new URL((await browser.get(`/oauth2/authorize?${authorizeQuery(app, { prompt: 'none' })}`)).location)
        .searchParams
    const attacker = openBrowser(server, origin)
    await signInOnPage(app, { lang: 'de' }, attacker)
    expect((await silently(attacker)).has('code')).toBe(true)
    const forgot = await attacker.get(`/forgotPassword?${authorizeQuery(app)}`)
    await attacker.submit(forgot, { username: 'ada' })

    const names = lines.map((line) => line.split('=')[0] ?? '')
    expect(new Set(names.map((name) => name.replace(/(?<=cognito.*)-us-east-1_\w+$/, '')))).toEqual(
      new Set(['XSRF-TOKEN', '__Host-lang', '__Host-cognito', '__Host-cognito-step']),
    )
    for (const line of lines) {
      expect(line).toMatch(/; Secure(;|$)/)
      expect(line).toMatch(/; Path=\/(;|$)/)
      expect(line).not.toMatch(/; Domain=/i)
    }

    // What another host sets for the domain that both are of cannot have the prefix.
    const victim = openBrowser(app.server, origin)
    for (const [name, value] of attacker.jar) victim.jar.set(name.replace('__Host-', ''), value)
    expect((await silently(victim)).get('error')).toBe('login_required')
    expect((await victim.get(`/confirmforgotPassword?${authorizeQuery(app)}`)).location).toMatch(
      /^\/forgotPassword\?/,
    )
  }
})

test('only a user who has signed in in this browser can add a passkey', async () => {
  const app = await startOAuth()
  const browser = openBrowser(app.server)
  const { location } = await browser.get(`/passkeys/add?${authorizeQuery(app)}`)
  expect(location).toBe(`${CALLBACK}?result=invalid_session`)
})

test('a user who has just signed in may leave the page that adds a passkey', async () => {
  const app = await startOAuth()
  const browser = openBrowser(app.server)
  await signInOnPage(app, {}, browser)
  const csrf = browser.jar.get('XSRF-TOKEN') ?? ''
  const { location } = await browser.post(`/passkeys/add?${authorizeQuery(app)}`, { csrf, skip: '1' })
  expect(location).toBe(`${CALLBACK}?result=cancelled`)
})

test('a client for users of providers only has no password sign-in, and no page for one', async () => {
  const app = await startOAuth()
  await app.admin.createIdentityProvider({
    UserPoolId: app.UserPoolId,
    ProviderName: 'Contoso',
    ProviderType: 'OIDC',
    ProviderDetails: {
      client_id: 'id',
      client_secret: 'secret',
      authorize_scopes: 'openid',
      oidc_issuer: 'https://contoso.example',
      attributes_request_method: 'GET',
      authorize_url: 'https://contoso.example/authorize',
      token_url: 'https://contoso.example/token',
      attributes_url: 'https://contoso.example/userinfo',
      jwks_uri: 'https://contoso.example/keys',
    },
  })
  const { clientId } = await app.createClient({ SupportedIdentityProviders: ['Contoso'] })
  const query = authorizeQuery({ clientId })
  const browser = openBrowser(app.server)
  const page = await browser.get(`/login?${query}`)
  expect(page.text).toContain('Continue with Contoso')
  expect(page.text).not.toContain('type="password"')
  const csrf = browser.jar.get('XSRF-TOKEN') ?? ''
  expect((await browser.post(`/login?${query}`, { ...RIGHT, csrf })).status).toBe(200)
  for (const path of ['/signup', '/forgotPassword', '/mfa']) {
    expect((await browser.get(`${path}?${query}`)).location).toMatch(/^\/login\?client_id=/)
    expect((await browser.post(`${path}?${query}`, { ...RIGHT, csrf })).location).toMatch(
      /^\/login\?client_id=/,
    )
  }
})

const ODD = ['', ' ', '\0', 'a'.repeat(3000), '\ud800', '{"a":1}', '%00', '🦊'.repeat(200), '__proto__', '-1']
const FIELDS = [
  ...['username', 'password', 'code', 'new_password', 'confirm_password', 'choice', 'email', 'phone_number'],
  ...['credential', 'session', 'requiredAttributes[email]', 'userAttributes[given_name]', 'skip'],
]

test.each(PATHS)('%s treats odd fields as wrong ones', async (path) => {
  const app = await startOAuth({ pool: { Schema: [{ Name: 'email', Required: true }] } })
  const browser = openBrowser(app.server)
  const query = authorizeQuery(app)
  // A step for the pages that need one.
  await browser.submit(await browser.get(`/forgotPassword?${query}`), { username: 'ada' })
  const csrf = browser.jar.get('XSRF-TOKEN') ?? ''
  for (const odd of ODD) {
    const all = Object.fromEntries(FIELDS.map((name) => [name, odd]))
    const { credential: _, skip: __, ...plain } = all
    for (const fields of [all, plain, { username: odd }, { username: 'ada', password: odd }]) {
      const { status } = await browser.post(`${path}?${query}`, { csrf, ...fields })
      expect(status).toBeLessThan(500)
    }
    const { status } = await browser.get(`${path}?${query}&${new URLSearchParams({ lang: odd })}`)
    expect(status).toBeLessThan(500)
    browser.jar.set(`cognito-step-${app.UserPoolId}`, odd.replace(/[^!-~]/g, 'x'))
    expect((await browser.get(`${path}?${query}`)).status).toBeLessThan(500)
  }
})

test('the choice not to add a passkey is remembered in a cookie of this host only', async () => {
  const app = await startOAuth({
    pool: { Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'WEB_AUTHN'] } } },
    client: { ExplicitAuthFlows: ['ALLOW_USER_AUTH'] },
  })
  const { admin, UserPoolId } = app
  await admin.createUserPoolDomain({ UserPoolId, Domain: 'birch', ManagedLoginVersion: 2 })
  const WebAuthnConfiguration = { RelyingPartyId: 'birch.localhost', UserVerification: 'preferred' } as const
  await admin.setUserPoolMfaConfig({ UserPoolId, WebAuthnConfiguration })
  const browser = openBrowser(app.server, 'https://birch.localhost:9230')
  browser.jar.set('can-make-passkeys', '1')
  const signIn = async () => {
    const begun = await browser.submit(await browser.get(`/login?${authorizeQuery(app)}`), {
      username: 'ada',
    })
    const page = await browser.get(begun.location)
    return await browser.submit(page, { username: 'ada', password: PASSWORD })
  }
  const offered = await signIn()
  expect(offered.location).toMatch(/^\/passkeys\/offer\?/)
  const csrf = browser.jar.get('XSRF-TOKEN') ?? ''
  const refused = await browser.post(offered.location, { csrf, skip: '' })
  expect(refused.headers.getSetCookie()).toContainEqual(
    expect.stringMatching(/^__Host-no-passkey=[\w-]{16}; Max-Age=31536000; /),
  )
  expect(browser.jar.has('__Host-no-passkey')).toBe(true)
  expect((await signIn()).location).toContain('code=')
})

test('declining a passkey continues as the user to whom it was offered, not as one who has signed in since', async () => {
  const app = await startOAuth({
    pool: { Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'WEB_AUTHN'] } } },
    client: { ExplicitAuthFlows: ['ALLOW_USER_AUTH'] },
  })
  const { admin, UserPoolId } = app
  await createUser(admin, UserPoolId, 'bob')
  await admin.setUserPoolMfaConfig({ UserPoolId, WebAuthnConfiguration: { RelyingPartyId: 'localhost' } })
  await admin.createManagedLoginBranding({
    UserPoolId,
    ClientId: app.clientId,
    UseCognitoProvidedValues: true,
  })
  const browser = openBrowser(app.server)
  browser.jar.set('can-make-passkeys', '1')
  const offer = async (username: string) => {
    const login = await browser.get(`/login?${authorizeQuery(app)}&prompt=login`)
    const { location } = await browser.submit(login, { username, password: PASSWORD })
    return { location, page: await browser.get(location) }
  }
  const toAda = await offer('ada')
  expect(toAda.location).toMatch(/^\/passkeys\/offer\?/)
  await offer('bob')
  const late = await browser.submit(toAda.page, { skip: '1' })
  expect([late.status, late.location]).toEqual([200, ''])
  expect(late.text).toContain('This page was open for too long. Please try again.')
  expect(late.headers.getSetCookie().join()).not.toContain('no-passkey')
  expect((await browser.submit(late, { skip: '1' })).location).toMatch(/^\/oauth2\/authorize\?/)
})

test('the passkey page leads back to an address in the form that a header can contain', async () => {
  const redirect_uri = 'https://app.example.com/☃?a=b'
  const app = await startOAuth({ client: { CallbackURLs: [redirect_uri] } })
  const { status, location } = await openBrowser(app.server).get(
    `/passkeys/add?${authorizeQuery(app, { redirect_uri })}`,
  )
  expect([status, location]).toEqual([302, 'https://app.example.com/%E2%98%83?a=b&result=invalid_session'])
})

test('a user adds a passkey right after signing in, also at a client that accepts no session', async () => {
  const app = await startOAuth({
    pool: { Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'WEB_AUTHN'] } } },
  })
  const { UserPoolId, clientId: ClientId } = app
  await app.admin.setUserPoolMfaConfig({
    UserPoolId,
    WebAuthnConfiguration: { RelyingPartyId: 'localhost', UserVerification: 'preferred' },
  })
  const SSOSession = { MaxValidityMinutes: 0 }
  await app.admin.setUserPoolClientSessionConfiguration({ UserPoolId, ClientId, SSOSession })
  const browser = openBrowser(app.server)
  await signInOnPage(app, {}, browser)
  const silent = await browser.get(`/oauth2/authorize?${authorizeQuery(app, { prompt: 'none' })}`)
  expect(silent.location).toContain('error=login_required')

  const path = `/passkeys/add?${authorizeQuery(app)}`
  const page = await browser.get(path)
  expect([page.status, page.text]).toEqual([200, expect.stringContaining('Set up sign-in with a passkey')])
  app.server.clock.advance(300)
  expect((await browser.get(path)).location).toBe(`${CALLBACK}?result=invalid_session`)
})

test('where passkeys cannot be added, the page says so', async () => {
  const app = await startOAuth()
  const browser = openBrowser(app.server)
  const query = authorizeQuery(app)
  await browser.submit(await browser.get(`/login?${query}`), RIGHT)
  const { status, text } = await browser.get(`/passkeys/add?${query}`)
  expect(status).toBe(400)
  expect(text).toContain('WebAuthn not enabled for this pool.')
})

test('a name that is too long is wrong, and is not kept in a cookie', async () => {
  const app = await startOAuth({
    client: { ExplicitAuthFlows: ['ALLOW_USER_AUTH'], PreventUserExistenceErrors: 'ENABLED' },
  })
  const path = `/login?${authorizeQuery(app)}`
  const browser = openBrowser(app.server)
  await browser.get(path)
  const csrf = browser.jar.get('XSRF-TOKEN') ?? ''
  const post = (username: string) => browser.post(path, { csrf, username })
  const long = await post('x'.repeat(20_000))
  expect(long.status).toBe(200)
  expect(long.text).toContain('Incorrect username or password.')
  expect(long.headers.getSetCookie().join('').length).toBeLessThan(1000)
  expect((await post('x'.repeat(128))).location).toMatch(/^\/login\/factor\?/)
})

test('a function’s refusal of tokens to a signed-in browser is reported to the application', async () => {
  let isRefusing = false
  const app = await startOAuth({
    pool: {
      LambdaConfig: { PreTokenGeneration: 'arn:aws:lambda:us-east-1:000000000000:function:tokens' },
    },
    functions: {
      async tokens(event) {
        if (isRefusing) throw new Error('Not today.')
        return event
      },
    },
  })
  const browser = openBrowser(app.server)
  await signInOnPage(app, {}, browser)
  const again = () => browser.get(`/oauth2/authorize?${authorizeQuery(app, { response_type: 'token' })}`)
  expect(new URL((await again()).location).hash).toContain('access_token=')
  isRefusing = true
  const refused = await again()
  expect(refused.status).toBe(302)
  const answer = new URLSearchParams(new URL(refused.location).hash.slice(1))
  expect(answer.get('error')).toBe('invalid_request')
  expect(answer.get('error_description')).toContain('Not today.')
  expect(answer.get('state')).toBe('the state')
})

test.each([true, false])(
  'a reset signs the browser out at the domain (sessions of applications are kept: %s)',
  async (keepSessionsOnPasswordChange) => {
    const app = await startOAuth({ keepSessionsOnPasswordChange })
    const browser = openBrowser(app.server)
    await signInOnPage(app, {}, browser)
    const begin = async () => (await browser.get(`/oauth2/authorize?${authorizeQuery(app)}`)).location
    expect(await begin()).toContain('code=')
    await app.admin.adminUserGlobalSignOut({ UserPoolId: app.UserPoolId, Username: 'ada' })
    expect(await begin()).toContain('code=')
    await app.admin.adminResetUserPassword({ UserPoolId: app.UserPoolId, Username: 'ada' })
    expect(await begin()).toMatch(/^\/login\?/)
  },
)

test('other methods and bodies other than forms are refused', async () => {
  const app = await startOAuth()
  const url = `http://localhost/login?${authorizeQuery(app)}`
  const post = (body: string, type: string) =>
    app.server.fetch(new Request(url, { method: 'POST', body, headers: { 'content-type': type } }))
  expect((await post('{}', 'application/json')).status).toBe(405)
  expect((await post('a='.padEnd(70_000, 'a'), 'application/x-www-form-urlencoded')).status).toBe(413)
})
