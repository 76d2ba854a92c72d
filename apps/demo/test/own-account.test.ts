import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createAccount, type Demo, focusedName, password, readPair, signIn, start } from './start.js'
import { violations } from './violations.js'

// What users change about their own account.

let demo: Demo
beforeAll(async () => {
  demo = await start()
})
afterAll(() => demo.stop())

async function signedIn(email: string): Promise<Page> {
  await createAccount(demo, email)
  const context = await demo.browser.newContext({ reducedMotion: 'reduce' })
  const page = await demo.open(context)
  await signIn(page, email)
  return page
}

const entry = (page: Page, name: string) =>
  page.getByRole('region', { name: 'Your account' }).getByRole('listitem', { name })
const open = (page: Page, name: string) => entry(page, name).getByRole('button', { name: 'Change' }).click()

test('a name is changed, and shown as the server has it', async () => {
  const page = await signedIn('ada@example.com')
  await open(page, 'Name')
  await page.getByLabel('Your name').fill('Ada Lovelace')
  expect(await violations(page)).toEqual([])
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Your name is changed.').waitFor()
  await expect
    .poll(() => readPair(page.getByRole('region', { name: 'Who am I' }), 'name'))
    .toBe('Ada Lovelace')
})

test('an e-mail address is changed once the code that went there is entered, and signs in then', async () => {
  const page = await signedIn('bob@example.com')
  await open(page, 'E-mail address')
  const section = entry(page, 'E-mail address')
  await section.getByRole('textbox', { name: 'E-mail address' }).fill('no address')
  await section.getByRole('button', { name: 'Send a code' }).click()
  await section.getByText('That does not look like an e-mail address.').waitFor()
  await section.getByRole('textbox', { name: 'E-mail address' }).fill('robert@example.com')
  await section.getByRole('button', { name: 'Send a code' }).click()
  await section.getByLabel('Code').fill('000000')
  await section.getByRole('button', { name: 'Confirm' }).click()
  await section.getByText('That is not the code we sent.').waitFor()
  expect(await violations(page)).toEqual([])
  await section.getByRole('button', { name: 'Send a new code' }).click()
  await section.getByText('A new code is on its way to r***@e***.').waitFor()
  await section.getByLabel('Code').fill(demo.server.inbox.last('robert@example.com')?.code ?? '')
  await section.getByRole('button', { name: 'Confirm' }).click()
  await page.getByText('Your e-mail address is changed.').waitFor()
  await page.getByRole('button', { name: 'Sign out', exact: true }).click()
  await page.getByText('You are signed out.').waitFor()
  await signIn(page, 'robert@example.com')
})

test('a password is changed with the present one, and errors are shown at their fields', async () => {
  const page = await signedIn('cleo@example.com')
  await open(page, 'Password')
  const change = async (present: string, next: string) => {
    await page.getByLabel('Present password').fill(present)
    await page.getByLabel('New password').fill(next)
    await page.getByRole('button', { name: 'Change password' }).click()
  }
  for (const [present, next, sentence, field] of [
    ['', '', 'Enter your present password and a new one.', 'oldPassword'],
    [password, '', 'Choose a password.', 'password'],
    ['Wrong-horse-1', 'Battery-staple-2', 'That is not your present password.', 'oldPassword'],
    [password, 'short', 'The password is too short.', 'password'],
  ] as const) {
    await change(present, next)
    await page.getByText(sentence).waitFor()
    await expect.poll(() => focusedName(page)).toBe(field)
  }
  expect(await violations(page)).toEqual([])
  await change(password, 'Battery-staple-2')
  await page.getByText('Your password is changed.').waitFor()
  await page.getByRole('button', { name: 'Sign out', exact: true }).click()
  await signIn(page, 'cleo@example.com', 'Battery-staple-2')
})

test('an account is deleted after a second thought', async () => {
  const page = await signedIn('dora@example.com')
  const ask = () => entry(page, 'Delete this account').getByRole('button', { name: 'Delete' }).first().click()
  await ask()
  expect(await violations(page)).toEqual([])
  await page.getByRole('button', { name: 'Keep it' }).click()
  await ask()
  await page.getByRole('button', { name: 'Delete for good' }).click()
  await page.getByText('Your account is deleted.').waitFor()
  await page.getByLabel('E-mail address').fill('dora@example.com')
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByText('The e-mail address and the password do not match.').waitFor()
})
