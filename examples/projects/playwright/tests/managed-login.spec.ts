import { expect } from '@playwright/test'
import { password, test, username } from './fixtures.js'

test('a user signs in on the pages of the pool, and comes back with a code', async ({ page }) => {
  const query = new URLSearchParams({
    client_id: 'amuletdevoauthclient000000',
    response_type: 'code',
    redirect_uri: 'http://localhost:5173/callback',
    scope: 'openid email',
  })
  await page.goto(`http://127.0.0.1:9230/oauth2/authorize?${query}`)
  await page.locator('[name=username]').fill(username)
  await page.locator('[name=password]').fill(password)
  await page.locator('[name=password]').press('Enter')
  await page.waitForURL(/^http:\/\/localhost:5173\/callback\?code=/)
  // The browser is known on the pages from now on.
  await page.goto(`http://127.0.0.1:9230/oauth2/authorize?${query}`)
  await page.waitForURL(/^http:\/\/localhost:5173\/callback\?code=/)
  await expect(page.getByRole('status')).toHaveText('Please sign in.')
})
