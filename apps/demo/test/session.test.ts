import { afterAll, beforeAll, expect, test } from 'vitest'
import { createAccount, type Demo, readPair, signIn, start } from './start.js'

let demo: Demo
beforeAll(async () => {
  demo = await start()
  await createAccount(demo, 'ada@example.com')
})
afterAll(() => demo.stop())

test('a reload keeps the user', async () => {
  const page = await demo.open()
  await signIn(page, 'ada@example.com')
  await page.reload()
  await page.getByRole('heading', { name: 'You are signed in' }).waitFor()
  expect(await readPair(page.getByRole('region', { name: 'Who am I' }), 'email')).toBe('ada@example.com')
})

test('a second tab sees the sign-in and the sign-out of the first', async () => {
  const first = await demo.open()
  const second = await demo.open(first.context())
  await second.getByRole('heading', { name: 'Sign in' }).waitFor()

  // A tab behind another one is drawn once a second.
  await first.bringToFront()
  await signIn(first, 'ada@example.com')
  await second.getByRole('heading', { name: 'You are signed in' }).waitFor()

  await first.getByRole('button', { name: 'Sign out', exact: true }).click()
  await second.getByText('You were signed out in another tab.').waitFor()
  await second.getByRole('heading', { name: 'Sign in' }).waitFor()
})

test('signing out everywhere ends the session of another browser', async () => {
  const laptop = await demo.open()
  const phone = await demo.open()
  await signIn(laptop, 'ada@example.com')
  await signIn(phone, 'ada@example.com')

  await laptop.getByRole('button', { name: 'Sign out everywhere' }).click()
  await laptop.getByText('You are signed out.').waitFor()
  await phone.getByRole('button', { name: 'Refresh now' }).click()
  await phone.getByText('Your session has ended.').waitFor()
})

test('signing out here leaves another browser signed in', async () => {
  const laptop = await demo.open()
  const phone = await demo.open()
  await signIn(laptop, 'ada@example.com')
  await signIn(phone, 'ada@example.com')

  await laptop.getByRole('button', { name: 'Sign out', exact: true }).click()
  await laptop.getByText('You are signed out.').waitFor()
  await phone.getByRole('button', { name: 'Refresh now' }).click()
  await phone.getByText('Fresh tokens since').waitFor()
})

test('a user whose tokens have expired while the server is unreachable is not signed out', async () => {
  const context = await demo.browser.newContext()
  await context.clock.install()
  const page = await demo.open(context)
  await signIn(page, 'ada@example.com')

  await context.clock.fastForward('02:00:00')
  await page.route(`${demo.pool.userPoolEndpoint}**`, (route) => route.abort())
  await page.reload()
  await page.getByRole('heading', { name: 'You are signed in' }).waitFor()
  await page.getByRole('alert').getByText('The user pool does not answer.').first().waitFor()

  await page.unroute(`${demo.pool.userPoolEndpoint}**`)
  await page.getByRole('button', { name: 'Refresh now' }).click()
  await page.getByText('Fresh tokens since').waitFor()
  expect(await readPair(page.getByRole('region', { name: 'Who am I' }), 'email')).toBe('ada@example.com')
})

test('the warning about an unreachable server disappears once another tab has reached it', async () => {
  const context = await demo.browser.newContext()
  await context.clock.install()
  const page = await demo.open(context)
  await signIn(page, 'ada@example.com')
  await context.clock.fastForward('02:00:00')
  await page.route(`${demo.pool.userPoolEndpoint}**`, (route) => route.abort())
  await page.reload()
  const tokens = page.getByRole('region', { name: 'Tokens' })
  await tokens.getByText('The user pool does not answer.').waitFor()

  await page.unroute(`${demo.pool.userPoolEndpoint}**`)
  await demo.open(context)
  await tokens.getByRole('article', { name: 'Access token' }).waitFor()
  await expect
    .poll(() =>
      page
        .getByRole('alert')
        .allTextContents()
        .then((texts) => texts.join('')),
    )
    .toBe('')
})

test('the time left runs down, and a later visit gets new tokens by itself', async () => {
  const context = await demo.browser.newContext()
  await context.clock.install()
  const page = await demo.open(context)
  await signIn(page, 'ada@example.com')
  const timeLeft = page.getByRole('article', { name: 'Access token' }).getByRole('timer')

  await context.clock.fastForward('30:00')
  await expect.poll(() => timeLeft.textContent()).toMatch(/^(30 min \d|29 min \d+) s left$/)
  await context.clock.fastForward('31:00')
  await expect.poll(() => timeLeft.textContent()).toContain('expired')

  demo.server.clock.advance(61 * 60)
  await page.reload()
  await expect.poll(() => timeLeft.textContent()).toMatch(/^(1 h|59 min \d+ s)/)
})
