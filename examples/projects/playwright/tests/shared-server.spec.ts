import { connect, createSession } from '@amulet/server/testing'
import { expect, test } from '@playwright/test'

// For applications whose own server calls the user pool. Tests share the server, so each has users of its own.
const pool = 'http://127.0.0.1:9239'
const amulet = connect(pool)

test('a page that is signed in', async ({ browser, baseURL }) => {
  const session = await createSession(amulet)
  const context = await browser.newContext({ storageState: session.storageState(baseURL ?? '') })
  const page = await context.newPage()
  await page.goto(`/?pool=${pool}`)
  await expect(page.getByRole('status')).toHaveText(`Hello, ${session.username}`)
  await context.close()
})

test('a message is waited for', async ({ page }) => {
  const { username } = await createSession(amulet)
  await page.goto(`/?pool=${pool}`)
  await page.getByLabel('E-mail address').fill(username)
  await page.getByRole('button', { name: 'Send me a code' }).click()
  const { purpose } = await amulet.inbox.next(username)
  expect(purpose).toBe('forgot-password')
})
