import type { AuditEntry, ServerOptions } from '@amulet/server'
import { addPasskey, createPasskey } from '@amulet/server/testing'
import { JSDOM } from 'jsdom'
import { expect, test } from 'vitest'
import { createUser } from './admin.js'
import { openBrowser } from './browser-session.js'
import { failStatement } from './fail-statement.js'
import { authorizeQuery, startOAuth } from './oauth.js'
import { atSignIn, type PageUser, pageUser } from './page-user.js'
import { PASSWORD } from './start.js'

// Where a sign-in goes on the pages by what the user has, and what faults of the server are on them.

const PASSWORDLESS = {
  pool: {
    Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP', 'SMS_OTP'] } },
    AutoVerifiedAttributes: ['email', 'phone_number'],
  },
  client: { ExplicitAuthFlows: ['ALLOW_USER_AUTH'] },
} satisfies Parameters<typeof startOAuth>[0]

/** A pool with a user without a password. */
async function startWithout(attributes: Readonly<Record<string, string>>, audit?: ServerOptions['audit']) {
  const app = await startOAuth({ ...PASSWORDLESS, ...(audit && { audit }) })
  await app.admin.adminCreateUser({
    UserPoolId: app.UserPoolId,
    Username: 'grace',
    MessageAction: 'SUPPRESS',
    UserAttributes: Object.entries(attributes).map(([Name, Value]) => ({ Name, Value })),
  })
  return app
}

const EMAIL = { email: 'grace@example.com', email_verified: 'true' }
const PHONE = { phone_number: '+14155550123', phone_number_verified: 'true' }

test('a user who has only codes to choose from chooses one, and is not asked for a password', async () => {
  const app = await startWithout({ ...EMAIL, ...PHONE })
  const user = await atSignIn(app)
  await user.submit('Next', { Username: 'grace' })
  expect(user.title()).toBe('Choose a sign-in method')
  expect(user.has('Password')).toBe(false)
  await user.submit('Continue', { 'Email one-time password': 'on' })
  expect([user.title(), user.alert()]).toEqual(['Check your email', undefined])
  const code = app.server.inbox.last('grace@example.com')?.code ?? ''
  await user.submit('Continue', { 'Verification code': code })
  expect(user.left?.searchParams.has('code')).toBe(true)
})

test('a user who has one code and no password gets it after entering the name', async () => {
  const app = await startWithout(EMAIL)
  const user = await atSignIn(app)
  await user.submit('Next', { Username: 'grace' })
  expect(user.title()).toBe('Check your email')
  expect(user.has('Try another way')).toBe(false)
  const code = app.server.inbox.last('grace@example.com')?.code ?? ''
  await user.submit('Continue', { 'Verification code': code })
  expect(user.left?.searchParams.has('code')).toBe(true)
  // Users with a password are asked for it first.
  const ada = await atSignIn(app)
  await ada.submit('Next', { Username: 'ada' })
  expect(ada.title()).toBe('Enter your password')
  expect(app.server.inbox.last('ada@example.com')?.code).toBeUndefined()
})

