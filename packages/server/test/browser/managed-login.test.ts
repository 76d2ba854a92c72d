import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { createUser } from '../admin.js'
import { authorizeQuery, type OAuthStarted, startOAuth } from '../oauth.js'
import { PASSWORD } from '../start.js'
import { addAuthenticator } from './virtual-authenticator.js'

// The pages in Chromium, from the application and back to it.

// The application is of another site than the pages: `127.0.0.1` and `localhost`.

let browser: Browser
let callback: string
const application = createServer((_request, response) => {
  response.setHeader('content-type', 'text/html').end('<title>The application</title>')
})

beforeAll(async () => {
  application.listen(0, '127.0.0.1')
  await once(application, 'listening')
  // Of a server that listens on a port.
  const { port } = application.address() as AddressInfo
  callback = `http://127.0.0.1:${port}/callback`
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium' })
})
afterAll(async () => {
  await browser.close()
  application.close()
})

const startWith = (
  pool: NonNullable<Parameters<typeof startOAuth>[0]>['pool'] = {},
  ExplicitAuthFlows?: 'ALLOW_USER_AUTH'[],
) =>
  startOAuth({
    pool,
    client: { CallbackURLs: [callback], ...(ExplicitAuthFlows && { ExplicitAuthFlows }) },
  })

const withPasskeys = () =>
  startWith({ Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'WEB_AUTHN'] } } }, [
    'ALLOW_USER_AUTH',
  ])

const queryOf = (app: OAuthStarted, more: Record<string, string> = {}) =>
  authorizeQuery(app, { redirect_uri: callback, ...more })

const NEW = 'Battery-Staple-2'

/** A browser at the page that the application has sent it to, and what the browser complains of. */
async function open(app: OAuthStarted, options: Parameters<Browser['newContext']>[0] = {}) {
  const context = await browser.newContext(options)
  onTestFinished(() => context.close())
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  const origin = app.url.replace('127.0.0.1', 'localhost')
  await page.goto(`${origin}/oauth2/authorize?${queryOf(app)}`)
  return { page, complaints, origin }
}

const back = async (page: Page) => {
  await page.waitForURL(`${callback}*`)
  return new URL(page.url()).searchParams
}

test('a user signs in after a wrong password, and is sent back with the state', async () => {
  const { page, complaints } = await open(await startWith())
  await page.getByLabel('Username').fill('ada')
  await page.getByLabel('Password', { exact: true }).fill('Wrong-Horse-1')
  await page.getByRole('button', { name: 'Sign in' }).click()
  expect(await page.getByRole('alert').textContent()).toBe('Incorrect username or password.')
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
  const answer = await back(page)
  expect(answer.has('code')).toBe(true)
  expect(answer.get('state')).toBe('the state')
  expect(complaints).toEqual([])
})

test('without scripts the same page signs in, and shows nothing that needs them', async () => {
  const { page } = await open(await withPasskeys(), { javaScriptEnabled: false })
  await page.locator('input[name=username]').fill('ada')
  expect(await page.getByText('Sign in with a passkey').isVisible()).toBe(false)
  await page.locator('button', { hasText: 'Next' }).click()
  await page.locator('input[name=password]').fill(PASSWORD)
  expect(await page.getByText('Show password').isVisible()).toBe(false)
  await page.locator('button', { hasText: 'Continue' }).click()
  expect((await back(page)).has('code')).toBe(true)
})

test('a password can be shown, and the rules of a new one are ticked off', async () => {
  const { page, complaints } = await open(await startWith())
  const password = page.getByLabel('Password', { exact: true })
  await password.fill(PASSWORD)
  await page.getByLabel('Show password').check()
  expect(await password.getAttribute('type')).toBe('text')
  await page.getByLabel('Show password').uncheck()
  expect(await password.getAttribute('type')).toBe('password')
  await page.getByRole('link', { name: 'Create an account' }).click()
  const met = () => page.locator('.rules .met').allTextContents()
  await password.fill('abc')
  expect(await met()).toEqual(['A lower case letter', 'No space at the beginning or end'])
  await password.fill(NEW)
  expect(await met()).toHaveLength(6)
  expect(complaints).toEqual([])
})

