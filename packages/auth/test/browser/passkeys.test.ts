import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addAuthenticator } from '../../../server/test/browser/virtual-authenticator.js'
import { type Browser, operations, PASSWORD, start } from './start.js'

// Chromium, with a virtual authenticator.

let browser: Browser
beforeAll(async () => {
  browser = await start(0)
})
afterAll(() => browser.stop())

const done = { isSignedIn: true, nextStep: { signInStep: 'DONE' } }

/** A page that may use passkeys, and an authenticator that says yes until it is told otherwise. */
async function open(path = '') {
  const page = await browser.open(undefined, path, 'localhost')
  return { page, sent: operations(page), ...(await addAuthenticator(page)) }
}

/** What a call in the page comes to: its output, or the name of its error. */
const outcome = <Input>(page: Page, call: (input: Input) => Promise<unknown>, input?: Input) =>
  // The page knows the input by what is passed, which is nothing for calls that take none.
  page.evaluate(call as (input: unknown) => Promise<unknown>, input).catch((error: Error) => {
    // Of an error of the page Playwright keeps the text only, which begins with the name.
    const [, name] = /(?:evaluate: )?(\w+): /.exec(error.message) ?? []
    return name ?? error.message
  })

const signInByPassword = (page: Page, username: string) =>
  page.evaluate(
    ([username, password]) =>
      window.auth.signIn(window.context, {
        username,
        password,
        options: { authFlowType: 'USER_PASSWORD_AUTH' },
      }),
    [username, PASSWORD] as const,
  )

const register = (page: Page) => outcome(page, () => window.auth.associateWebAuthnCredential(window.context))

const signOut = (page: Page) => page.evaluate(() => window.auth.signOut(window.context))

const signIn = (page: Page) => outcome(page, () => window.auth.signInWithPasskey(window.context))

const who = (page: Page) =>
  page.evaluate(async () => (await window.auth.getCurrentUser(window.context)).username)

const withoutJson = () => {
  for (const name of ['parseCreationOptionsFromJSON', 'parseRequestOptionsFromJSON']) {
    Reflect.deleteProperty(PublicKeyCredential, name)
  }
  Reflect.deleteProperty(PublicKeyCredential.prototype, 'toJSON')
}

describe.each([
  ['that knows WebAuthn as JSON', true],
  ['that does not', false],
] as const)('a browser %s', (_, json) => {
  test('registers a passkey, lists it, and signs in with it', async () => {
    const { page, sent, ids } = await open()
    expect(await page.evaluate(() => 'parseCreationOptionsFromJSON' in PublicKeyCredential)).toBe(true)
    if (!json) await page.evaluate(withoutJson)
    expect(await page.evaluate(() => window.auth.isPasskeySupported())).toBe(true)
    await signInByPassword(page, 'ada')
    expect(await register(page)).toBeUndefined()
    const [id] = await ids()
    const listed = await page.evaluate(() => window.auth.listWebAuthnCredentials(window.context))
    expect(listed.credentials.map(({ credentialId }) => credentialId)).toContain(id)
    expect(listed.credentials.at(-1)).toMatchObject({
      relyingPartyId: 'localhost',
      authenticatorAttachment: 'platform',
      authenticatorTransports: ['internal'],
    })
    await signOut(page)
    sent.length = 0
    expect(await signIn(page)).toEqual(done)
    expect(sent).toEqual(['InitiateAuth', 'RespondToAuthChallenge'])
    expect(await who(page)).toBe('ada')
  })
})

test('a second passkey of a user on one device causes PasskeyAlreadyExists, and a passkey of another user is registered', async () => {
  const { page } = await open()
  await signInByPassword(page, 'bob')
  expect(await register(page)).toBeUndefined()
  expect(await register(page)).toBe('PasskeyAlreadyExists')
  await signOut(page)
  await signInByPassword(page, 'cleo')
  expect(await register(page)).toBeUndefined()
})