test('a fault of the server is reported as one on each page, and not as a mistake of the user', async () => {
  const causes: unknown[] = []
  const app = await startOAuth({
    warn: () => {},
    log: ({ cause }) => causes.push(cause),
    pool: { AutoVerifiedAttributes: ['email'], Schema: [{ Name: 'email', Required: true }] },
    client: { ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'] },
  })
  const faultOf = async (beginning: RegExp, act: () => Promise<{ status: number }>) => {
    const end = failStatement(beginning)
    causes.length = 0
    const { status } = await act()
    end()
    expect(causes.flatMap((cause) => (cause instanceof Error ? [cause.message] : []))).toEqual([
      'The database is out of reach.',
    ])
    return status
  }
  const browser = openBrowser(app.server)
  const page = (path: string) => browser.get(`${path}?${authorizeQuery(app)}`)
  const WRITES = /^(insert into|update|delete from)/
  const login = await page('/login')
  expect(await faultOf(WRITES, () => browser.submit(login, { username: 'ada', password: PASSWORD }))).toBe(
    500,
  )
  const signUp = await page('/signup')
  const entered = { username: 'grace', password: PASSWORD, 'requiredAttributes[email]': 'grace@example.com' }
  const passwords = { confirm_password: PASSWORD, new_password: PASSWORD }
  expect(await faultOf(WRITES, () => browser.submit(signUp, { ...entered, ...passwords }))).toBe(500)
  const forgot = await page('/forgotPassword')
  expect(await faultOf(WRITES, () => browser.submit(forgot, { username: 'ada' }))).toBe(500)
  const sent = await browser.submit(forgot, { username: 'ada' })
  const reset = await browser.get(sent.location)
  const code = app.server.inbox.last('ada@example.com')?.code ?? ''
  expect(await faultOf(WRITES, () => browser.submit(reset, { code, ...passwords }))).toBe(500)
  // All of it goes on once the database is there again.
  expect((await browser.submit(login, { username: 'ada', password: PASSWORD })).location).toMatch(/[?&]code=/)
})

test('the page says that a code is new when it was requested again, and not for another user', async () => {
  const app = await startOAuth()
  await app.admin.adminCreateUser({
    UserPoolId: app.UserPoolId,
    Username: 'grace',
    MessageAction: 'SUPPRESS',
    UserAttributes: [
      { Name: 'email', Value: 'grace@example.com' },
      { Name: 'email_verified', Value: 'true' },
    ],
  })
  await app.admin.adminSetUserPassword({
    UserPoolId: app.UserPoolId,
    Username: 'grace',
    Password: PASSWORD,
    Permanent: true,
  })
  const browser = openBrowser(app.server)
  const ask = async (username: string) => {
    const forgot = await browser.get(`/forgotPassword?${authorizeQuery(app)}`)
    const { location } = await browser.submit(forgot, { username })
    return (await browser.get(location)).text.includes('We sent a new code.')
  }
  expect([await ask('ada'), await ask('ada'), await ask('grace'), await ask('ada')]).toEqual([
    false,
    true,
    false,
    false,
  ])
})

test('a language that the browser refuses is not used', async () => {
  const app = await startOAuth()
  const language = async (header: string) => {
    const { text } = await openBrowser(app.server).get(`/login?${authorizeQuery(app)}`, {
      'accept-language': header,
    })
    return /<html[^>]* lang="([^"]*)"/.exec(text)?.[1]
  }
  expect(await language('de;q=0, fr;q=0.5')).toBe('fr')
  expect(await language('de;q=0')).toBe('en')
  expect(await language('de;q=0.001')).toBe('de')
  expect(await language('fr;q=0.4, ja;q=0.5')).toBe('ja')
  expect(await language('xx, es;q=0.1')).toBe('es')
})

test('the domain of a pool signs out its own users, and not those of another pool', async () => {
  const app = await startOAuth()
  const { UserPool } = await app.admin.createUserPool({ PoolName: 'other' })
  await app.admin.createUserPoolDomain({ UserPoolId: UserPool?.Id, Domain: 'other' })
  await app.admin.createUserPoolDomain({ UserPoolId: app.UserPoolId, Domain: 'own' })
  const query = new URLSearchParams({ client_id: app.clientId, logout_uri: 'https://app.example.com/' })
  const at = async (domain: string) =>
    (await openBrowser(app.server, `http://${domain}.localhost`).get(`/logout?${query}`)).location
  expect(await at('own')).toBe('https://app.example.com/')
  expect(await at('other')).toMatch(/error=unauthorized_client$/)
})

