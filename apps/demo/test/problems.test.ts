import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createAccount, type Demo, focusedName, password, signUp, start } from './start.js'

let demo: Demo
beforeAll(async () => {
  demo = await start()
  await createAccount(demo, 'ada@example.com')
})
afterAll(() => demo.stop())

const passwordField = (page: Page) => page.getByLabel('Password', { exact: true })

test.each([
  ['a wrong password', 'ada@example.com', 'Wrong-password-1'],
  ['an unknown address', 'nobody@example.com', password],
])('%s is answered with a sentence, and the password can be corrected at once', async (_, email, typed) => {
  const page = await demo.open()
  await page.getByLabel('E-mail address').fill(email)
  await passwordField(page).fill(typed)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()

  await page.getByRole('alert').getByText('The e-mail address and the password do not match.').waitFor()
  // It stands at the field, and the field says so.
  const description = await passwordField(page).getAttribute('aria-describedby')
  expect(await page.locator(`[id="${description}"]`).textContent()).toContain('do not match')
  await expect.poll(() => passwordField(page).getAttribute('aria-invalid')).toBe('true')
  await expect.poll(() => focusedName(page)).toBe('password')
})

test('empty fields are named one by one', async () => {
  const page = await demo.open()
  const submit = page.getByRole('button', { name: 'Sign in', exact: true })
  await submit.click()
  await page.getByText('Enter your e-mail address.').waitFor()
  await expect.poll(() => focusedName(page)).toBe('email')

  await page.getByLabel('E-mail address').fill('ada@example.com')
  await submit.click()
  await page.getByText('Enter your password.').waitFor()
  await expect.poll(() => focusedName(page)).toBe('password')
})

test('a password that is too weak is reported with what it lacks', async () => {
  const page = await demo.open()
  await page.getByRole('button', { name: 'Create an account' }).click()
  await page.getByLabel('E-mail address').fill('eve@example.com')
  for (const [weak, sentence] of [
    ['', 'Choose a password.'],
    ['Short-1', 'The password is too short. Choose a longer one.'],
    ['correct-horse-1', 'The password needs an upper-case letter.'],
    ['CORRECT-HORSE-1', 'The password needs a lower-case letter.'],
    ['Correct-horse', 'The password needs a digit.'],
    ['Correcthorse1', 'The password needs a symbol.'],
    [` ${password}`, 'A password cannot begin or end with a blank'],
    [`${password} `, 'A password cannot begin or end with a blank'],
    [`${password}${'x'.repeat(256)}`, 'The password is too long. Choose a shorter one.'],
  ] as const) {
    await passwordField(page).fill(weak)
    await page.getByRole('button', { name: 'Create account' }).click()
    await page.getByRole('alert').getByText(sentence).waitFor()
    await expect.poll(() => focusedName(page)).toBe('password')
  }
  expect(demo.server.inbox.last('eve@example.com')).toBeUndefined()
})

test('a taken address and an invalid one are marked', async () => {
  const page = await demo.open()
  await page.getByRole('button', { name: 'Create an account' }).click()
  await passwordField(page).fill(password)
  for (const [email, sentence] of [
    ['not an address', 'That does not look like an e-mail address.'],
    ['ada@example.com', 'There is an account with this e-mail address already.'],
  ] as const) {
    await page.getByLabel('E-mail address').fill(email)
    await page.getByRole('button', { name: 'Create account' }).click()
    await page.getByRole('alert').getByText(sentence).waitFor()
    await expect.poll(() => page.getByLabel('E-mail address').getAttribute('aria-invalid')).toBe('true')
  }
})

test('an unreachable server is distinguished from a wrong password', async () => {
  const page = await demo.open()
  await page.getByLabel('E-mail address').fill('ada@example.com')
  await passwordField(page).fill(password)
  await page.route(`${demo.pool.userPoolEndpoint}**`, (route) => route.abort())
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('alert').getByText('The user pool does not answer.').waitFor()

  await page.unroute(`${demo.pool.userPoolEndpoint}**`)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('heading', { name: 'You are signed in' }).waitFor()
})

