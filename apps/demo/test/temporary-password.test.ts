import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Demo, declare, focusedName, readPair, signIn, start } from './start.js'

const temporary = 'Temporary-1-horse'
const own = 'Chosen-horse-2'

const invite = (name: string, attributes: Record<string, string>) => ({
  Username: `${name}@example.com`,
  Password: temporary,
  Temporary: true,
  UserAttributes: Object.entries(attributes).map(([Name, Value]) => ({ Name, Value })),
})

let demo: Demo
beforeAll(async () => {
  demo = await start(
    declare({
      Schema: [
        { Name: 'given_name', Required: true },
        { Name: 'birthdate', Required: true },
      ],
      users: [
        invite('ada', { given_name: 'Ada', birthdate: '1815-12-10' }),
        invite('grace', {}),
        invite('joan', { given_name: 'Joan', birthdate: '1917-06-24' }),
      ],
    }),
  )
})
afterAll(() => demo.stop())

const alert = (page: Page) => page.locator('form').getByRole('alert')
const newPassword = (page: Page) => page.getByLabel('New password', { exact: true })
const save = (page: Page) => page.getByRole('button', { name: 'Save and sign in' })

async function signInFirst(page: Page, username: string) {
  await page.getByLabel('E-mail address').fill(username)
  await page.getByLabel('Password', { exact: true }).fill(temporary)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('heading', { name: 'Choose a new password' }).waitFor()
}

test('a temporary password is replaced at the first sign-in, and only the new one works from then on', async () => {
  const page = await demo.open()
  await signInFirst(page, 'ada@example.com')
  for (const [refused, sentence] of [
    ['', 'Choose a password.'],
    ['Short-1', 'The password is too short.'],
    [`${own} `, 'A password cannot begin or end with a blank'],
  ] as const) {
    await newPassword(page).fill(refused)
    await save(page).click()
    await alert(page).getByText(sentence).waitFor()
    await expect.poll(() => focusedName(page)).toBe('password')
  }
  await newPassword(page).fill(own)
  await save(page).click()
  await page.getByRole('heading', { name: 'You are signed in' }).waitFor()

  const elsewhere = await demo.open()
  await signIn(elsewhere, 'ada@example.com', own)
})

test('attributes that the pool requires and the account lacks are asked for together with the password', async () => {
  const page = await demo.open()
  await signInFirst(page, 'grace@example.com')
  await newPassword(page).fill(own)
  await page.getByLabel('Given name').fill('Grace')
  await save(page).click()
  await alert(page).getByText('Date of birth is missing.').waitFor()
  await expect.poll(() => focusedName(page)).toBe('birthdate')
  await expect.poll(() => page.getByLabel('Date of birth').getAttribute('aria-invalid')).toBe('true')

  await page.getByLabel('Date of birth').fill('1906-12-09')
  await save(page).click()
  const whoAmI = page.getByRole('region', { name: 'Who am I' })
  expect(await readPair(whoAmI, 'given_name')).toBe('Grace')
  expect(await readPair(whoAmI, 'birthdate')).toBe('1906-12-09')
})

test('a temporary password cannot be reset, and a sign-in that waits too long for a new one starts again', async () => {
  const page = await demo.open()
  await page.getByRole('button', { name: 'Forgot your password?' }).click()
  await page.getByLabel('E-mail address').fill('joan@example.com')
  await page.getByRole('button', { name: 'Send a code' }).click()
  await alert(page).getByText('This account has a temporary password.').waitFor()
  await page.getByRole('button', { name: 'Back to sign-in' }).click()

  await signInFirst(page, 'joan@example.com')
  demo.server.clock.advance(4 * 60)
  await newPassword(page).fill(own)
  await save(page).click()
  await alert(page).getByText('This sign-in has taken too long').waitFor()
  await page.getByRole('button', { name: 'Back to sign-in' }).click()
  await signInFirst(page, 'joan@example.com')
  await newPassword(page).fill(own)
  await save(page).click()
  await page.getByRole('heading', { name: 'You are signed in' }).waitFor()
})
