import { afterAll, beforeAll, expect, test } from 'vitest'
import { createAccount, type Demo, password, readPair, signIn, start } from './start.js'
import { violations } from './violations.js'

// What the page shows of what happens behind each step.

let demo: Demo
beforeAll(async () => {
  demo = await start()
  await createAccount(demo, 'ada@example.com')
})
afterAll(() => demo.stop())

test('each step has its code, and the requests that were sent, without passwords and whole tokens', async () => {
  const context = await demo.browser.newContext({ reducedMotion: 'reduce' })
  const page = await demo.open(context)
  const code = page.getByRole('region', { name: 'In your application' })
  const requests = page.getByRole('region', { name: 'Requests' })
  await code.getByText('await signIn({').waitFor()

  await page.getByRole('button', { name: 'Create an account' }).click()
  await code.getByText('await signUp({').waitFor()
  await page.getByLabel('E-mail address').fill('bob@example.com')
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Create account' }).click()
  await requests.getByText('SignUp').click()
  await requests.getByText('"Username": "bob@example.com"').waitFor()
  await code.getByText('await autoSignIn()').waitFor()
  expect(await requests.textContent()).not.toContain(password)
  expect(await violations(page)).toEqual([])

  await page.getByRole('button', { name: 'Back to sign-in' }).click()
  await requests.getByRole('button', { name: 'Clear' }).click()
  await requests.getByText('What the library sends is listed here.').waitFor()
  await signIn(page, 'ada@example.com')
  await code.getByText('await fetchAuthSession()').waitFor()
  await requests.getByText('InitiateAuth').waitFor()
  await requests.getByText('RespondToAuthChallenge').click()
  await requests.getByText(/"RefreshToken": ".{24}… \(\d+ characters\)"/).waitFor()
  const tokens = await page.evaluate(() =>
    Object.values(localStorage).filter((value) => value.startsWith('eyJ')),
  )
  const shown = await requests.textContent()
  for (const token of tokens) expect(shown).not.toContain(token)
  expect(await violations(page)).toEqual([])
})

test('requests that are under way at the same time are listed with answers of their own, the latest twelve', async () => {
  const page = await demo.open()
  const entries = page.getByRole('region', { name: 'Requests' }).getByRole('listitem')
  await signIn(page, 'ada@example.com')
  await readPair(page.getByRole('region', { name: 'Who am I' }), 'email')
  await page.getByRole('button', { name: 'Add a passkey' }).waitFor()
  const listed = await entries.filter({ hasText: 'ListDevices' }).allTextContents()
  expect(listed.length).toBeGreaterThan(0)
  // That is in the answer to another request, sent at the same moment.
  for (const text of listed) expect(text).not.toContain('UserAttributes')
  await page.getByRole('button', { name: 'Sign out', exact: true }).click()
  await entries.filter({ hasText: 'RevokeToken' }).first().waitFor()
  expect(await entries.count()).toBeLessThanOrEqual(12)
})

test('a request without an answer is listed as one', async () => {
  const page = await demo.open()
  await page.route(`${demo.pool.userPoolEndpoint}**`, (route) => route.abort())
  await page.getByLabel('E-mail address').fill('ada@example.com')
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('region', { name: 'Requests' }).getByText('failed').first().waitFor()
})

test('each link in the documentation leads to a page, and a page that does not exist is not the demo', async () => {
  const read = new Map<string, string>()
  const toRead = [new URL('docs/', demo.address).href]
  for (let address = toRead.pop(); address; address = toRead.pop()) {
    const response = await fetch(address)
    expect(response.status, address).toBe(200)
    if (address.endsWith('.png')) continue
    const html = await response.text()
    read.set(address, html)
    for (const [, link = ''] of html.matchAll(/<(?:a|img)[^>]* (?:href|src)="([^"]+)"/g)) {
      const { origin, href } = new URL(link.replace(/#.*/, ''), response.url)
      if (`${origin}/` === demo.address && !read.has(href) && !toRead.includes(href)) toRead.push(href)
    }
  }
  // The start page of the demo, to which each page leads, is one of them.
  expect([...read.keys()].filter((address) => read.get(address)?.includes('<div id="root">'))).toEqual([
    demo.address,
  ])
  expect([...read.keys()].filter((address) => address.endsWith('.md')).length).toBeGreaterThan(25)
  const missing = await fetch(`${demo.address}docs/nothing.md`)
  expect(missing.status).toBe(404)
  expect(await missing.text()).toContain('There is no such page')
})

test.each(['light', 'dark'] as const)('the documentation can be read in %s colours', async (colorScheme) => {
  const context = await demo.browser.newContext({ colorScheme })
  const page = await demo.open(context)
  await page.getByRole('link', { name: 'Docs' }).click()
  await page.getByRole('heading', { name: 'The client', level: 1 }).waitFor()
  expect(await violations(page)).toEqual([])
  await page.getByRole('link', { name: 'Signing in', exact: true }).click()
  expect(await page.locator(':target').textContent()).toBe('Signing in')
  await page.getByRole('link', { name: 'All pages' }).click()
  expect(await page.locator(':target').textContent()).toBe('More')
  await page.goto(`${demo.address}docs/../package.json`)
  expect(await page.textContent('body')).not.toContain('@amulet/demo')
})
