import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { createAccount, type Demo, declare, password, start } from './start.js'

let demo: Demo
beforeAll(async () => {
  demo = await start()
  await createAccount(demo, 'grace@example.com')
})
afterAll(() => demo.stop())

/** Presses Tab until the control of that name has the focus, which has to be seen. */
async function tabTo(page: Page, role: 'button' | 'textbox', name: string) {
  const wanted = page.getByRole(role, { name, exact: true })
  await wanted.waitFor()
  for (let presses = 0; presses < 60; presses++) {
    if (await wanted.evaluate((element) => element === document.activeElement)) {
      // A field draws the ring around its frame.
      const ring = await wanted.evaluate((element) =>
        [element, element.parentElement ?? element].some((shown) => {
          const { outlineStyle, outlineWidth } = getComputedStyle(shown)
          return outlineStyle === 'solid' && Number.parseFloat(outlineWidth) >= 2
        }),
      )
      expect(ring, `visible focus on ${name}`).toBe(true)
      return
    }
    await page.keyboard.press('Tab')
  }
  throw new Error(`Tab does not reach ${name}`)
}

async function headingHasFocus(page: Page, name: string) {
  await page.getByRole('heading', { name }).waitFor()
  await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe(name)
}

test('the whole demo can be used by keyboard, and every step starts at its heading', async () => {
  const page = await demo.open()
  await tabTo(page, 'button', 'Create an account')
  await page.keyboard.press('Enter')

  await headingHasFocus(page, 'Create an account')
  await tabTo(page, 'textbox', 'E-mail address')
  await page.keyboard.type('ada@example.com')
  await tabTo(page, 'textbox', 'Password')
  await page.keyboard.type(password)
  await page.keyboard.press('Enter')

  await headingHasFocus(page, 'Check your inbox')
  await tabTo(page, 'button', 'Use it')
  await page.keyboard.press('Space')
  await tabTo(page, 'button', 'Confirm')
  await page.keyboard.press('Enter')

  await headingHasFocus(page, 'You are signed in')
  await tabTo(page, 'button', 'Refresh now')
  await page.keyboard.press('Enter')
  await page.getByText('Fresh tokens since').waitFor()
  await tabTo(page, 'button', 'Sign out')
  await page.keyboard.press('Enter')

  await headingHasFocus(page, 'Sign in')
})

test('a forgotten password can be replaced by keyboard', async () => {
  const page = await demo.open()
  await tabTo(page, 'button', 'Forgot your password?')
  await page.keyboard.press('Enter')

  await headingHasFocus(page, 'Forgot your password?')
  await tabTo(page, 'textbox', 'E-mail address')
  await page.keyboard.type('grace@example.com')
  await page.keyboard.press('Enter')

  await headingHasFocus(page, 'Reset your password')
  await tabTo(page, 'button', 'Use it')
  await page.keyboard.press('Enter')
  await tabTo(page, 'textbox', 'New password')
  await page.keyboard.type('Another-horse-2')
  await page.keyboard.press('Enter')

  await headingHasFocus(page, 'Sign in')
  await tabTo(page, 'textbox', 'Password')
  await page.keyboard.type('Another-horse-2')
  await page.keyboard.press('Enter')
  await headingHasFocus(page, 'You are signed in')
})

test('a temporary password can be replaced by keyboard', async () => {
  const inviting = await start(
    declare({
      Schema: [{ Name: 'given_name', Required: true }],
      users: [{ Username: 'grace@example.com', Password: password, Temporary: true }],
    }),
  )
  onTestFinished(() => inviting.stop())
  const page = await inviting.open()
  await tabTo(page, 'textbox', 'E-mail address')
  await page.keyboard.type('grace@example.com')
  await tabTo(page, 'textbox', 'Password')
  await page.keyboard.type(password)
  await page.keyboard.press('Enter')

  await headingHasFocus(page, 'Choose a new password')
  await tabTo(page, 'textbox', 'New password')
  await page.keyboard.type('Another-horse-2')
  await tabTo(page, 'textbox', 'Given name')
  await page.keyboard.type('Grace')
  await tabTo(page, 'button', 'Save and sign in')
  await page.keyboard.press('Enter')
  await headingHasFocus(page, 'You are signed in')
})
