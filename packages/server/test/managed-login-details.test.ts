import { randomBytes } from 'node:crypto'
import type { AuditEntry } from '@amulet/server'
import { createPasskey } from '@amulet/server/testing'
import { JSDOM } from 'jsdom'
import { expect, test } from 'vitest'
import { createPool } from './admin.js'
import { openBrowser } from './browser-session.js'
import { authorizeQuery, OAUTH_CLIENT, startOAuth } from './oauth.js'
import { atSignIn, pageUser } from './page-user.js'
import { PASSWORD } from './start.js'

// What stands on the pages beside what a sign-in is made of.

/** The looks of the buttons of a page, of which one is the first. */
const buttonsOf = (page: string): Record<string, string | null> =>
  Object.fromEntries(
    [...new JSDOM(page).window.document.querySelectorAll('button')].map((button) => [
      button.textContent?.trim(),
      button.getAttribute('class'),
    ]),
  )

test('a user with a generated name continues under the address', async () => {
  const app = await startOAuth()
  const { UserPoolId } = await createPool(app.admin, { UsernameAttributes: ['email'] })
  const { UserPoolClient } = await app.admin.createUserPoolClient({ UserPoolId, ...OAUTH_CLIENT })
  await app.admin.adminCreateUser({ UserPoolId, Username: 'eve@example.com', MessageAction: 'SUPPRESS' })
  await app.admin.adminSetUserPassword({
    UserPoolId,
    Username: 'eve@example.com',
    Password: PASSWORD,
    Permanent: true,
  })
  const user = await atSignIn({ ...app, clientId: UserPoolClient?.ClientId ?? '' })
  await user.submit('Sign in', { Email: 'eve@example.com', Password: PASSWORD })
  await user.open(`${user.path}&prompt=select_account`)
  expect(user.has('Sign In as eve@example.com')).toBe(true)
})

test('the field of a code is marked as invalid only after a wrong code', async () => {
  const app = await startOAuth({ pool: { AutoVerifiedAttributes: ['email'] } })
  const user = await atSignIn(app, {}, '/signup')
  await user.submit('Sign up', { Username: 'bob', Email: 'bob@example.com', Password: PASSWORD })
  const mark = () => user.field('Verification code').getAttribute('aria-invalid')
  expect(mark()).toBeNull()
  await user.submit('Confirm Account', { 'Verification code': '000000' })
  expect(mark()).toBe('true')
})

test('an address that the pool requires or verifies is asked for once', async () => {
  for (const pool of [
    { AutoVerifiedAttributes: ['email' as const], Schema: [{ Name: 'email', Required: true }] },
    { AutoVerifiedAttributes: ['email' as const] },
  ]) {
    const user = await atSignIn(await startOAuth({ pool }), {}, '/signup')
    expect(user.page.text.split('name="requiredAttributes[email]"')).toHaveLength(2)
  }
})

test('a password of blanks is reported as invalid, and an empty one as missing', async () => {
  const user = await atSignIn(await startOAuth(), {}, '/signup')
  await user.submit('Sign up', { Username: 'bob', Password: ' ' })
  expect(user.errorOf('Password')).toBe('This is not valid.')
  await user.submit('Sign up', { Username: 'bob', Password: '' })
  expect(user.errorOf('Password')).toBe('This is needed.')
})

test('a success is announced as a status, and an error as an alert', async () => {
  const app = await startOAuth({ pool: { AutoVerifiedAttributes: ['email'] } })
  const user = await atSignIn(app, {}, '/signup')
  await user.submit('Sign up', { Username: 'bob', Email: 'bob@example.com', Password: PASSWORD })
  await user.submit('Send a new code')
  expect(user.page.text).toMatch(/role="status">\s*We sent a new code\./)
  const code = app.server.inbox.last('bob@example.com')?.code ?? ''
  // Another browser, which has not chosen the password, goes on with a sign-in.
  const other = await atSignIn(app)
  await other.submit('Sign in', { Username: 'bob', Password: PASSWORD })
  await other.submit('Confirm Account', { 'Verification code': code })
  expect(other.page.text).toMatch(/role="status">\s*Your account is confirmed\./)
  await other.submit('Sign in', { Username: 'bob', Password: 'Wrong-Horse-1' })
  expect(other.page.text).toMatch(/role="alert"[^>]*>\s*Incorrect username or password\./)
})

