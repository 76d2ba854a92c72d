import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Demo, password, readPair, signIn, start } from './start.js'

let demo: Demo
beforeAll(async () => {
  demo = await start()
})
afterAll(() => demo.stop())

test('a user signs up, confirms, is signed in, gets fresh tokens and signs out', async () => {
  const page = await demo.open()
  await page.getByRole('button', { name: 'Create an account' }).click()
  await page.getByLabel('Your name').fill('Grace')
  await page.getByLabel('E-mail address').fill('grace@example.com')
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Create account' }).click()

  await page.getByText('We sent a code to g***@e***').waitFor()
  await page.getByLabel('Code').fill(demo.server.inbox.last('grace@example.com')?.code ?? '')
  await page.getByRole('button', { name: 'Confirm' }).click()

  await page.getByRole('heading', { name: 'You are signed in' }).waitFor()
  const whoAmI = page.getByRole('region', { name: 'Who am I' })
  expect(await readPair(whoAmI, 'name')).toBe('Grace')
  expect(await readPair(whoAmI, 'email')).toBe('grace@example.com')

  const accessToken = page.getByRole('article', { name: 'Access token' })
  expect(await accessToken.getByRole('timer').textContent()).toMatch(/^(1 h|59 min \d+ s) .*left$/)
  await accessToken.getByText('Claims').click()
  expect(await readPair(accessToken, 'client_id')).toBe('amuletdevwebclient00000000')
  const firstId = await readPair(accessToken, 'jti')
  await page.getByRole('button', { name: 'Refresh now' }).click()
  await page.getByText('Fresh tokens since').waitFor()
  expect(await readPair(accessToken, 'jti')).not.toBe(firstId)

  await page.getByRole('button', { name: 'Sign out', exact: true }).click()
  await page.getByText('You are signed out.').waitFor()
  const keys = await page.evaluate(() => Object.keys(localStorage))
  expect(keys.filter((key) => /token/i.test(key))).toEqual([])
})

test('a new code replaces the first one, and the page offers the code in the development inbox', async () => {
  const page = await demo.open()
  await page.getByRole('button', { name: 'Create an account' }).click()
  await page.getByLabel('E-mail address').fill('joan@example.com')
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.getByRole('button', { name: 'Send a new code' }).click()
  await page.getByText('A new code is on its way to j***@e***.').waitFor()

  const [second, first] = demo.server.inbox.list('joan@example.com')
  // Two random codes may be the same.
  if (first?.code !== second?.code) {
    await page.getByLabel('Code').fill(first?.code ?? '')
    await page.getByRole('button', { name: 'Confirm' }).click()
    await page.getByText('That is not the code we sent.').waitFor()
  }

  await page.getByText(`your code is ${second?.code}`).waitFor()
  await page.getByRole('button', { name: 'Use it' }).click()
  expect(await page.getByLabel('Code').inputValue()).toBe(second?.code)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'You are signed in' }).waitFor()
})

test('an account that is confirmed after a reload of the page signs in by the form', async () => {
  const page = await demo.open()
  await page.getByRole('button', { name: 'Create an account' }).click()
  await page.getByLabel('E-mail address').fill('ida@example.com')
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.getByRole('heading', { name: 'Check your inbox' }).waitFor()
  await page.reload()
  await page.getByLabel('E-mail address').fill('ida@example.com')
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('button', { name: 'Use it' }).click()
  await page.getByRole('button', { name: 'Confirm' }).click()
  await page.getByText('Your e-mail address is confirmed. Now sign in.').waitFor()
  await signIn(page, 'ida@example.com')
})

test('a user who left before confirming is led back to the code by signing in', async () => {
  const page = await demo.open()
  await page.getByRole('button', { name: 'Create an account' }).click()
  await page.getByLabel('E-mail address').fill('mary@example.com')
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.getByRole('heading', { name: 'Check your inbox' }).waitFor()

  await page.reload()
  await page.getByLabel('E-mail address').fill('mary@example.com')
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByText('This account still waits for its code.').waitFor()
  await page.getByRole('heading', { name: 'Check your inbox' }).waitFor()
})
