#!/usr/bin/env node
// The pictures in the README get old with every change of the pages that they show. This takes them anew: it starts the demo
// with a pool in memory, signs a user up, and writes docs/images/demo.png and docs/images/inbox.png.

import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'

const image = (/** @type {string} */ name) =>
  fileURLToPath(new URL(`../../docs/images/${name}.png`, import.meta.url))

const serve = fileURLToPath(new URL('serve.js', import.meta.url))
const demo = spawn(process.execPath, [serve, '--port', '0', '--database', 'sqlite::memory:'], {
  stdio: ['ignore', 'pipe', 'inherit'],
  env: { ...process.env, DEMO_PORT: '0' },
})

/** @type {Record<string, string>} */
const addresses = {}
for await (const line of createInterface({ input: demo.stdout })) {
  const [, name = '', url = ''] = /^ +(Demo|User pool) +(http\S+)$/.exec(line) ?? []
  if (name) addresses[name] = url
  if (addresses.Demo && addresses['User pool']) break
}
const inbox = `${addresses['User pool']}_amulet/inbox`

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
})
try {
  // A little wider than the README shows it.
  const context = await browser.newContext({
    viewport: { width: 1040, height: 960 },
    colorScheme: 'light',
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  const email = 'ada@example.com'
  const password = 'Correct-horse-1'
  await page.goto(addresses.Demo)
  await page.getByRole('button', { name: 'Create an account' }).click()
  await page.getByLabel('Your name').fill('Ada Lovelace')
  await page.getByLabel('E-mail address').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.getByRole('textbox', { name: 'Code', exact: true }).waitFor()
  // The step, its code, and the requests that it made.
  await page.evaluate(() => scrollTo(0, 0))
  // The gradient behind the page would be most of the bytes.
  await page.addStyleTag({ content: 'html, body { background: #f5f1ea !important }' })
  await page.screenshot({ path: image('demo') })

  const messages = await context.newPage()
  await messages.setViewportSize({ width: 1040, height: 480 })
  await messages.goto(inbox)
  await messages.screenshot({ path: image('inbox') })
} finally {
  await browser.close()
  demo.kill('SIGTERM')
}
