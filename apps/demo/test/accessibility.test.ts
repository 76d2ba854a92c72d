import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import config from '../amulet.config.js'
import { createAccount, type Demo, declare, password, readPair, signIn, start } from './start.js'
import { violations } from './violations.js'

let demo: Demo
/** Its pool requires what Grace, who was invited to it, has not said yet. */
let invited: Demo
/** Its pool has second factors and devices. */
let factors: Demo
beforeAll(async () => {
  demo = await start()
  await createAccount(demo, 'ada@example.com')
  factors = await start(config)
  await createAccount(factors, 'ada@example.com')
  await createAccount(factors, 'grace@example.com')
  await createAccount(factors, 'joan@example.com')
  invited = await start(
    declare({
      Schema: ['given_name', 'birthdate', 'phone_number'].map((Name) => ({ Name, Required: true })),
      users: [{ Username: 'grace@example.com', Password: password, Temporary: true }],
    }),
  )
})
afterAll(async () => {
  await demo.stop()
  await invited.stop()
  await factors.stop()
})

test.each(['light', 'dark'] as const)(
  'axe finds nothing wrong with any step in %s colours',
  async (colorScheme) => {
    // Colours in the middle of a transition have contrasts that no designer chose.
    const context = await demo.browser.newContext({ colorScheme, reducedMotion: 'reduce' })
    const page = await demo.open(context)
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    expect(await violations(page)).toEqual([])
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.getByText('Enter your e-mail address.').waitFor()
    expect(await violations(page)).toEqual([])

    await page.getByRole('button', { name: 'Create an account' }).click()
    await page.getByLabel('E-mail address').fill(`${colorScheme}@example.com`)
    await page.getByLabel('Password', { exact: true }).fill(password)
    expect(await violations(page)).toEqual([])

    await page.getByRole('button', { name: 'Create account' }).click()
    await page.getByText('Development inbox').waitFor()
    expect(await violations(page)).toEqual([])

    await page.getByRole('button', { name: 'Back to sign-in' }).click()
    await signIn(page, 'ada@example.com')
    await readPair(page.getByRole('region', { name: 'Who am I' }), 'email')
    await page.getByText('Claims').first().click()
    expect(await violations(page)).toEqual([])
  },
)

test.each(['light', 'dark'] as const)(
  'axe finds nothing wrong with the ways to another password in %s colours',
  async (colorScheme) => {
    const context = await demo.browser.newContext({ colorScheme, reducedMotion: 'reduce' })
    const page = await demo.open(context)
    await page.getByRole('button', { name: 'Forgot your password?' }).click()
    await page.getByRole('heading', { name: 'Forgot your password?' }).waitFor()
    expect(await violations(page)).toEqual([])
    await page.getByLabel('E-mail address').fill('ada@example.com')
    await page.getByRole('button', { name: 'Send a code' }).click()
    await page.getByText('Development inbox').waitFor()
    await page.getByRole('button', { name: 'Change password' }).click()
    await page.getByText('Choose a password.').waitFor()
    expect(await violations(page)).toEqual([])

    await page.goto(invited.address)
    await beginNewPassword(page)
    expect(await violations(page)).toEqual([])
    await page.getByLabel('New password').fill('Chosen-horse-2')
    await page.getByRole('button', { name: 'Save and sign in' }).click()
    await page.getByText('Given name is missing.').waitFor()
    expect(await violations(page)).toEqual([])
  },
)

test.each([
  ['light', 'ada@example.com'],
  ['dark', 'grace@example.com'],
] as const)(
  'axe finds nothing wrong with second factors and devices in %s colours',
  async (colorScheme, user) => {
    const context = await factors.browser.newContext({ colorScheme, reducedMotion: 'reduce' })
    const page = await factors.open(context)
    await signIn(page, user)
    await setUpFactors(page)
    expect(await violations(page)).toEqual([])
    await page.getByRole('button', { name: 'Use this number' }).click()
    await page.getByText('A code by SMS can be asked for').waitFor()
    await page.getByRole('button', { name: 'Turn on: A code by e-mail' }).click()
    await page.getByText('A code by e-mail can be asked for').waitFor()
    expect(await violations(page)).toEqual([])
    await page.getByRole('button', { name: 'Sign out', exact: true }).click()
    await page.getByText('You are signed out.').waitFor()

    await page.getByLabel('E-mail address').fill(user)
    await page.getByLabel('Password', { exact: true }).fill(password)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.getByRole('heading', { name: 'Choose how to continue' }).waitFor()
    expect(await violations(page)).toEqual([])
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByText('Development inbox').waitFor()
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.getByText('Enter the code from the message.').waitFor()
    expect(await violations(page)).toEqual([])
  },
)

test.each(['light', 'dark'] as const)(
  'axe finds nothing wrong with notices of success and failure in %s colours',
  async (colorScheme) => {
    const context = await demo.browser.newContext({ colorScheme, reducedMotion: 'reduce' })
    const page = await demo.open(context)
    await signIn(page, 'ada@example.com')
    await page.getByRole('button', { name: 'Sign out', exact: true }).click()
    await page.getByText('You are signed out.').waitFor()
    expect(await violations(page)).toEqual([])

    await signIn(page, 'ada@example.com')
    await page.route(`${demo.pool.userPoolEndpoint}**`, (route) => route.abort())
    await page.getByRole('button', { name: 'Sign out', exact: true }).click()
    await page.getByText('but the server was not told').waitFor()
    expect(await violations(page)).toEqual([])
  },
)

/** Opens the set-up of each second factor that has one. */
async function setUpFactors(page: Page) {
  await page.getByRole('button', { name: 'Turn on: An authenticator app' }).click()
  await page.getByRole('img', { name: 'QR code' }).waitFor()
  await page.getByRole('button', { name: 'Turn on: A code by SMS' }).click()
  await page.getByLabel('Phone number').fill('+14155550100')
  await page.getByRole('region', { name: 'Devices' }).getByText('this one').waitFor()
}

async function beginNewPassword(page: Page) {
  await page.getByLabel('E-mail address').fill('grace@example.com')
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('heading', { name: 'Choose a new password' }).waitFor()
}

test('nothing sticks out of a narrow window', async () => {
  const context = await demo.browser.newContext({ viewport: { width: 320, height: 640 } })
  const page = await demo.open(context)
  await signIn(page, 'ada@example.com')
  await readPair(page.getByRole('region', { name: 'Who am I' }), 'email')
  await page.getByText('Claims').first().click()
  await page.getByRole('region', { name: 'Requests' }).locator('summary').first().click()
  const width = () => page.evaluate(() => document.documentElement.scrollWidth)
  expect(await width()).toBe(320)

  await page.getByRole('button', { name: 'Sign out', exact: true }).click()
  await page.getByRole('button', { name: 'Forgot your password?' }).click()
  await page.getByLabel('E-mail address').fill('ada@example.com')
  await page.getByRole('button', { name: 'Send a code' }).click()
  await page.getByText('Development inbox').waitFor()
  expect(await width()).toBe(320)

  const address = `${'long'.repeat(12)}@${'of-a-company.'.repeat(4)}example.com`
  await page.goto(demo.address)
  await page.getByRole('button', { name: 'Create an account' }).click()
  await page.getByLabel('E-mail address').fill(address)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.getByText(address).waitFor()
  expect(await width()).toBe(320)

  await page.goto(invited.address)
  await beginNewPassword(page)
  expect(await width()).toBe(320)

  await page.goto(factors.address)
  await signIn(page, 'joan@example.com')
  await setUpFactors(page)
  expect(await width()).toBe(320)
})
