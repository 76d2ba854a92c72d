import { JSDOM, VirtualConsole } from 'jsdom'
import { expect, test } from 'vitest'
import { openBrowser } from './browser-session.js'
import { oidcProvider } from './federation.js'
import { authorizeQuery, OAUTH_CLIENT, type OAuthStarted, startOAuth } from './oauth.js'
import { PASSWORD } from './start.js'

// What people's end-to-end tests and scrapers look for on the service's pages: names, ids, classes and texts.

async function startWith(ManagedLoginVersion: 1 | 2, options: Parameters<typeof startOAuth>[0] = {}) {
  const app = await startOAuth(options)
  await app.admin.createUserPoolDomain({ UserPoolId: app.UserPoolId, Domain: 'shop', ManagedLoginVersion })
  return app
}

const documentOf = (text: string) => new JSDOM(text, { virtualConsole: new VirtualConsole() }).window.document

async function pageAt(app: OAuthStarted, path: string) {
  const browser = openBrowser(app.server)
  const page = await browser.get(`${path}?${authorizeQuery(app)}`)
  return { browser, page, document: documentOf(page.text) }
}

test('the classic page has the form, the fields and the button of the service, once', async () => {
  const app = await startWith(1)
  const { page, document } = await pageAt(app, '/login')
  for (const selector of [
    'form.cognito-asf[name="cognitoSignInForm"]',
    'form input[name="_csrf"]',
    'input#signInFormUsername[name="username"].inputField-customizable',
    'input#signInFormPassword[name="password"][type="password"]',
    'input[name="cognitoAsfData"]',
    'input[name="signInSubmitButton"][type="Submit"][value="Sign in"].btn.btn-primary.submitButton-customizable',
    '.cognito-asf > .btn',
    '.visible-lg .btn-primary',
    '.background-customizable',
    '.banner-customizable',
    'a.redirect-customizable',
    'p.redirect-customizable',
    'label.label-customizable[for="signInFormUsername"]',
  ])
    expect(document.querySelectorAll(selector)).toHaveLength(1)
  expect(document.querySelector('a.redirect-customizable')?.textContent).toBe('Forgot your password?')
  expect(document.querySelector('p.redirect-customizable')?.textContent).toBe('Need an account? Sign up')
  expect(document.querySelector('.textDescription-customizable')?.textContent).toBe(
    'Sign in with your username and password',
  )
  const form = document.querySelector('form')
  expect(form?.name).toBe('cognitoSignInForm')
  expect(form?.children[2]?.querySelector('#signInFormUsername')).not.toBeNull()
  expect(page.text).toMatch(/<form action="\/login\?[^"]*&amp;[^"]*" method="post" name="cognitoSignInForm"/)
})

test('scripts find the token and the address of the form in the page, sign in with two fields, and are redirected', async () => {
  const app = await startWith(1)
  const { browser, page } = await pageAt(app, '/login')
  const [, action = ''] = /<form [^>]*?action="([^"]*)"/.exec(page.text) ?? []
  const [, _csrf = ''] = /name="_csrf" value="([^"]*)"/.exec(page.text) ?? []
  expect(browser.jar.get('XSRF-TOKEN')).toBe(_csrf)
  const path = action.replaceAll('&amp;', '&')
  const wrong = await browser.post(path, { _csrf, username: 'ada', password: 'Wrong-Horse-1' })
  expect(wrong.text).toMatch(/id="loginErrorMessage"[^>]*>Incorrect username or password\./)
  expect(wrong.text).toMatch(/class="errorMessage[^"]*"/)
  const right = await browser.post(path, { _csrf, username: 'ada', password: PASSWORD })
  expect(right.status).toBe(302)
  expect(right.location).toMatch(/^https:\/\/app\.example\.com\/callback\?code=/)
})

