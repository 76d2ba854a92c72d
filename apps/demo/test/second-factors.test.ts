import { fileURLToPath } from 'node:url'
import { totpCode } from '@amulet/server/testing'
import type jsQR from 'jsqr'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import config from '../amulet.config.js'
import { createAccount, type Demo, declare, password, signIn, start } from './start.js'

let demo: Demo
/** Its pool wants a second factor of every account. */
let strict: Demo
beforeAll(async () => {
  demo = await start(config)
  strict = await start(
    declare({
      MfaConfiguration: 'ON',
      SoftwareTokenMfaConfiguration: { Enabled: true },
      users: [{ Username: 'ada@example.com', Password: password }],
    }),
  )
})
afterAll(async () => {
  await demo.stop()
  await strict.stop()
})

const factor = (page: Page, name: string) =>
  page.getByRole('region', { name: 'Second factors' }).getByRole('listitem', { name })

/** Fills the form with an address and the password, up to what is asked for after them. */
async function signInUpTo(page: Page, username: string, heading: string) {
  await page.getByLabel('E-mail address').fill(username)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('heading', { name: heading }).waitFor()
}

async function leave(page: Page) {
  await page.getByRole('button', { name: 'Sign out', exact: true }).click()
  await page.getByText('You are signed out.').waitFor()
}

/** Reads the secret that the page shows. */
async function secretOf(page: Page) {
  const text = await page.locator('.secret code').textContent()
  return (text ?? '').replaceAll(' ', '')
}

/** The text of the page's QR code, read by another library than the one that draws it. */
async function scan(page: Page): Promise<string | undefined> {
  await page.addScriptTag({ path: fileURLToPath(import.meta.resolve('jsqr')) })
  return await page.getByRole('img', { name: 'QR code' }).evaluate(async (svg) => {
    const image = new Image()
    image.src = `data:image/svg+xml,${encodeURIComponent(new XMLSerializer().serializeToString(svg))}`
    image.width = image.height = 500
    await image.decode()
    const canvas = document.createElement('canvas')
    canvas.width = canvas.height = 500
    const context = canvas.getContext('2d')
    context?.drawImage(image, 0, 0, 500, 500)
    const pixels = context?.getImageData(0, 0, 500, 500).data
    return pixels && window.jsQR(pixels, 500, 500)?.data
  })
}

declare global {
  interface Window {
    jsQR: (typeof jsQR)['default']
  }
}

test('an authenticator app is set up by its QR code, and asked for from then on', async () => {
  await createAccount(demo, 'ada@example.com')
  const page = await demo.open()
  await signIn(page, 'ada@example.com')
  await factor(page, 'An authenticator app').getByRole('button', { name: 'Turn on' }).click()
  await page.getByRole('img', { name: 'QR code' }).waitFor()
  const secret = await secretOf(page)
  const uri = await page.getByRole('link', { name: 'open it' }).getAttribute('href')
  expect(uri).toBe(`otpauth://totp/Amulet%20demo:ada@example.com?secret=${secret}&issuer=Amulet%20demo`)
  expect(await scan(page)).toBe(uri)

  const code = totpCode(secret, demo.server.clock)
  await page.getByLabel('Code', { exact: true }).fill(code === '000000' ? '111111' : '000000')
  await page.getByRole('button', { name: 'Turn the app on' }).click()
  await page.getByText('That is not the code that your app shows now.').waitFor()
  await page.getByLabel('Code', { exact: true }).fill(code)
  await page.getByRole('button', { name: 'Turn the app on' }).click()
  await factor(page, 'An authenticator app').getByText('preferred').waitFor()
  await leave(page)

  demo.server.clock.advance(30)
  await signInUpTo(page, 'ada@example.com', 'Enter your code')
  const next = totpCode(secret, demo.server.clock)
  await page.getByLabel('Code', { exact: true }).fill(next === '000000' ? '111111' : '000000')
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByText('That is not the code that your app shows now.').waitFor()
  await page.getByLabel('Code', { exact: true }).fill(next)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('heading', { name: 'You are signed in' }).waitFor()

  await factor(page, 'An authenticator app').getByRole('button', { name: 'Turn off' }).click()
  await page.getByText('An authenticator app is not asked for any more.').waitFor()
  await leave(page)
  await signIn(page, 'ada@example.com')
})

test('codes by SMS need a number first, one of several factors is chosen, and a preferred one is asked for', async () => {
  await createAccount(demo, 'grace@example.com')
  const page = await demo.open()
  await signIn(page, 'grace@example.com')
  await factor(page, 'A code by SMS').getByRole('button', { name: 'Turn on' }).click()
  await page.getByLabel('Phone number').fill('+1 415 555 0100')
  await page.getByRole('button', { name: 'Use this number' }).click()
  await factor(page, 'A code by SMS').getByText('on', { exact: true }).waitFor()
  await factor(page, 'A code by e-mail').getByRole('button', { name: 'Turn on' }).click()
  await factor(page, 'A code by e-mail').getByText('on', { exact: true }).waitFor()
  await leave(page)

  await signInUpTo(page, 'grace@example.com', 'Choose how to continue')
  await page.getByLabel('A code by SMS').check()
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByText('Development inbox').waitFor()
  await page.getByRole('button', { name: 'Use it' }).click()
  expect(await page.getByLabel('Code', { exact: true }).inputValue()).toBe(
    demo.server.inbox.last('+14155550100')?.code,
  )
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('heading', { name: 'You are signed in' }).waitFor()

  await factor(page, 'A code by e-mail').getByRole('button', { name: 'Prefer' }).click()
  await factor(page, 'A code by e-mail').getByText('preferred').waitFor()
  await leave(page)
  await signInUpTo(page, 'grace@example.com', 'Enter your code')
  await page.getByText('Enter the code that was sent to g***@e***.').waitFor()
  await page.getByLabel('Code', { exact: true }).fill(demo.server.inbox.last('grace@example.com')?.code ?? '')
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('heading', { name: 'You are signed in' }).waitFor()
})

test('a remembered device replaces the second factor until it is forgotten', async () => {
  await createAccount(demo, 'joan@example.com')
  const page = await demo.open()
  await signIn(page, 'joan@example.com')
  const devices = page.getByRole('region', { name: 'Devices' })
  await devices.getByText('this one').waitFor()
  await devices.getByRole('button', { name: 'Remember this device' }).click()
  await devices.getByText('This device is remembered.').waitFor()
  await factor(page, 'A code by e-mail').getByRole('button', { name: 'Turn on' }).click()
  await factor(page, 'A code by e-mail').getByText('on', { exact: true }).waitFor()
  await leave(page)
  await signIn(page, 'joan@example.com')

  await devices.getByRole('button', { name: 'Forget' }).click()
  await devices.getByText('This device is forgotten.').waitFor()
  await leave(page)
  await signInUpTo(page, 'joan@example.com', 'Enter your code')
})

test('a pool that requires a second factor has it set up in the sign-in', async () => {
  const page = await strict.open()
  await signInUpTo(page, 'ada@example.com', 'Set up an authenticator app')
  const devices = page.waitForResponse(
    (response) => response.request().headers()['x-amz-target']?.endsWith('.ListDevices') === true,
  )
  await page.getByLabel('Code', { exact: true }).fill(totpCode(await secretOf(page), strict.server.clock))
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('heading', { name: 'You are signed in' }).waitFor()
  await factor(page, 'An authenticator app').getByText('on', { exact: true }).waitFor()
  expect((await devices).status()).toBe(400)
  expect(await page.getByRole('region', { name: 'Devices' }).count()).toBe(0)
})
