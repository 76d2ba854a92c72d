import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import {
  createAccount,
  type Demo,
  declare,
  focusedName,
  password,
  readPair,
  signIn,
  signUp,
  start,
} from './start.js'

let demo: Demo
beforeAll(async () => {
  demo = await start()
  for (const name of ['ada', 'grace', 'joan']) await createAccount(demo, `${name}@example.com`)
})
afterAll(() => demo.stop())

const another = 'Another-horse-2'
const alert = (page: Page) => page.locator('form').getByRole('alert')
const newPassword = (page: Page) => page.getByLabel('New password', { exact: true })

async function askForCode(page: Page, email: string) {
  await page.getByRole('button', { name: 'Forgot your password?' }).click()
  await page.getByRole('heading', { name: 'Forgot your password?' }).waitFor()
  await page.getByLabel('E-mail address').fill(email)
  await page.getByRole('button', { name: 'Send a code' }).click()
  await page.getByRole('heading', { name: 'Reset your password' }).waitFor()
}

test('a forgotten password is replaced with a code, and only the new one signs in', async () => {
  const page = await demo.open()
  await page.getByLabel('E-mail address').fill('ada@example.com')
  await page.getByRole('button', { name: 'Forgot your password?' }).click()
  // What was typed already is not asked for again.
  await page.getByRole('button', { name: 'Send a code' }).click()
  await page.getByText('If ada@example.com has an account here, a code is on its way to a***@e***.').waitFor()

  const code = demo.server.inbox.last('ada@example.com')?.code
  await page.getByText(`your code is ${code}`).waitFor()
  await page.getByRole('button', { name: 'Use it' }).click()
  await newPassword(page).fill(another)
  await page.getByRole('button', { name: 'Change password' }).click()
  await page.getByRole('status').getByText('Your password is changed. Now sign in with it.').waitFor()

  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await alert(page).getByText('The e-mail address and the password do not match.').waitFor()
  await signIn(page, 'ada@example.com', another)
  expect(await readPair(page.getByRole('region', { name: 'Who am I' }), 'email')).toBe('ada@example.com')
})

test('a code is asked for by name, must be right, and may be sent again', async () => {
  const page = await demo.open()
  await page.getByRole('button', { name: 'Forgot your password?' }).click()
  await page.getByRole('button', { name: 'Send a code' }).click()
  await alert(page).getByText('Enter your e-mail address.').waitFor()
  await expect.poll(() => focusedName(page)).toBe('email')
  await page.getByRole('button', { name: 'Back to sign-in' }).click()

  await askForCode(page, 'grace@example.com')
  const submit = page.getByRole('button', { name: 'Change password' })
  await submit.click()
  await alert(page).getByText('Choose a password.').waitFor()
  await expect.poll(() => focusedName(page)).toBe('password')
  await newPassword(page).fill(another)
  await submit.click()
  await alert(page).getByText('Enter the code from the message.').waitFor()
  await expect.poll(() => focusedName(page)).toBe('code')

  const first = demo.server.inbox.last('grace@example.com')?.code ?? ''
  await page.getByRole('button', { name: 'Send a new code' }).click()
  await page.getByRole('status').getByText('A new code was asked for, to be sent to g***@e***.').waitFor()
  const second = demo.server.inbox.last('grace@example.com')?.code ?? ''
  // Two random codes may be the same.
  if (first !== second) {
    await page.getByLabel('Code').fill(first)
    await submit.click()
    await alert(page).getByText('That is not the code we sent.').waitFor()
  }
  await page.getByLabel('Code').fill(second)
  await submit.click()
  await page.getByText('Your password is changed.').waitFor()
})

test('a visitor without an account gets the same answer', async () => {
  const page = await demo.open()
  await askForCode(page, 'nobody@example.com')
  await page.getByText('If nobody@example.com has an account here').waitFor()
  expect(demo.server.inbox.last('nobody@example.com')).toBeUndefined()
})

test('a code that was sent to confirm an address is not offered for a password', async () => {
  await signUp(demo, 'mary@example.com')
  const page = await demo.open()
  const look = () => page.waitForResponse(/_amulet\/inbox/, { timeout: 60_000 })
  const looked = look().then(look)
  // It is awaited below.
  looked.catch(() => {})
  await askForCode(page, 'mary@example.com')
  // At the second look, what came of the first is on the page.
  expect(await (await looked).json()).toMatchObject([{ purpose: 'sign-up' }])
  expect(await page.getByText('Development inbox').count()).toBe(0)
})

test('a user whose password an administrator has reset is taken to the code by signing in', async () => {
  await createAccount(demo, 'rosa@example.com')
  const { userPoolId: UserPoolId, userPoolEndpoint } = demo.pool
  const reset = await fetch(userPoolEndpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'AWSCognitoIdentityProviderService.AdminResetUserPassword',
      // The development server takes any credentials.
      authorization: 'AWS4-HMAC-SHA256 Credential=any',
    },
    body: JSON.stringify({ UserPoolId, Username: 'rosa@example.com' }),
  })
  expect(reset.status).toBe(200)

  const page = await demo.open()
  await page.getByLabel('E-mail address').fill('rosa@example.com')
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('heading', { name: 'Reset your password' }).waitFor()
  await page
    .getByRole('alert')
    .getByText('This account needs a new password before you can sign in.')
    .waitFor()
  await page.getByRole('button', { name: 'Use it' }).click()
  await newPassword(page).fill(another)
  await page.getByRole('button', { name: 'Change password' }).click()
  await page.getByText('Your password is changed.').waitFor()
})

test('an account without a confirmed address is reported as such, where the pool says so', async () => {
  const telling = await start(declare({}))
  onTestFinished(() => telling.stop())
  await signUp(telling, 'mary@example.com')
  const page = await telling.open()
  await page.getByRole('button', { name: 'Forgot your password?' }).click()
  await page.getByLabel('E-mail address').fill('mary@example.com')
  await page.getByRole('button', { name: 'Send a code' }).click()
  await alert(page).getByText('A code cannot be sent: no address of this account is confirmed.').waitFor()
})

test('a user who asks too often learns that the wait can take up to an hour', async () => {
  const page = await demo.open()
  await askForCode(page, 'joan@example.com')
  const resend = page.getByRole('button', { name: 'Send a new code' })
  for (let sent = 1; sent < 5; sent++) {
    await resend.click()
    await expect.poll(() => codesSent('joan@example.com')).toBe(sent + 1)
    await resend.waitFor()
  }
  await resend.click()
  await alert(page).getByText('Wait up to an hour, then try again.').waitFor()
  expect(codesSent('joan@example.com')).toBe(5)
})

const codesSent = (to: string) =>
  demo.server.inbox.list(to).filter(({ purpose }) => purpose === 'forgot-password').length