test('a button that is pressed twice sends its form once', async () => {
  const { page } = await open(await startWith())
  const sent: string[] = []
  page.on('request', (request) => {
    if (request.method() === 'POST') sent.push(request.url())
  })
  await page.getByLabel('Username').fill('ada')
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).dblclick({ noWaitAfter: true })
  await back(page)
  expect(sent).toHaveLength(1)
})

test('a button can be pressed again after a while, because the page stays when the user does not open the app', async () => {
  const redirect_uri = 'com.example.app://callback'
  const app = await startOAuth({ client: { CallbackURLs: [redirect_uri] } })
  const context = await browser.newContext()
  onTestFinished(() => context.close())
  const page = await context.newPage()
  await page.clock.install()
  await page.goto(
    `${app.url.replace('127.0.0.1', 'localhost')}/login?${authorizeQuery(app, { redirect_uri })}`,
  )
  const sent: string[] = []
  page.on('request', (request) => {
    if (request.method() === 'POST') sent.push(request.url())
  })
  const button = page.getByRole('button', { name: 'Sign in' })
  await page.getByLabel('Username').fill('ada')
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  // No app on this machine has the scheme.
  const opened = () => page.waitForEvent('requestfailed', (request) => request.url().startsWith(redirect_uri))
  const [first] = await Promise.all([opened(), button.click({ noWaitAfter: true })])
  expect(first.url()).toMatch(/\?code=/)
  // By script: a browser that asks about an app takes no clicks meanwhile.
  const press = () => button.evaluate((element: HTMLButtonElement) => element.form?.requestSubmit(element))
  await press()
  expect(sent).toHaveLength(1)
  await page.clock.fastForward(5000)
  await Promise.all([opened(), press()])
  expect(sent).toHaveLength(2)
})

test('a user resets a forgotten password, and is signed in', async () => {
  const app = await startWith()
  const { page } = await open(app)
  await page.getByRole('link', { name: 'Forgot your password?' }).click()
  await page.getByLabel('Username').fill('ada')
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByLabel('Verification code').fill(app.server.inbox.last('ada@example.com')?.code ?? '')
  await page.getByLabel('New password').fill(NEW)
  await page.getByLabel('Confirm password').fill(NEW)
  await page.getByRole('button', { name: 'Change Password' }).click()
  expect((await back(page)).has('code')).toBe(true)
})

async function signInByPassword(page: Page) {
  await page.getByLabel('Username').fill('ada')
  await page.getByRole('button', { name: 'Next' }).click()
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Continue' }).click()
}

/** A page of `ada`, who has signed in with the password. */
async function signedIn(app: OAuthStarted) {
  const opened = await open(app)
  const { page, origin } = opened
  await signInByPassword(page)
  await back(page)
  // From here on the device can make passkeys.
  const authenticator = await addAuthenticator(page)
  return { ...opened, authenticator, addPasskey: `${origin}/passkeys/add?${queryOf(app)}` }
}

const withoutAutofill = (page: Page) =>
  page.addInitScript(() => {
    PublicKeyCredential.isConditionalMediationAvailable = async () => false
  })

test('a user adds a passkey, and signs in with it by name, by a button, and by what the browser suggests', async () => {
  const app = await withPasskeys()
  const { page, complaints, origin, authenticator, addPasskey } = await signedIn(app)
  await page.goto(addPasskey)
  await page.getByRole('heading', { name: 'Set up sign-in with a passkey' }).waitFor()
  await page.getByRole('button', { name: 'Add passkey' }).click()
  expect((await back(page)).get('result')).toBe('success')
  expect(await authenticator.ids()).toHaveLength(1)

  // The user whom Chromium makes up takes the suggestion at once.
  const login = `${origin}/login?${queryOf(app, { prompt: 'login' })}`
  await page.goto(login).catch(() => {})
  expect((await back(page)).has('code')).toBe(true)

  await withoutAutofill(page)
  await page.goto(login)
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
  expect((await back(page)).has('code')).toBe(true)

  await page.goto(login)
  await page.getByLabel('Username').fill('ada')
  await page.getByRole('button', { name: 'Next' }).click()
  await page.getByRole('link', { name: 'Try another way' }).click()
  await page.getByLabel('Passkey').check()
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('button', { name: 'Use passkey' }).click()
  expect((await back(page)).has('code')).toBe(true)
  expect(complaints).toEqual([])
})

