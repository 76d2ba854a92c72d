import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createAccount, type Demo, signIn, start } from './start.js'

let demo: Demo
beforeAll(async () => {
  demo = await start()
  await createAccount(demo, 'ada@example.com')
})
afterAll(() => demo.stop())

const notice = (page: Page, role: 'status' | 'alert') => page.locator(`.notice[role=${role}]`)
const colour = (element: Locator) => element.evaluate((shown) => getComputedStyle(shown).borderLeftColor)

test('a sign-out that did not reach the server shows a warning, and does not look like a success', async () => {
  const page = await demo.open()
  const signOut = page.getByRole('button', { name: 'Sign out', exact: true })
  await signIn(page, 'ada@example.com')
  await signOut.click()
  await notice(page, 'status').getByText('You are signed out.').waitFor()
  await expect.poll(() => notice(page, 'alert').textContent()).toBe('')
  const good = await colour(notice(page, 'status'))

  await signIn(page, 'ada@example.com')
  await page.route(`${demo.pool.userPoolEndpoint}**`, (route) => route.abort())
  await signOut.click()
  await notice(page, 'alert')
    .getByText('You are signed out in this browser, but the server was not told.')
    .waitFor()
  await expect.poll(() => notice(page, 'status').textContent()).toBe('')
  expect(await colour(notice(page, 'alert'))).not.toBe(good)
})

test('a session that cannot be continued when the page starts shows a warning', async () => {
  const context = await demo.browser.newContext()
  await context.clock.install()
  const page = await demo.open(context)
  await signIn(page, 'ada@example.com')
  await page.evaluate(() => {
    for (const key of Object.keys(localStorage)) {
      if (key.endsWith('.refreshToken')) localStorage.removeItem(key)
    }
  })
  await context.clock.fastForward('02:00:00')
  await page.reload()
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  await notice(page, 'alert').getByText('Your session has ended. Please sign in again.').waitFor()
})
