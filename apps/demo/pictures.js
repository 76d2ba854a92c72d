#!/usr/bin/env node
// The pictures in the README get old with every change of the pages that they show. This takes them anew: it starts the demo
// with a pool in memory, signs a user up and in, and writes docs/images/demo.png and docs/images/inbox.png.

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
  // As wide as half of the README, at the two pixels for one that most screens have.
  const context = await browser.newContext({
    viewport: { width: 500, height: 620 },
    deviceScaleFactor: 1.5,
    colorScheme: 'light',
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
  await page.getByLabel('Code').waitFor()
  const response = await fetch(`${inbox}?to=${encodeURIComponent(email)}`)
  const [message] = await response.json()

  const messages = await context.newPage()
  await messages.goto(inbox)
  await messages.screenshot({ path: image('inbox') })

  await page.getByLabel('Code').fill(message.code)
  await page.getByRole('button', { name: 'Confirm' }).click()
  await page
    .getByRole('button', { name: 'Sign in', exact: true })
    .or(page.getByRole('button', { name: 'Sign out', exact: true }))
    .first()
    .waitFor()
  if (await page.getByRole('button', { name: 'Sign in', exact: true }).isVisible()) {
    await page.getByLabel('Password', { exact: true }).fill(password)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  }
  await page.getByRole('button', { name: 'Sign out', exact: true }).waitFor()
  await page.screenshot({ path: image('demo') })
} finally {
  await browser.close()
  demo.kill('SIGTERM')
}