test('a passkey of a user who was deleted is refused, as a wrong password is', async () => {
  const app = await withPasskeys()
  const { page, origin, authenticator, addPasskey } = await signedIn(app)
  await page.goto(addPasskey)
  await page.getByRole('button', { name: 'Add passkey' }).click()
  await back(page)
  await app.admin.adminDeleteUser({ UserPoolId: app.UserPoolId, Username: 'ada' })
  await createUser(app.admin, app.UserPoolId, 'ada')
  await withoutAutofill(page)
  await page.goto(`${origin}/login?${queryOf(app)}`)
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
  expect(await page.getByRole('alert').first().textContent()).toBe('Incorrect username or password.')
  expect(await authenticator.ids()).toHaveLength(1)
})

test('a user can leave the passkey page without adding one', async () => {
  const { page, addPasskey } = await signedIn(await withPasskeys())
  await page.goto(addPasskey)
  await page.getByRole('button', { name: 'Not now' }).click()
  expect((await back(page)).get('result')).toBe('cancelled')
})

/** A browser of a device that can make passkeys, which has said so on the page it is at. */
async function openOnDevice(app: OAuthStarted, options: Parameters<Browser['newContext']>[0] = {}) {
  const opened = await open(app, options)
  const { page, origin } = opened
  const authenticator = await addAuthenticator(page)
  const login = `${origin}/login?${queryOf(app, { prompt: 'login' })}`
  const begin = async () => {
    await page.goto(login)
    await expect
      .poll(async () => (await page.context().cookies(origin)).map(({ name }) => name))
      .toContain('can-make-passkeys')
  }
  await begin()
  return { ...opened, authenticator, begin }
}

const OFFER = 'Set up sign-in with a passkey'

test('a user who has signed in with a password is offered a passkey, which signs in the next time', async () => {
  const app = await withPasskeys()
  const { page, complaints, authenticator, begin } = await openOnDevice(app)
  await withoutAutofill(page)
  await signInByPassword(page)
  await page.getByRole('heading', { name: OFFER }).waitFor()
  await page.getByRole('button', { name: 'Add passkey' }).click()
  const answer = await back(page)
  expect([answer.has('code'), answer.get('state'), answer.has('result')]).toEqual([true, 'the state', false])
  expect(await authenticator.ids()).toHaveLength(1)

  await begin()
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
  expect((await back(page)).has('code')).toBe(true)
  // A user with a passkey is not offered another.
  await begin()
  await signInByPassword(page)
  expect((await back(page)).has('code')).toBe(true)
  expect(complaints).toEqual([])
})

test('a user who declines a passkey continues without one, and is not asked again in this browser', async () => {
  const app = await withPasskeys()
  const { page, begin } = await openOnDevice(app)
  await createUser(app.admin, app.UserPoolId, 'bob')
  await signInByPassword(page)
  await page.getByRole('button', { name: 'Not now' }).click()
  expect((await back(page)).has('code')).toBe(true)
  await begin()
  await signInByPassword(page)
  expect((await back(page)).has('code')).toBe(true)

  await begin()
  await page.getByLabel('Username').fill('bob')
  await page.getByRole('button', { name: 'Next' }).click()
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('heading', { name: OFFER }).waitFor()
})

test('a passkey is offered after a password reset too, also where the application asks for tokens', async () => {
  const app = await withPasskeys()
  const { page, origin } = await openOnDevice(app)
  await page.goto(`${origin}/forgotPassword?${queryOf(app, { response_type: 'token', scope: 'openid' })}`)
  await page.getByLabel('Username').fill('ada')
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByLabel('Verification code').fill(app.server.inbox.last('ada@example.com')?.code ?? '')
  await page.getByLabel('New password').fill(NEW)
  await page.getByLabel('Confirm password').fill(NEW)
  await page.getByRole('button', { name: 'Change Password' }).click()
  await page.getByRole('button', { name: 'Not now' }).click()
  await page.waitForURL(`${callback}*`)
  expect(new URL(page.url()).hash).toContain('access_token=')
})

test('nothing moves while a page loads', async () => {
  const { page } = await open(await withPasskeys())
  const shift = await page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        let total = 0
        // Of Chromium alone, so the types do not know it.
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries() as (PerformanceEntry & { value: number })[])
            total += entry.value
        }).observe({ type: 'layout-shift', buffered: true })
        requestAnimationFrame(() => requestAnimationFrame(() => resolve(total)))
      }),
  )
  expect(shift).toBe(0)
})