test('the first twenty languages of a browser are considered', async () => {
  const app = await startOAuth()
  const language = async (others: number) => {
    const header = [...Array<string>(others).fill('xx'), 'de'].join()
    const page = await openBrowser(app.server).get(`/login?${authorizeQuery(app)}`, {
      'accept-language': header,
    })
    return /<html[^>]* lang="([^"]*)"/.exec(page.text)?.[1]
  }
  expect([await language(19), await language(20)]).toEqual(['de', 'en'])
})

test('links to terms are separated, and a branding without sizes sets none', async () => {
  const app = await startOAuth()
  const { admin, UserPoolId, clientId: ClientId } = app
  await admin.createManagedLoginBranding({ UserPoolId, ClientId, Settings: {} })
  await admin.createUserPoolDomain({ UserPoolId, Domain: 'shop', ManagedLoginVersion: 2 })
  for (const TermsName of ['terms-of-use', 'privacy-policy'])
    await admin.createTerms({
      UserPoolId,
      ClientId,
      TermsName,
      TermsSource: 'LINK',
      Enforcement: 'NONE',
      Links: { 'cognito:default': `https://example.com/${TermsName}` },
    })
  const user = pageUser(app)
  await user.open(`/signup?${authorizeQuery(app)}`)
  expect(user.text()).toMatch(/\S · \S/)
  expect(user.text().split(' · ')).toHaveLength(2)
  expect(user.page.text).not.toContain('undefinedpx')
})

test('icons of providers have their colours, and those of Amazon and of other providers that of the text', async () => {
  const app = await startOAuth()
  const { admin, UserPoolId } = app
  const names = ['Google', 'LoginWithAmazon', 'Facebook'] as const
  for (const name of names)
    await admin.createIdentityProvider({
      UserPoolId,
      ProviderName: name,
      ProviderType: name,
      ProviderDetails: { client_id: 'id', client_secret: 'secret', authorize_scopes: 'profile' },
    })
  const { clientId } = await app.createClient({ SupportedIdentityProviders: [...names] })
  const user = pageUser(app)
  await user.open(`/login?${authorizeQuery({ clientId })}`)
  const drawn = user.page.text
    .split('name="identity_provider" value="')
    .slice(1)
    .map((form) => [/^\w+/.exec(form)?.[0], form.split('</form>')[0]?.includes('<svg class="drawn"')])
  expect(Object.fromEntries(drawn)).toEqual({ Google: false, LoginWithAmazon: true, Facebook: false })
})

test('browsers may offer passkeys in the field of the name where passkeys work without a name', async () => {
  const complete = async (factors: ('PASSWORD' | 'WEB_AUTHN')[]) => {
    const app = await startOAuth({
      pool: { Policies: { SignInPolicy: { AllowedFirstAuthFactors: factors } } },
      client: { ExplicitAuthFlows: ['ALLOW_USER_AUTH'] },
    })
    const user = await atSignIn(app)
    return [
      user.field('Username').getAttribute('autocomplete'),
      user.page.text.includes('data-autofill'),
      buttonsOf(user.page.text),
    ]
  }
  expect(await complete(['PASSWORD', 'WEB_AUTHN'])).toEqual([
    'username webauthn',
    true,
    { Next: 'button', 'Sign in with a passkey': 'button quiet' },
  ])
  expect(await complete(['PASSWORD'])).toEqual(['username', false, { Next: 'button' }])
})

test('a passkey that is added on the page signs in, is in the audit, and is not offered in the fields of that page', async () => {
  const audit: AuditEntry[] = []
  const app = await startOAuth({
    audit: (entry) => audit.push(entry),
    pool: { Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'WEB_AUTHN'] } } },
    client: { ExplicitAuthFlows: ['ALLOW_USER_AUTH'] },
  })
  const { admin, UserPoolId } = app
  await admin.setUserPoolMfaConfig({ UserPoolId, WebAuthnConfiguration: { RelyingPartyId: 'localhost' } })
  const passkey = createPasskey({ origin: 'http://localhost' })
  const optionsOf = (page: string) =>
    JSON.parse(
      new JSDOM(page).window.document.querySelector('form[data-passkey]')?.getAttribute('data-passkey') ?? '',
    )
  const user = await atSignIn(app)
  await user.submit('Next', { Username: 'ada' })
  await user.submit('Continue', { Password: PASSWORD })
  await user.open(`/passkeys/add?${authorizeQuery(app)}`)
  expect(user.page.text).not.toContain('data-autofill')
  expect(buttonsOf(user.page.text)).toEqual({ 'Add passkey': 'button', 'Not now': 'button quiet' })
  audit.length = 0
  await user.post({ credential: JSON.stringify(passkey.create(optionsOf(user.page.text))) })
  expect(user.left?.searchParams.get('result')).toBe('success')
  expect(audit).toEqual([
    expect.objectContaining({
      event: 'account',
      operation: 'CompleteWebAuthnRegistration',
      outcome: 'success',
    }),
  ])

  const asked = await atSignIn(app)
  const [, session = ''] = /name="session" value="([^"]*)"/.exec(asked.page.text) ?? []
  const credential = JSON.stringify(passkey.get(optionsOf(asked.page.text)))
  await asked.post({ session, credential })
  expect(asked.left?.searchParams.has('code')).toBe(true)
})

