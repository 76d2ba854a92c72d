import axe from 'axe-core'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { PASSWORD, start } from '../start.js'

// What a developer sees of a server in Chromium: the start page and the inbox.

let browser: Browser
beforeAll(async () => {
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium' })
})
afterAll(() => browser.close())

async function open(options: Parameters<Browser['newContext']>[0] = {}) {
  const app = await start()
  const { url } = await app.server.listen()
  const context = await browser.newContext(options)
  onTestFinished(() => context.close())
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  await page.goto(url)
  const signUp = (Username: string) =>
    app.call('SignUp', { ClientId: app.userPoolClientId, Username, Password: PASSWORD })
  return { ...app, page, complaints, signUp }
}

async function problems(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  // Defined by the line before.
  const { violations } = await page.evaluate(() => (window as unknown as { axe: typeof axe }).axe.run())
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))
}

test.each([
  ['light', 1280],
  ['dark', 320],
] as const)(
  'the start page leads to the inbox, where messages appear as they are sent, in %s colours at %i pixels',
  async (colorScheme, width) => {
    const { page, complaints, signUp, server } = await open({ colorScheme, viewport: { width, height: 800 } })
    const fits = () => page.evaluate(() => document.documentElement.scrollWidth)
    await page.getByRole('heading', { name: 'User pool' }).waitFor()
    expect(await problems(page)).toEqual([])
    expect(await fits()).toBe(width)
    await page.getByRole('navigation').getByRole('link', { name: 'Inbox' }).click()
    await page.getByText('There are no messages yet.').waitFor()
    expect(await problems(page)).toEqual([])

    await signUp('ada@example.com')
    const message = page.getByRole('article', { name: 'ada@example.com' })
    await message.getByText(server.inbox.last()?.code ?? 'no code', { exact: true }).waitFor()
    await signUp('bob.with.a.very.long.name.that.does.not.fit@example.com')
    await page.getByRole('article').nth(1).waitFor()
    expect(await problems(page)).toEqual([])
    expect(await fits()).toBe(width)

    await page.getByLabel('Only messages to').fill('ada@example.com')
    await page.getByRole('button', { name: 'Show' }).click()
    await page.waitForURL(/to=ada/)
    expect(await page.getByRole('article').count()).toBe(1)
    await page.getByRole('link', { name: 'Show all' }).click()
    await page.getByRole('button', { name: 'Empty the inbox' }).click()
    await page.getByText('There are no messages yet.').waitFor()
    expect(server.inbox.list()).toEqual([])
    expect(complaints).toEqual([])
  },
)