test('each provider has its icon from the branding, or its own', async () => {
  const app = await startOAuth()
  const { admin, UserPoolId, clientId: ClientId } = app
  for (const name of ['Google', 'LoginWithAmazon', 'Facebook'] as const)
    await admin.createIdentityProvider({
      UserPoolId,
      ProviderName: name,
      ProviderType: name,
      ProviderDetails: { client_id: 'id', client_secret: 'secret', authorize_scopes: 'profile' },
    })
  const { clientId } = await app.createClient({
    SupportedIdentityProviders: ['COGNITO', 'Google', 'LoginWithAmazon', 'Facebook'],
  })
  expect(clientId).not.toBe(ClientId)
  await admin.createUserPoolDomain({ UserPoolId, Domain: 'shop', ManagedLoginVersion: 2 })
  const svg = (id: string) => Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" id="${id}"/>`)
  const icon = (ResourceId: string) =>
    ({
      Category: 'IDP_BUTTON_ICON',
      ColorMode: 'LIGHT',
      Extension: 'SVG',
      ResourceId,
      Bytes: svg(ResourceId),
    }) as const
  await admin.createManagedLoginBranding({
    UserPoolId,
    ClientId: clientId,
    Settings: { categories: { auth: { federation: { order: ['LoginWithAmazon'] } } } } as never,
    Assets: [{ ...icon('Facebook'), Category: 'FORM_LOGO' }, icon('LoginWithAmazon'), icon('Google')],
  })
  const user = pageUser(app)
  await user.open(`/login?${authorizeQuery({ clientId })}`)
  const forms = user.page.text.split('name="identity_provider" value="').slice(1)
  const shown = []
  for (const form of forms) {
    const [, name = ''] = /^(\w+)"/.exec(form) ?? []
    const path = /<img[^>]* src="([^"]*)"/.exec(form.split('</form>')[0] ?? '')?.[1]
    const image = path === undefined ? '' : (await user.browser.get(path)).text
    shown.push([name, / id="(\w+)"/.exec(image)?.[1]])
  }
  // In the order of the branding, and those that it does not name after them.
  expect(shown).toEqual([
    ['LoginWithAmazon', 'LoginWithAmazon'],
    ['Facebook', undefined],
    ['Google', 'Google'],
  ])
})

test('the session cookie is named by the pool where pools share a host, and as in the service on a domain of its own', async () => {
  const app = await startOAuth()
  await app.admin.createUserPoolDomain({ UserPoolId: app.UserPoolId, Domain: 'own' })
  for (const [origin, name] of [
    ['http://localhost', `cognito-${app.UserPoolId}`],
    ['http://own.localhost', 'cognito'],
  ] as const) {
    const user = pageUser(app, origin)
    await user.open(`/login?${authorizeQuery(app)}`)
    await user.submit('Sign in', { Username: 'ada', Password: PASSWORD })
    expect(user.left?.searchParams.has('code')).toBe(true)
    expect([...user.browser.jar.keys()]).toContain(name)
  }
})

test('a password alone is not a choice, however a program sends it', async () => {
  const app = await startOAuth({
    client: { ExplicitAuthFlows: ['ALLOW_USER_AUTH', 'ALLOW_USER_SRP_AUTH', 'ALLOW_USER_PASSWORD_AUTH'] },
  })
  const user = await atSignIn(app)
  await user.submit('Next', { Username: 'ada' })
  expect(user.title()).toBe('Enter your password')
  expect(user.has('Try another way')).toBe(false)
  await user.submit('Continue', { Password: PASSWORD })
  expect(user.left?.searchParams.has('code')).toBe(true)
})

test('while developing, the log says why a browser is sent to the error page or back', async () => {
  const reasons: (string | undefined)[] = []
  const app = await startOAuth({ log: ({ reason }) => reasons.push(reason) })
  const browser = openBrowser(app.server)
  for (const parameters of [{ redirect_uri: 'https://evil.example' }, { scope: 'unknown' }]) {
    reasons.length = 0
    await browser.get(`/oauth2/authorize?${authorizeQuery(app, parameters)}`)
    expect(reasons).toEqual([expect.stringMatching(/./)])
  }
})

test('a user with only a phone number gets the code there, and a wrong one is reported at its field', async () => {
  const app = await startWithout(PHONE)
  const user = await atSignIn(app)
  await user.submit('Next', { Username: 'grace' })
  expect(user.title()).toBe('Check your phone')
  expect(user.text()).toContain('It expires in 3 minutes.')
  await user.submit('Continue', { 'Verification code': '000000' })
  expect(user.errorOf('Verification code')).toBe('Invalid verification code provided, please try again.')
  expect(user.alert()).toBeUndefined()
  const code = app.server.inbox.last('+14155550123')?.code ?? ''
  await user.submit('Continue', { 'Verification code': code })
  expect(user.left?.searchParams.has('code')).toBe(true)
})