test('an answer of a provider that is too long for an address is refused, and a shorter one is passed on', async () => {
  const app = await startOAuth()
  const posted = async (length: number) => {
    const body = new URLSearchParams({ state: 'one', code: randomBytes(length).toString('base64url') })
    const sent = new Request('http://localhost/oauth2/idpresponse', { method: 'POST', body })
    const { status, headers } = await app.server.fetch(sent)
    return [status, headers.get('location')]
  }
  expect(await posted(6000)).toEqual([303, expect.stringMatching(/^\/oauth2\/idpresponse\?answer=.{8000}/)])
  expect(await posted(9000)).toEqual([302, expect.stringMatching(/^\/error\?/)])
})

const CONFIRMED = 'Your account is confirmed. You can sign in now.'

test.each([
  ['a reset password', 'Your password is changed. You can sign in now.', '/forgotPassword'],
  ['a sign-up that a function confirms', CONFIRMED, '/signup'],
  ['a sign-up that a code confirms', CONFIRMED, '/signup'],
] as const)(
  'a sign-in that is refused after %s leads to the sign-in page, which says what was done',
  async (what, told, path) => {
    const arn = (name: string) => `arn:aws:lambda:us-east-1:000000000000:function:${name}`
    const app = await startOAuth({
      pool: {
        AutoVerifiedAttributes: ['email'],
        LambdaConfig: { PostConfirmation: arn('disable'), PreSignUp: arn('confirm') },
      },
      functions: {
        async confirm(event) {
          const autoConfirmUser = what === 'a sign-up that a function confirms'
          return { ...event, response: { ...event.response, autoConfirmUser } }
        },
        async disable(event) {
          await app.admin.adminDisableUser({ UserPoolId: app.UserPoolId, Username: event.userName })
          return event
        },
      },
    })
    const user = await atSignIn(app, {}, path)
    const code = () => app.server.inbox.last()?.code ?? ''
    if (path === '/signup') {
      await user.submit('Sign up', { Username: 'bob', Email: 'bob@example.com', Password: PASSWORD })
      if (what === 'a sign-up that a code confirms')
        await user.submit('Confirm Account', { 'Verification code': code() })
    } else {
      await user.submit('Continue', { Username: 'ada' })
      const passwords = { 'New password': 'Battery-Staple-2', 'Confirm password': 'Battery-Staple-2' }
      await user.submit('Change Password', { 'Verification code': code(), ...passwords })
    }
    expect([user.page.status, user.title(), user.alert()]).toEqual([200, 'Sign in', told])
  },
)

test('a sign-up whose code proves the only second factor leads to the sign-in page, where the account signs in', async () => {
  const app = await startOAuth({ pool: { AutoVerifiedAttributes: ['email'] } })
  await app.admin.setUserPoolMfaConfig({
    UserPoolId: app.UserPoolId,
    MfaConfiguration: 'ON',
    EmailMfaConfiguration: {},
  })
  const code = () => app.server.inbox.last('bob@example.com')?.code ?? ''
  const user = await atSignIn(app, {}, '/signup')
  await user.submit('Sign up', { Username: 'bob', Email: 'bob@example.com', Password: PASSWORD })
  await user.submit('Confirm Account', { 'Verification code': code() })
  expect([user.title(), user.alert()]).toEqual(['Sign in', CONFIRMED])
  await user.submit('Sign in', { Password: PASSWORD })
  await user.submit('Continue', { 'Verification code': code() })
  expect(user.left?.searchParams.has('code')).toBe(true)
})
