import type { FunctionHandler } from '@amulet/server'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addAuthenticator } from '../../../packages/server/test/browser/virtual-authenticator.js'
import config from '../amulet.config.js'
import { createAccount, type Demo, declare, password, signIn, start } from './start.js'
import { violations } from './violations.js'

// Steps of a sign-in that only some pools have, and passkeys, each looked at by axe as well.

const arn = (name: string) => `arn:aws:lambda:us-east-1:000000000000:function:${name}`

/** The password, then sums until one is right. */
const functions: Record<string, FunctionHandler> = {
  define: async (event) => {
    const last = event.request.session?.at(-1)
    if (last?.challengeName === 'SRP_A') event.response.challengeName = 'PASSWORD_VERIFIER'
    else if (last?.challengeName === 'CUSTOM_CHALLENGE' && last.challengeResult)
      event.response.issueTokens = true
    else event.response.challengeName = 'CUSTOM_CHALLENGE'
    return event
  },
  create: async (event) => {
    const count = event.request.session?.length ?? 0
    event.response.publicChallengeParameters = { Sum: `1 + ${count}` }
    event.response.privateChallengeParameters = { answer: `${1 + count}` }
    return event
  },
  verify: async (event) => {
    const { challengeAnswer, privateChallengeParameters } = event.request
    event.response.answerCorrect = challengeAnswer === privateChallengeParameters?.answer
    return event
  },
}

const users = ['light@example.com', 'dark@example.com'].map((Username) => ({ Username, Password: password }))

let demo: Demo
/** Its pool requires codes by e-mail, of accounts without an address. */
let strict: Demo
/** Its functions ask for more than the password. */
let asking: Demo
beforeAll(async () => {
  demo = await start(config)
  for (const { Username } of users) await createAccount(demo, Username)
  strict = await start(
    declare({
      UsernameAttributes: [],
      MfaConfiguration: 'ON',
      EmailMfaConfiguration: { Subject: 'Your code', Message: 'Your code is {####}.' },
      users,
    }),
  )
  const LambdaConfig = {
    DefineAuthChallenge: arn('define'),
    CreateAuthChallenge: arn('create'),
    VerifyAuthChallengeResponse: arn('verify'),
  }
  const clients = [{ ClientId: 'web', ClientName: 'Web', ExplicitAuthFlows: ['ALLOW_CUSTOM_AUTH' as const] }]
  asking = await start(
    { ...declare({ LambdaConfig, clients, users }), functions },
    { authFlowType: 'CUSTOM_WITH_SRP' },
  )
})
afterAll(async () => {
  await demo.stop()
  await strict.stop()
  await asking.stop()
})

const heading = (page: Page, name: string) => page.getByRole('heading', { name }).waitFor()

/** Fills the form with an address and the password, up to what is asked for after them. */
async function signInUpTo(page: Page, username: string, next: string) {
  await page.getByLabel('E-mail address').fill(username)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await heading(page, next)
}

describe.each(['light', 'dark'] as const)('in %s colours', (colorScheme) => {
  const username = `${colorScheme}@example.com`
  const open = async ({ browser, open }: Demo) =>
    // Colours in the middle of a transition have contrasts that are nowhere written.
    await open(await browser.newContext({ colorScheme, reducedMotion: 'reduce' }))

  test('an account without an address is asked for one, whose code signs in', async () => {
    const page = await open(strict)
    await signInUpTo(page, username, 'Where should codes go?')
    expect(await violations(page)).toEqual([])
    await page.getByRole('button', { name: 'Send a code' }).click()
    await page.getByText('Enter an e-mail address.').waitFor()
    expect(await violations(page)).toEqual([])
    await page.getByLabel('E-mail address').fill(`mail-${username}`)
    await page.getByRole('button', { name: 'Send a code' }).click()
    await heading(page, 'Enter your code')
    await page.getByText('Enter the code that was sent to m***@e***.').waitFor()
    expect(await violations(page)).toEqual([])
    await page
      .getByLabel('Code', { exact: true })
      .fill(strict.server.inbox.last(`mail-${username}`)?.code ?? '')
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await heading(page, 'You are signed in')
  })

  test('a password that is chosen among several first factors is asked for, and can be corrected', async () => {
    const page = await open(demo)
    await page.getByLabel('E-mail address').fill(username)
    await page.getByRole('button', { name: 'Other ways' }).click()
    await heading(page, 'Choose how to continue')
    expect(await violations(page)).toEqual([])
    await page.getByLabel('A password, proven without being sent').check()
    await page.getByRole('button', { name: 'Continue' }).click()
    await heading(page, 'Enter your password')
    expect(await violations(page)).toEqual([])
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.getByText('Enter your password.').waitFor()
    await page.getByLabel('Password', { exact: true }).fill('Wrong-horse-1')
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page
      .getByRole('alert')
      .filter({ hasText: /wrong|match/i })
      .waitFor()
    expect(await violations(page)).toEqual([])
    await page.getByLabel('Password', { exact: true }).fill(password)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await heading(page, 'You are signed in')
  })

  test('questions of the functions of a pool are asked until an answer is right', async () => {
    const page = await open(asking)
    await signInUpTo(page, username, 'One more question')
    await page.getByText('1 + 2', { exact: true }).waitFor()
    expect(await violations(page)).toEqual([])
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByText('Enter an answer.').waitFor()
    await page.getByLabel('Your answer').fill('17')
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByText('1 + 3', { exact: true }).waitFor()
    expect(await violations(page)).toEqual([])
    await page.getByLabel('Your answer').fill('4')
    await page.getByRole('button', { name: 'Continue' }).click()
    await heading(page, 'You are signed in')
  })

  test('passkeys are listed, and the page says what happens to one', async () => {
    const page = await open(demo)
    const authenticator = await addAuthenticator(page)
    await signIn(page, username)
    const passkeys = page.getByRole('region', { name: 'Passkeys' })
    await passkeys.getByRole('button', { name: 'Add a passkey' }).waitFor()
    expect(await violations(page)).toEqual([])
    await passkeys.getByRole('button', { name: 'Add a passkey' }).click()
    await passkeys.getByRole('listitem').waitFor()
    expect(await violations(page)).toEqual([])
    await passkeys.getByRole('button', { name: 'Add a passkey' }).click()
    await passkeys.getByText('This device has a passkey for this account already.').waitFor()
    expect(await violations(page)).toEqual([])
    await passkeys.getByRole('button', { name: 'Delete' }).click()
    await passkeys.getByText('The passkey is deleted here.').waitFor()
    expect(await violations(page)).toEqual([])
    // A passkey that the pool does not know any more.
    await authenticator.setPresent(false)
    await page.getByRole('button', { name: 'Sign out', exact: true }).click()
    await page.getByText('You are signed out.').waitFor()
    await authenticator.setPresent(true)
    await page.getByRole('button', { name: 'Use a passkey' }).click()
    // The suggestion of the browser, where it came first, says the same.
    await page.getByText('The user pool does not know this passkey.').first().waitFor()
    expect(await violations(page)).toEqual([])
  })
})