test('a passkey is chosen from the suggestions of a form', async () => {
  const { page, sent } = await open()
  await signInByPassword(page, 'dan')
  await register(page)
  await signOut(page)
  sent.length = 0
  // The authenticator stands for the user, who chooses as soon as there is something to choose.
  const chosen = await outcome(page, () => {
    const input = document.createElement('input')
    input.autocomplete = 'username webauthn'
    document.body.append(input)
    return window.auth.signInWithPasskey(window.context, { options: { mediation: 'conditional' } })
  })
  expect(chosen).toEqual(done)
  expect(sent).toEqual(['InitiateAuth', 'RespondToAuthChallenge'])
  expect(await who(page)).toBe('dan')
})

test('waiting for a suggestion ends by its signal, and by a request for a passkey in another way', async () => {
  const { page, sent, setPresent } = await open()
  await signInByPassword(page, 'eve')
  await register(page)
  await signOut(page)
  sent.length = 0
  await setPresent(false)
  const wait = () =>
    outcome(page, () => {
      window.leaving = new AbortController()
      return window.auth.signInWithPasskey(
        window.context,
        { options: { mediation: 'conditional' } },
        { signal: window.leaving.signal },
      )
    })
  const first = wait()
  await expect.poll(() => sent).toHaveLength(1)
  await page.evaluate(() => window.leaving.abort())
  expect(await first).toBe('AbortError')
  const second = wait()
  await expect.poll(() => sent).toHaveLength(2)
  await setPresent(true)
  const asking = signIn(page)
  expect([await second, await asking]).toEqual(['PasskeyOperationAborted', done])
})

/** Waits, in a form, until the user chooses a passkey, or `leaving` is aborted. */
const waitAmongSuggestions = (page: Page) =>
  outcome(page, () => {
    const input = document.createElement('input')
    input.autocomplete = 'username webauthn'
    document.body.append(input)
    window.leaving = new AbortController()
    return window.auth.signInWithPasskey(
      window.context,
      { options: { mediation: 'conditional' } },
      { signal: window.leaving.signal },
    )
  })

test('a suggestion can be chosen after several challenges have expired, while the page does other things', async () => {
  const { page, sent, setPresent } = await open()
  await signInByPassword(page, 'ivy')
  await register(page)
  await signOut(page)
  await page.clock.install()
  await page.reload()
  await page.waitForFunction(() => window.context)
  await page.evaluate(() => {
    const { credentials } = navigator
    const get = credentials.get.bind(credentials)
    let count = 0
    credentials.get = (options) => {
      count++
      document.documentElement.dataset.suggestions = `${count}`
      return get(options)
    }
  })
  sent.length = 0
  await setPresent(false)
  const waiting = waitAmongSuggestions(page)
  const suggestions = () => page.evaluate(() => document.documentElement.dataset.suggestions)
  /** The time of the challenge that the page has is over, and it asks for another. */
  const outlive = async () => {
    await browser.advance(180, [page])
    await page.clock.fastForward(180_000)
  }
  for (const challenges of ['1', '2', '3']) {
    await expect.poll(suggestions).toBe(challenges)
    await outlive()
  }
  await expect.poll(suggestions).toBe('4')
  expect(sent).toEqual(Array(4).fill('InitiateAuth'))
  // Other calls of the page neither end the wait nor are held up by it.
  expect(await outcome(page, () => window.auth.getCurrentUser(window.context))).toBe(
    'UserUnAuthenticatedException',
  )
  expect(await outcome(page, () => window.auth.resetPassword(window.context, { username: 'nobody' }))).toBe(
    'UserNotFoundException',
  )
  // The authenticator learns of it with the next challenge.
  await setPresent(true)
  await outlive()
  expect(await waiting).toEqual(done)
  expect(sent.slice(-2)).toEqual(['InitiateAuth', 'RespondToAuthChallenge'])
  expect(await who(page)).toBe('ivy')
})

