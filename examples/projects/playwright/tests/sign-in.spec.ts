import { createAdmin, injectFault } from '@amulet/server/testing'
import { expect } from '@playwright/test'
import { password, test, username } from './fixtures.js'

test('a user signs in', async ({ page }) => {
  await page.goto('/')
  await expect(page.getByRole('status')).toHaveText('Please sign in.')
  await page.getByLabel('E-mail address').fill(username)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('status')).toHaveText(`Hello, ${username}`)
  // Also after a reload.
  await page.reload()
  await expect(page.getByRole('status')).toHaveText(`Hello, ${username}`)
})

test('a user resets the password by the code of the message', async ({ page, amulet }) => {
  await page.goto('/')
  await page.getByLabel('E-mail address').fill(username)
  await page.getByRole('button', { name: 'Send me a code' }).click()
  const { code } = await amulet.inbox.next(username)
  await page.getByLabel('Code').fill(code)
  await page.getByLabel('New password').fill('Another-horse-1')
  await page.getByRole('button', { name: 'Change the password' }).click()
  await expect(page.getByRole('status')).toHaveText('The password is changed.')
})

test('a user who may not have another code is told so', async ({ page, amulet }) => {
  await injectFault(amulet, 'ForgotPassword', 'LimitExceededException')
  await page.goto('/')
  await page.getByLabel('E-mail address').fill(username)
  await page.getByRole('button', { name: 'Send me a code' }).click()
  await expect(page.getByRole('status')).toHaveText('LimitExceededException')
})

test.describe('pages that are signed in when they open', () => {
  test.use({ signedInAs: { username: 'grace@example.com', groups: ['admins'] } })

  test('greet the user', async ({ page, amulet }) => {
    await page.goto('/')
    await expect(page.getByRole('status')).toHaveText('Hello, grace@example.com')
    await createAdmin(amulet).adminUserGlobalSignOut({ Username: 'grace@example.com' })
    await page.reload()
    await expect(page.getByRole('status')).toHaveText('Please sign in.')
  })

  test('are those of this test alone', async ({ page, amulet }) => {
    await page.goto('/')
    await expect(page.getByRole('status')).toHaveText('Hello, grace@example.com')
    const { Users } = await createAdmin(amulet).listUsers()
    expect(Users).toHaveLength(2)
  })
})