test('scripts press the button of a provider by its name and value', async () => {
  const names = ['Corporate', 'continue', 'username']
  const app = await startWith(1, { client: { SupportedIdentityProviders: ['COGNITO'] } })
  const { UserPoolId, clientId } = app
  for (const ProviderName of names)
    await app.admin.createIdentityProvider({
      UserPoolId,
      ...oidcProvider('http://127.0.0.1:1'),
      ProviderName,
    })
  await app.admin.updateUserPoolClient({
    ...OAUTH_CLIENT,
    UserPoolId,
    ClientId: clientId,
    SupportedIdentityProviders: ['COGNITO', ...names],
  })
  const { browser, document } = await pageAt(app, '/login')
  for (const name of names) {
    const button = document.querySelector<HTMLInputElement>(
      `input[name="${name}"][value="${name}"].idpButton-customizable`,
    )
    const form = button?.form
    expect(form?.name).toBe('loginWithIdentityProvider')
    const sent = [...(form?.querySelectorAll('input') ?? [])].map((input) => [input.name, input.value])
    const answer = await browser.post(form?.getAttribute('action') ?? '', new URLSearchParams(sent))
    expect(answer.location).toMatch(/^\/oauth2\/authorize\?/)
    expect(new URLSearchParams(answer.location.split('?')[1]).get('identity_provider')).toBe(name)
  }
})

test('the pages of a classic domain have the fields that scripts fill', async () => {
  const app = await startWith(1, { pool: { Schema: [{ Name: 'email', Required: true }] } })
  const signUp = await pageAt(app, '/signup')
  for (const selector of [
    'form[name="signupform"].cognito-asf',
    'input[name="username"]',
    'input[name="requiredAttributes[email]"]',
    'input[name="password"]',
    'button[name="signUpButton"][type="submit"]',
    '.checkPassword-lowerletter',
    '.checkPassword-upperletter',
    '.checkPassword-numbers',
    '.checkPassword-symbols',
    '.checkPassword-length',
  ])
    expect(signUp.document.querySelectorAll(selector)).toHaveLength(1)
  const forgot = await pageAt(app, '/forgotPassword')
  expect(forgot.document.querySelector('[name=reset_my_password]')?.textContent).toBe('Reset my password')
  await forgot.browser.submit(forgot.page, { username: 'ada' })
  for (const path of ['/confirmforgotPassword', '/confirmForgotPassword', '/resetPassword']) {
    const document = documentOf((await forgot.browser.get(`${path}?${authorizeQuery(app)}`)).text)
    for (const selector of ['#forgot_password_code', '#new_password', '#confirm_password'])
      expect(document.querySelectorAll(selector)).toHaveLength(1)
    expect(document.querySelector('button[name="reset_password"]')?.textContent).toBe('Change Password')
    // One box shows both passwords.
    expect(document.querySelectorAll('[data-shows]')).toHaveLength(1)
  }
})

test('the managed page has labels and plain names, and accepts the token under both names', async () => {
  const app = await startWith(2)
  const { browser, page, document } = await pageAt(app, '/login')
  const labels = [...document.querySelectorAll('label')].map((label) => label.textContent?.trim())
  expect(labels).toEqual(['Username', 'Password', 'Show password'])
  expect(document.querySelector('button[type=submit]')?.textContent).toBe('Sign in')
  expect(document.querySelectorAll('input[name="csrf"]')).toHaveLength(1)
  expect(document.querySelector('[role=alert]')).toBeNull()
  const csrf = browser.jar.get('XSRF-TOKEN') ?? ''
  const path = `/login?${authorizeQuery(app)}`
  const wrong = documentOf((await browser.post(path, { csrf, username: 'ada', password: 'x' })).text)
  expect(wrong.querySelector('[role=alert]')?.textContent).toBe('Incorrect username or password.')
  expect((await browser.post(path, { _csrf: csrf, username: 'ada', password: PASSWORD })).status).toBe(302)
  expect(page.text).not.toContain('cognitoAsfData')
})

test('a domain that names no version has the classic pages, and a pool without a domain the managed ones', async () => {
  const app = await startOAuth()
  expect((await pageAt(app, '/login')).page.text).toContain('name="csrf"')
  await app.admin.createUserPoolDomain({ UserPoolId: app.UserPoolId, Domain: 'shop' })
  expect((await pageAt(app, '/login')).page.text).toContain('name="_csrf"')
})