/** A pool whose users may sign in with a passkey, and the passkey of one of them. */
async function startWithPasskey(
  username: string,
  AllowedFirstAuthFactors: ('PASSWORD' | 'WEB_AUTHN' | 'EMAIL_OTP')[],
) {
  const pool = { Policies: { SignInPolicy: { AllowedFirstAuthFactors } } }
  const app = await startOAuth({ ...PASSWORDLESS, pool })
  const { admin, UserPoolId } = app
  await admin.setUserPoolMfaConfig({ UserPoolId, WebAuthnConfiguration: { RelyingPartyId: 'localhost' } })
  // Without an address, and with no password.
  if (username !== 'ada')
    await admin.adminCreateUser({ UserPoolId, Username: username, MessageAction: 'SUPPRESS' })
  const passkey = createPasskey({ origin: 'http://localhost' })
  await addPasskey(app.server, username, passkey, { userPoolId: UserPoolId })
  const credentialFor = ({ page }: PageUser) => {
    const form = new JSDOM(page.text).window.document.querySelector('form[data-passkey]')
    return JSON.stringify(passkey.get(JSON.parse(form?.getAttribute('data-passkey') ?? '')))
  }
  return { ...app, credentialFor }
}

test('a user who chooses the passkey signs in with it, or takes another way', async () => {
  const app = await startWithPasskey('ada', ['PASSWORD', 'WEB_AUTHN'])
  const user = await atSignIn(app)
  await user.submit('Next', { Username: 'ada' })
  expect(user.title()).toBe('Enter your password')
  const choose = async () => {
    await user.follow('Try another way')
    await user.submit('Continue', { Passkey: 'on' })
    expect(user.title()).toBe('Use your passkey')
  }
  await user.follow('Try another way')
  await user.submit('Continue', { Password: 'on' })
  expect(user.title()).toBe('Enter your password')
  await choose()
  const wrong = await user.browser.submit(user.page, { credential: '{}' })
  expect([wrong.status, wrong.text]).toEqual([200, expect.stringContaining('role="alert"')])
  expect(wrong.text).toContain('Choose a sign-in method')
  await user.follow('Start over')
  await user.submit('Next', { Username: 'ada' })
  await choose()
  expect(user.has('Try another way')).toBe(true)
  const { location } = await user.browser.submit(user.page, { credential: app.credentialFor(user) })
  expect(location).toMatch(/[?&]code=/)
})

test('a user with only a passkey is offered no other way', async () => {
  const app = await startWithPasskey('grace', ['PASSWORD', 'WEB_AUTHN', 'EMAIL_OTP'])
  const user = await atSignIn(app)
  await user.submit('Next', { Username: 'grace' })
  await user.submit('Continue', { Passkey: 'on' })
  expect(user.title()).toBe('Use your passkey')
  expect(user.has('Try another way')).toBe(false)
  const { location } = await user.browser.submit(user.page, { credential: app.credentialFor(user) })
  expect(location).toMatch(/[?&]code=/)
})

test('a choice that was not offered is refused', async () => {
  const app = await startWithout({ ...EMAIL, ...PHONE })
  const user = await atSignIn(app)
  await user.submit('Next', { Username: 'grace' })
  await user.post({ choice: 'EMAIL_OTP' })
  expect(user.title()).toBe('Choose a sign-in method')
  expect(user.alert()).toMatch(/is not one of the challenges that were offered\.$/)
  await user.open(user.path.replace('/login/factor', '/login/choose'))
  for (const choice of ['WEB_AUTHN', 'toString']) {
    await user.post({ choice })
    expect(user.title()).toBe('Choose a sign-in method')
    expect(user.alert()).toBe(`${choice} is not one of the challenges that were offered.`)
  }
  await user.submit('Continue', { 'Text message one-time password': 'on' })
  expect(user.title()).toBe('Check your phone')
})

test('a user of another directory is migrated with the password after the name', async () => {
  const asked: string[] = []
  const app = await startOAuth({
    pool: { LambdaConfig: { UserMigration: 'arn:aws:lambda:us-east-1:000000000000:function:migrate' } },
    client: { ExplicitAuthFlows: ['ALLOW_USER_AUTH'], PreventUserExistenceErrors: 'ENABLED' },
    functions: {
      async migrate(event) {
        asked.push(event.userName)
        if (event.userName !== 'bob' || event.request.password !== PASSWORD) return event
        return { ...event, response: { userAttributes: { name: 'Bob' }, finalUserStatus: 'CONFIRMED' } }
      },
    },
  })
  const user = await atSignIn(app)
  await user.submit('Next', { Username: 'bob' })
  expect(user.title()).toBe('Enter your password')
  await user.submit('Continue', { Password: 'Wrong-Horse-1' })
  expect(user.alert()).toBe('Incorrect username or password.')
  await user.submit('Continue', { Password: PASSWORD })
  expect(user.left?.searchParams.has('code')).toBe(true)
  expect(asked).toEqual(['bob', 'bob'])
})

