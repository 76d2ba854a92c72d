import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import config from '../amulet.config.js'
import { createAccount, type Demo, password, readPair, start } from './start.js'
import { violations } from './violations.js'

let demo: Demo
beforeAll(async () => {
  const { userPools = [] } = config
  demo = await start(
    (page) => ({
      ...config,
      userPools: userPools.map((pool) => ({
        ...pool,
        clients: (pool.clients ?? []).map((client) => ({
          ...client,
          CallbackURLs: [page],
          LogoutURLs: [page],
        })),
      })),
    }),
    { hasPages: true, providers: ['Google', 'SignInWithApple', 'LoginWithAmazon', 'Facebook'] },
  )
  await createAccount(demo, 'ada@example.com')
})
afterAll(() => demo.stop())

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()

const signedIn = (page: Page) => page.getByRole('heading', { name: 'You are signed in' }).waitFor()

/** Signs in on the page of the pool, where the e-mail address may stand already. */
async function signInThere(page: Page) {
  await page.locator('[name=username]').first().fill('ada@example.com')
  const typed = page.locator('input[name=password]').first()
  // Where there are several first factors, the page asks for the name alone.
  if (!(await typed.isVisible()))
    await page.locator('[name=signInSubmitButton], [type=submit]').first().click()
  await typed.fill(password)
  await page.locator('[name=signInSubmitButton], [type=submit]').first().click()
}

test('a user signs in on the pool’s own page, and signs out there too', async () => {
  const page = await demo.open()
  await press(page, 'Managed login')
  await signInThere(page)
  await signedIn(page)
  expect(page.url()).toBe(demo.address)
  await page.getByRole('region', { name: 'Events' }).getByText('signInWithRedirect').waitFor()
  await press(page, 'Sign out')
  await page.waitForURL(demo.address)
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  // The pool's pages ask again.
  await press(page, 'Managed login')
  await page.locator('[name=username]').first().waitFor()
})

test('a user signs in in a window, and may close it first', async () => {
  const page = await demo.open()
  const open = async () => {
    const opened = page.context().waitForEvent('page')
    await press(page, 'In a popup')
    const popup = await opened
    await popup.locator('[name=username]').first().waitFor()
    return popup
  }
  await (await open()).close()
  await page.getByText('You have come back without signing in.').waitFor()
  await signInThere(await open())
  await signedIn(page)
  expect(page.context().pages()).toHaveLength(1)
})

test.each([
  ['Google', 'google_'],
  ['Apple', 'signinwithapple_'],
  ['Amazon', 'loginwithamazon_'],
  ['Facebook', 'facebook_'],
])('a person of %s signs in at the provider and comes back', async (provider, prefix) => {
  const context = await demo.browser.newContext({ reducedMotion: 'reduce' })
  const page = await demo.open(context)
  await page.getByRole('group', { name: 'or continue with' }).waitFor()
  expect(await violations(page)).toEqual([])
  await press(page, provider)
  await page.getByRole('link', { name: 'Ada Lovelace' }).click()
  // Apple's answer is a form of its page.
  if (provider === 'Apple') await page.getByRole('button', { name: 'Continue' }).click()
  await signedIn(page)
  const whoAmI = page.getByRole('region', { name: 'Who am I' })
  expect(await readPair(whoAmI, 'email')).toBe('ada@example.com')
  expect(await readPair(whoAmI, 'Signed in as')).toMatch(new RegExp(`^${prefix}`))
  // The password is the provider's.
  const account = page.getByRole('region', { name: 'Your account' })
  expect(await account.getByRole('button').allTextContents()).toEqual(['Change', 'Change', 'Delete'])
  expect(await violations(page)).toEqual([])
})

test('an error on the pool’s pages is shown on this page', async () => {
  const page = await demo.open()
  await press(page, 'Managed login')
  await page.waitForURL(/state=/)
  const state = new URL(page.url()).searchParams.get('state')
  await page.goto(`${demo.address}?error=access_denied&state=${state}`)
  await page.getByText('The user pool’s pages say: access_denied').waitFor()
})