test('scripts press the button of a provider on the classic page by its name, which is also its value', async () => {
  const app = await startWith(1)
  await app.admin.createIdentityProvider({
    UserPoolId: app.UserPoolId,
    ...oidcProvider('https://issuer.example.com'),
  })
  const { clientId } = await app.createClient({ SupportedIdentityProviders: ['COGNITO', 'Upstream'] })
  const { document } = await pageAt({ ...app, clientId }, '/login')
  expect(document.querySelectorAll('input[type="submit"][name="Upstream"][value="Upstream"]')).toHaveLength(1)
})

test('each domain of a pool has the pages of its version', async () => {
  const app = await startWith(1)
  await app.admin.createUserPoolDomain({
    UserPoolId: app.UserPoolId,
    Domain: 'login.shop.example',
    CustomDomainConfig: { CertificateArn: 'arn:aws:acm:us-east-1:111122223333:certificate/5b1f0c3a' },
    ManagedLoginVersion: 2,
  })
  const fieldAt = async (origin: string) =>
    /name="(_?csrf)"/.exec(
      (await openBrowser(app.server, origin).get(`/login?${authorizeQuery(app)}`)).text,
    )?.[1]
  expect(await fieldAt('http://shop.localhost:9230')).toBe('_csrf')
  expect(await fieldAt('http://login.shop.example')).toBe('csrf')
})

test.each([
  [['email'], 'Email'],
  [['phone_number'], 'Phone number'],
  [['email', 'phone_number'], 'Email or phone number'],
] as const)('the name of users of %j has a label of its kind', async (UsernameAttributes, label) => {
  const app = await startOAuth()
  const { UserPool } = await app.admin.createUserPool({
    PoolName: 'addresses',
    UsernameAttributes: [...UsernameAttributes],
  })
  const { UserPoolClient } = await app.admin.createUserPoolClient({
    UserPoolId: UserPool?.Id,
    ClientName: 'web',
    AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthFlows: ['code'],
    AllowedOAuthScopes: ['openid'],
    CallbackURLs: ['https://app.example.com/callback'],
  })
  const { document } = await pageAt({ ...app, clientId: UserPoolClient?.ClientId ?? '' }, '/login')
  expect(document.querySelector('label')?.textContent).toBe(label)
})

test('fields tell browsers their purpose', async () => {
  const app = await startOAuth()
  const autocomplete = async (path: string) =>
    [
      ...(await pageAt(app, path)).document.querySelectorAll<HTMLInputElement>(
        'main input:not([type=hidden])',
      ),
    ]
      .filter(({ type }) => type !== 'checkbox')
      .map((input) => input.getAttribute('autocomplete'))
  expect(await autocomplete('/login')).toEqual(['username', 'current-password'])
  expect(await autocomplete('/signup')).toEqual(['username', 'new-password'])
  const { browser, page } = await pageAt(app, '/forgotPassword')
  await browser.submit(page, { username: 'ada' })
  const reset = documentOf((await browser.get(`/resetPassword?${authorizeQuery(app)}`)).text)
  expect(
    [...reset.querySelectorAll('input[autocomplete]')].map((input) => input.getAttribute('autocomplete')),
  ).toEqual(['username', 'one-time-code', 'new-password', 'new-password'])
  expect(reset.querySelector('#forgot_password_code')?.getAttribute('inputmode')).toBe('numeric')
})

test('browsers leave names and codes as they are typed, and focus the first field', async () => {
  const app = await startOAuth()
  const toldOf = (field: Element | null) =>
    ['autocapitalize', 'autocorrect', 'spellcheck', 'required', 'autofocus'].map((name) =>
      field?.getAttribute(name),
    )
  const { browser, page, document } = await pageAt(app, '/forgotPassword')
  expect(toldOf(document.querySelector('input[name=username]'))).toEqual(['none', 'off', 'false', '', ''])
  await browser.submit(page, { username: 'ada' })
  const reset = documentOf((await browser.get(`/resetPassword?${authorizeQuery(app)}`)).text)
  expect(toldOf(reset.querySelector('#forgot_password_code'))).toEqual([null, null, 'false', '', ''])
})