test('a user who types the password instead is signed in by it, and the suggestions end', async () => {
  const { page, sent, setPresent } = await open()
  await signInByPassword(page, 'jack')
  await register(page)
  await signOut(page)
  sent.length = 0
  await setPresent(false)
  const waiting = waitAmongSuggestions(page)
  await expect.poll(() => sent).toEqual(['InitiateAuth'])
  await page.evaluate(() => window.leaving.abort())
  await signInByPassword(page, 'jack')
  expect(await waiting).toBe('AbortError')
  expect(sent).toEqual(['InitiateAuth', 'InitiateAuth'])
  expect(await who(page)).toBe('jack')
  await signOut(page)
  await setPresent(true)
  expect(await waitAmongSuggestions(page)).toEqual(done)
})

test('cancelling and running out of time are different errors', async () => {
  const { page, setPresent, setVerified } = await open()
  await signInByPassword(page, 'finn')
  expect(await register(page)).toBeUndefined()
  await setPresent(false)
  expect(
    await outcome(page, () => window.auth.associateWebAuthnCredential(window.context, { timeout: 300 })),
  ).toBe('TimeoutError')
  await signOut(page)
  expect(await outcome(page, () => window.auth.signInWithPasskey(window.context, {}, { timeout: 300 }))).toBe(
    'TimeoutError',
  )
  await setPresent(true)
  await setVerified(false)
  expect(await signIn(page)).toBe('PasskeyAuthenticationCanceled')
  await setVerified(true)
  expect(await signIn(page)).toEqual(done)
})

test('a sign-in with a name goes on with the password after a passkey that the user cancels', async () => {
  const { page, sent, setVerified } = await open()
  await signInByPassword(page, 'hal')
  await register(page)
  await signOut(page)
  sent.length = 0
  const begin = () =>
    outcome(page, () =>
      window.auth.signIn(window.context, {
        username: 'hal',
        options: { authFlowType: 'USER_AUTH', preferredChallenge: 'WEB_AUTHN' },
      }),
    )
  expect(await begin()).toEqual(done)
  expect(sent).toEqual(['InitiateAuth', 'RespondToAuthChallenge'])
  await signOut(page)
  await setVerified(false)
  expect(await begin()).toBe('PasskeyAuthenticationCanceled')
  const confirm = (challengeResponse: string) =>
    outcome(page, (input) => window.auth.confirmSignIn(window.context, input), { challengeResponse })
  expect(await confirm('PASSWORD')).toMatchObject({
    nextStep: { signInStep: 'CONFIRM_SIGN_IN_WITH_PASSWORD' },
  })
  expect(await confirm(PASSWORD)).toEqual(done)
})

test('a passkey that was deleted from the user pool does not sign in, and the sign-in can be made again', async () => {
  const { page, ids } = await open()
  await signInByPassword(page, 'gwen')
  await register(page)
  await page.evaluate(async () => {
    const { credentials } = await window.auth.listWebAuthnCredentials(window.context)
    for (const { credentialId = '' } of credentials) {
      await window.auth.deleteWebAuthnCredential(window.context, { credentialId })
    }
  })
  await signOut(page)
  expect(await ids()).toHaveLength(1)
  expect(await signIn(page)).toBe('NotAuthorizedException')
  await signInByPassword(page, 'gwen')
  expect(await register(page)).toBeUndefined()
  await signOut(page)
  expect(await ids()).toHaveLength(1)
  expect(await signIn(page)).toEqual(done)
})

test('a page of another domain gets RelyingPartyMismatch', async () => {
  const page = await browser.open(undefined, '', 'other.localhost')
  await signInByPassword(page, 'ada')
  expect(await page.evaluate(() => window.auth.isPasskeySupported())).toBe(true)
  expect(await register(page)).toBe('RelyingPartyMismatch')
  await signOut(page)
  expect(await signIn(page)).toBe('RelyingPartyMismatch')
})

test('a page without https gets PasskeyNotSupported', async () => {
  const page = await browser.openInsecure()
  expect(await page.evaluate(() => window.auth.isPasskeySupported())).toBe(false)
  await signInByPassword(page, 'ada')
  expect(await register(page)).toBe('PasskeyNotSupported')
  await signOut(page)
  expect(await signIn(page)).toBe('PasskeyNotSupported')
})
