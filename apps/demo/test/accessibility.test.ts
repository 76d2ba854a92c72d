import axe from 'axe-core'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createAccount, type Demo, password, signIn, start } from './start.js'

let demo: Demo
beforeAll(async () => {
  demo = await start()
  await createAccount(demo, 'ada@example.com')
})
afterAll(() => demo.stop())

async function violations(page: Page) {
  await page.evaluate(axe.source)
  const { violations } = await page.evaluate(() => window.axe.run())
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
}

declare global {
  interface Window {
    axe: typeof axe
  }
}

test.each(['light', 'dark'] as const)(
  'axe finds nothing wrong with any step in %s colours',
  async (colorScheme) => {
    // Colours in the middle of a transition have contrasts that nobody chose.
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
    await page.getByText('Claims').first().click()
    expect(await violations(page)).toEqual([])
  },
)

test('nothing sticks out of a narrow window', async () => {
  const context = await demo.browser.newContext({ viewport: { width: 320, height: 640 } })
  const page = await demo.open(context)
  await signIn(page, 'ada@example.com')
  await page.getByText('Claims').first().click()
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320)
})