/** Turns second factors on, for the pool and for `ada` those that are named. */
async function withSecondFactors(
  factors: readonly ('sms' | 'email')[],
  options: Parameters<typeof startOAuth>[0] = {},
) {
  const app = await startOAuth(options)
  const { UserPoolId, admin } = app
  const set = (MfaConfiguration: 'ON' | 'OPTIONAL', hasApps = true) =>
    admin.setUserPoolMfaConfig({
      UserPoolId,
      MfaConfiguration,
      SmsMfaConfiguration: { SmsConfiguration: { SnsCallerArn: 'arn:aws:iam::000000000000:role/sns' } },
      EmailMfaConfiguration: {},
      SoftwareTokenMfaConfiguration: { Enabled: hasApps },
    })
  await set('OPTIONAL')
  await admin.adminUpdateUserAttributes({
    UserPoolId,
    Username: 'ada',
    UserAttributes: Object.entries(PHONE).map(([Name, Value]) => ({ Name, Value })),
  })
  await admin.adminSetUserMFAPreference({
    UserPoolId,
    Username: 'ada',
    ...(factors.includes('sms') && { SMSMfaSettings: { Enabled: true } }),
    ...(factors.includes('email') && { EmailMfaSettings: { Enabled: true } }),
  })
  return { ...app, set }
}

test('a second factor that was not offered is refused at the choice, which mentions no earlier code', async () => {
  const app = await withSecondFactors(['sms', 'email'])
  const user = await atSignIn(app)
  await user.submit('Sign in', { Username: 'ada', Password: PASSWORD })
  const title = 'Choose how to verify that it is you'
  for (const [choice, name] of [
    ['totp', 'SOFTWARE_TOKEN_MFA'],
    ['none', ''],
  ] as const) {
    await user.post({ choice })
    expect(user.title()).toBe(title)
    expect(user.alert()).toBe(`${name} is not one of the MFA methods that were offered.`)
  }
  await user.submit('Continue', { Email: 'on' })
  await user.submit('Send a new code')
  expect(user.alert()).toBe('We sent a new code.')
  await user.submit('Try another way')
  expect([user.title(), user.alert()]).toEqual([title, undefined])
})

test('a phone number is set up as second factor, and an app cannot be where the pool no longer allows apps', async () => {
  const app = await withSecondFactors([])
  await app.set('ON')
  await createUser(app.admin, app.UserPoolId, 'bob')
  const user = await atSignIn(app)
  await user.submit('Sign in', { Username: 'bob', Password: PASSWORD })
  expect(user.title()).toBe('Set up two-step verification')
  await app.set('ON', false)
  await user.submit('Continue', { 'Authenticator app': 'on' })
  expect(user.title()).toBe('Set up two-step verification')
  expect(user.alert()).toBe('Software Token MFA has not been enabled by the userPool')
  await user.submit('Continue', { 'Text message': 'on' })
  expect(user.title()).toBe('Add your phone number')
  await user.submit('Continue', { 'Phone number': '+14155550199' })
  expect(user.title()).toBe('Check your phone')
  const code = app.server.inbox.last('+14155550199')?.code ?? ''
  await user.submit('Continue', { 'Verification code': code })
  expect(user.left?.searchParams.has('code')).toBe(true)
})

test('requests for codes on a page are in the audit, also where they are chosen or repeated', async () => {
  const audit: AuditEntry[] = []
  const app = await withSecondFactors(['sms', 'email'], { audit: (entry) => audit.push(entry) })
  const asked = () => audit.splice(0).map(({ outcome, challenge }) => [outcome, challenge])
  const user = await atSignIn(app)
  asked()
  await user.submit('Sign in', { Username: 'ada', Password: PASSWORD })
  await user.submit('Continue', { Email: 'on' })
  await user.submit('Send a new code')
  expect(asked()).toEqual([
    ['challenge', 'SELECT_MFA_TYPE'],
    ['challenge', 'EMAIL_OTP'],
    ['challenge', 'EMAIL_OTP'],
  ])
  const first = await startWithout({ ...EMAIL, ...PHONE }, (entry) => audit.push(entry))
  const grace = await atSignIn(first)
  asked()
  await grace.submit('Next', { Username: 'grace' })
  await grace.submit('Continue', { 'Email one-time password': 'on' })
  expect(asked()).toEqual([
    ['challenge', 'SELECT_CHALLENGE'],
    ['challenge', 'EMAIL_OTP'],
  ])
})