test('a page that a proxy sends instead of an answer is reported as such', async () => {
  const page = await demo.open()
  await page.getByLabel('E-mail address').fill('ada@example.com')
  await passwordField(page).fill(password)
  await page.route(`${demo.pool.userPoolEndpoint}**`, (route) =>
    route.fulfill({ status: 200, contentType: 'text/html', body: '<h1>Welcome to the hotel</h1>' }),
  )
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('alert').getByText('Something on the way answered').waitFor()
})

test('only the last button that was pressed has something to say about codes', async () => {
  const page = await demo.open()
  await page.getByRole('button', { name: 'Create an account' }).click()
  await page.getByLabel('E-mail address').fill('lin@example.com')
  await passwordField(page).fill(password)
  await page.getByRole('button', { name: 'Create account' }).click()
  const alert = page.locator('form').getByRole('alert')
  const resend = page.getByRole('button', { name: 'Send a new code' })
  const wrong = async () => {
    await page.getByLabel('Code').fill('abc')
    await page.getByRole('button', { name: 'Confirm' }).click()
    await alert.getByText('That is not the code we sent.').waitFor()
  }
  await wrong()
  await page.route(`${demo.pool.userPoolEndpoint}**`, (route) => route.abort())
  await resend.click()
  await alert.getByText('The user pool does not answer.').waitFor()
  await page.unroute(`${demo.pool.userPoolEndpoint}**`)

  await wrong()
  await resend.click()
  await page.getByText('A new code is on its way').waitFor()
  await expect.poll(async () => (await alert.allTextContents()).join('')).toBe('')
  await expect.poll(() => page.getByLabel('Code').getAttribute('aria-invalid')).toBe('false')
})

test('a code may be pasted with the blanks it was copied with', async () => {
  const page = await demo.open()
  await page.getByRole('button', { name: 'Create an account' }).click()
  await page.getByLabel('E-mail address').fill('kay@example.com')
  await passwordField(page).fill(password)
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.getByRole('heading', { name: 'Check your inbox' }).waitFor()
  const code = demo.server.inbox.last('kay@example.com')?.code ?? ''
  await page.getByLabel('Code').focus()
  await page.keyboard.insertText(` ${code.slice(0, 3)} ${code.slice(3)} `)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'You are signed in' }).waitFor()
})

test('the password is shown and hidden on request', async () => {
  const page = await demo.open()
  await passwordField(page).fill('Secret')
  const show = page.getByRole('button', { name: 'Show password' })
  const type = () => passwordField(page).getAttribute('type')
  expect(await show.textContent()).toBe('Show')
  expect(await type()).toBe('password')
  await show.click()
  await expect.poll(type).toBe('text')
  const hide = page.getByRole('button', { name: 'Hide password' })
  expect(await hide.textContent()).toBe('Hide')
  await hide.click()
  await expect.poll(type).toBe('password')
})

test('a user who requests too many codes learns that the wait can take up to an hour', async () => {
  await signUp(demo, 'hedy@example.com')
  const page = await demo.open()
  await page.getByLabel('E-mail address').fill('hedy@example.com')
  await passwordField(page).fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  const resend = page.getByRole('button', { name: 'Send a new code' })
  for (let sent = 1; sent <= 5; sent++) {
    await resend.click()
    await expect.poll(() => demo.server.inbox.list('hedy@example.com').length).toBe(1 + sent)
  }
  await resend.click()
  await page.getByRole('alert').getByText('Wait up to an hour, then try again.').waitFor()
})

test('a user who mistypes the password too often learns how long the wait can take', async () => {
  await createAccount(demo, 'rosa@example.com')
  const page = await demo.open()
  await page.getByLabel('E-mail address').fill('rosa@example.com')
  await passwordField(page).fill('Wrong-password-1')
  const submit = page.getByRole('button', { name: 'Sign in', exact: true })
  const told = page.getByRole('alert').getByText('after many up to 15 minutes.')
  // The first wait is over after a second, which may be sooner than the next try comes.
  for (let tries = 0; tries < 10 && !(await told.isVisible()); tries++) {
    await submit.click()
    // While it is busy, it has another name.
    await submit.waitFor()
  }
  await told.waitFor()
})
