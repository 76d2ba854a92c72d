import { addPasskey, createAdmin, createPasskey } from '@amulet/server/testing'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addAuthenticator } from '../../../packages/server/test/browser/virtual-authenticator.js'
import config from '../amulet.config.js'
import { createAccount, type Demo, signIn, start } from './start.js'

let demo: Demo
beforeAll(async () => {
  demo = await start(config)
})
afterAll(() => demo.stop())

/** A page in a browser with an authenticator, whose user says yes as long as nothing else is told. */
async function open() {
  const page = await demo.open()
  await page.evaluate(() => {
    const { credentials } = navigator
    const get = credentials.get.bind(credentials)
    credentials.get = (options) => {
      if (options?.mediation === 'conditional') document.documentElement.dataset.suggests = 'passkeys'
      return get(options)
    }
  })
  const authenticator = await addAuthenticator(page)
  return {
    page,
    authenticator,
    /** Signs out, and has the browser suggest passkeys before the user touches the authenticator again. */
    async leaveUntouched() {
      await authenticator.setPresent(false)
      await page.evaluate(() => delete document.documentElement.dataset.suggests)
      await leave(page)
      await page.locator('html[data-suggests]').waitFor()
    },
  }
}

const signedIn = (page: Page) => page.getByRole('heading', { name: 'You are signed in' }).waitFor()

async function leave(page: Page) {
  await page.getByRole('button', { name: 'Sign out', exact: true }).click()
  await page.getByText('You are signed out.').waitFor()
}

test('a passkey is added, signs in with and without a name, and is refused once it is deleted', async () => {
  await createAccount(demo, 'ada@example.com')
  const { page, authenticator, leaveUntouched } = await open()
  await signIn(page, 'ada@example.com')
  const passkeys = page.getByRole('region', { name: 'Passkeys' })
  await passkeys.getByRole('button', { name: 'Add a passkey' }).click()
  await passkeys.getByText('The passkey is added.').waitFor()
  expect(await passkeys.getByRole('listitem').count()).toBe(1)
  await passkeys.getByRole('button', { name: 'Add a passkey' }).click()
  await passkeys.getByText('This device has a passkey for this account already.').waitFor()

  // Until the button is pressed the user does not touch the authenticator, which would choose the suggestion.
  const touch = authenticator.setPresent
  await leaveUntouched()
  await page.getByLabel('E-mail address').fill('ada@example.com')
  await page.getByRole('button', { name: 'Other ways' }).click()
  await page.getByLabel('A passkey').check()
  await touch(true)
  await page.getByRole('button', { name: 'Continue' }).click()
  await signedIn(page)

  await leaveUntouched()
  await touch(true)
  await page.getByRole('button', { name: 'Use a passkey' }).click()
  await signedIn(page)

  await passkeys.getByRole('button', { name: 'Delete' }).click()
  await passkeys.getByText('The passkey is deleted here.').waitFor()
  await leaveUntouched()
  await touch(true)
  await page.getByRole('button', { name: 'Use a passkey' }).click()
  // The suggestion of the browser, where it came first, says the same.
  await page.getByText('The user pool does not know this passkey.').first().waitFor()
})

test('a passkey that the browser suggests signs in without anything typed', async () => {
  await createAccount(demo, 'grace@example.com')
  const { page, authenticator } = await open()
  const passkey = createPasskey({ origin: new URL(demo.address).origin })
  await addPasskey(demo.server, 'grace@example.com', passkey)
  await authenticator.add(passkey.forDevTools())
  await page.reload()
  await signedIn(page)
})

test('a passkey of an account that is disabled is not taken for one that was deleted', async () => {
  await createAccount(demo, 'mary@example.com')
  const { page, authenticator } = await open()
  const passkey = createPasskey({ origin: new URL(demo.address).origin })
  await addPasskey(demo.server, 'mary@example.com', passkey)
  await createAdmin(demo.server).adminDisableUser({ Username: 'mary@example.com' })
  await authenticator.setPresent(false)
  await authenticator.add(passkey.forDevTools())
  await page.reload()
  await authenticator.setPresent(true)
  await page.getByRole('button', { name: 'Use a passkey' }).click()
  // The suggestion of the browser, where it came first, says the same.
  await page.getByText('This account has been disabled.').first().waitFor()
})

test('an account without a password is signed in by the code that confirms it, and by codes from then on', async () => {
  const page = await demo.open()
  await page.getByRole('button', { name: 'Create an account' }).click()
  await page.getByLabel('E-mail address').fill('joan@example.com')
  await page.getByLabel('Without a password').check()
  expect(await page.getByLabel('Password', { exact: true }).count()).toBe(0)
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.getByText('Development inbox').waitFor()
  await page.getByLabel('Code', { exact: true }).fill(demo.server.inbox.last('joan@example.com')?.code ?? '')
  await page.getByRole('button', { name: 'Confirm' }).click()
  await signedIn(page)
  await leave(page)

  await page.getByLabel('E-mail address').fill('joan@example.com')
  await page.getByRole('button', { name: 'Other ways' }).click()
  const choice = page.getByRole('button', { name: 'Continue' })
  const code = page.getByLabel('Code', { exact: true })
  await choice.or(code).first().waitFor()
  if (await choice.isVisible()) {
    await page.getByLabel('A code by e-mail').check()
    await choice.click()
  }
  await page.getByRole('button', { name: 'Use it' }).click()
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await signedIn(page)
})
