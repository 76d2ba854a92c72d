import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Demo, declare, start } from './start.js'

let demo: Demo
beforeAll(async () => {
  demo = await start(declare({ Policies: { PasswordPolicy: { MinimumLength: 12, RequireNumbers: true } } }))
})
afterAll(() => demo.stop())

test('a pool with a policy of its own is not described by the default policy', async () => {
  const page = await demo.open()
  await page.getByRole('button', { name: 'Create an account' }).click()
  await page.getByLabel('E-mail address').fill('eve@example.com')
  const field = page.getByLabel('Password', { exact: true })
  const submit = page.getByRole('button', { name: 'Create account' })
  const alert = page.locator('form').getByRole('alert')
  await field.fill('correct-1')
  // What is said before the server was asked holds for any pool.
  expect(await page.locator('form').textContent()).not.toMatch(/\d|✓|done/)

  await submit.click()
  await alert.getByText('The password is too short. Choose a longer one.').waitFor()
  expect(await page.locator('form').textContent()).not.toMatch(/\d/)
  await field.fill('correct horse')
  await submit.click()
  await alert.getByText('The password needs a digit.').waitFor()
  // Neither capitals nor symbols.
  await field.fill('correct horse 1')
  await submit.click()
  await page.getByRole('heading', { name: 'Check your inbox' }).waitFor()
})