test('an answer to another step than the browser’s leads to the present step, and changes nothing', async () => {
  const app = await withSecondFactors(['email'])
  const query = authorizeQuery(app)
  const user = pageUser(app)
  const paths = ['/login/factor', '/login/choose', '/mfa', '/mfa/register', '/changePassword', '/confirm']
  for (const path of [...paths, '/resendcode', '/confirmforgotPassword']) {
    await user.open(`/login?${query}`)
    const csrf = user.browser.jar.get('XSRF-TOKEN') ?? ''
    const { status, location } = await user.browser.post(`${path}?${query}`, { csrf, choice: 'email' })
    const begins = path === '/confirmforgotPassword' ? '/forgotPassword' : '/login'
    expect([path, status, location.split('?')[0]]).toEqual([path, 302, begins])
    await user.open(`/login?${query}`)
    expect(user.alert()).toBeUndefined()
  }
  await user.submit('Sign in', { Username: 'ada', Password: PASSWORD })
  const csrf = user.browser.jar.get('XSRF-TOKEN') ?? ''
  const sent = app.server.inbox.list().length
  for (const path of paths.filter((other) => other !== '/mfa')) {
    const body = { csrf, choice: 'email', password: PASSWORD, email: 'eve@example.com' }
    const { status, location } = await user.browser.post(`${path}?${query}`, { ...body, page_user: 'ada' })
    const leads = path === '/confirm' ? '/login' : '/mfa'
    expect([path, status, location.split('?')[0]]).toEqual([path, 302, leads])
  }
  expect(app.server.inbox.list()).toHaveLength(sent)
  await user.submit('Continue', { 'Verification code': app.server.inbox.last('ada@example.com')?.code ?? '' })
  expect(user.left?.searchParams.has('code')).toBe(true)
})

test('a step that takes too long leads back to the first page, which says so', async () => {
  const codes = await startWithout({ ...EMAIL, ...PHONE })
  const setUp = await withSecondFactors([])
  await setUp.set('ON')
  await createUser(setUp.admin, setUp.UserPoolId, 'bob')
  const next = (user: PageUser) => user.submit('Next', { Username: 'grace' })
  const sent = async (user: PageUser) => {
    await next(user)
    await user.submit('Continue', { 'Email one-time password': 'on' })
  }
  const shown = async (user: PageUser) => {
    await user.submit('Sign in', { Username: 'bob', Password: PASSWORD })
    await user.submit('Continue', { 'Authenticator app': 'on' })
  }
  for (const [app, begin, goOn] of [
    [codes, next, (user) => user.submit('Continue', { 'Email one-time password': 'on' })],
    [codes, sent, (user) => user.submit('Continue', { 'Verification code': '000000' })],
    [codes, sent, (user) => user.submit('Send a new code')],
    [setUp, shown, (user) => user.open(user.path)],
  ] satisfies [typeof codes, typeof next, typeof next][]) {
    const user = await atSignIn(app)
    await begin(user)
    app.server.clock.advance(200)
    await goOn(user)
    expect([user.title(), user.alert()]).toEqual(['Sign in', 'This took too long. Please sign in again.'])
  }
})

test('no page links to a reset that only administrators may do', async () => {
  const app = await startOAuth({
    pool: {
      Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD'] } },
      AccountRecoverySetting: { RecoveryMechanisms: [{ Name: 'admin_only', Priority: 1 }] },
    },
    client: { ExplicitAuthFlows: ['ALLOW_USER_AUTH'] },
  })
  const user = await atSignIn(app)
  await user.submit('Next', { Username: 'ada' })
  expect(user.title()).toBe('Enter your password')
  expect(user.has('Forgot your password?')).toBe(false)
})
