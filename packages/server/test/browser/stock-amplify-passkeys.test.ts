import { addPasskey, createPasskey } from '@amulet/server/testing'
import type { SignInInput } from 'aws-amplify/auth'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { PASSWORD, start } from './amplify-page.js'
import { addAuthenticator } from './virtual-authenticator.js'

// Stock aws-amplify in Chromium, whose authenticator is a virtual one.

let started: Awaited<ReturnType<typeof start>>
beforeAll(async () => {
  started = await start()
})
afterAll(() => started.stop())

async function open() {
  const page = await started.open(await started.browser.newContext())
  return { page, authenticator: await addAuthenticator(page) }
}

/** What `signIn` comes to, or the name of its error. */
const signIn = (page: Page, input: SignInInput) =>
  page.evaluate(
    (given) =>
      window.amplify.signIn(given).then(
        ({ nextStep }) => nextStep.signInStep,
        (error) => String(error.name),
      ),
    input,
  )

const byPassword = (username: string): SignInInput => ({ username, password: PASSWORD })
const byPasskey = (username: string): SignInInput => ({
  username,
  options: { authFlowType: 'USER_AUTH', preferredChallenge: 'WEB_AUTHN' },
})

const register = (page: Page) =>
  page.evaluate(() =>
    window.amplify.associateWebAuthnCredential().then(
      () => 'done',
      (error) => String(error.name),
    ),
  )

test('a user registers a passkey, signs in with it, and finds it in the list', async () => {
  const { page, authenticator } = await open()
  expect(await signIn(page, byPassword('ada'))).toBe('DONE')
  expect(await register(page)).toBe('done')
  const [credentialId] = await authenticator.ids()
  const listed = await page.evaluate(() => window.amplify.listWebAuthnCredentials())
  expect(listed.credentials).toMatchObject([
    {
      credentialId,
      relyingPartyId: 'localhost',
      authenticatorAttachment: 'platform',
      authenticatorTransports: ['internal'],
    },
  ])
  // The authenticator has one already, which the options exclude.
  expect(await register(page)).toBe('PasskeyAlreadyExists')
  for (let n = 0; n < 2; n++) {
    await page.evaluate(() => window.amplify.signOut())
    expect(await signIn(page, byPasskey('ada'))).toBe('DONE')
    expect(await page.evaluate(async () => (await window.amplify.getCurrentUser()).username)).toBe('ada')
  }
})

test('a user chooses the passkey, or after cancelling it the password', async () => {
  const { page, authenticator } = await open()
  await signIn(page, byPassword('bob'))
  expect(await register(page)).toBe('done')
  const confirm = (challengeResponse: string) =>
    page.evaluate(
      (given) =>
        window.amplify.confirmSignIn({ challengeResponse: given }).then(
          ({ nextStep }) => nextStep.signInStep,
          (error) => String(error.name),
        ),
      challengeResponse,
    )
  const choice: SignInInput = { username: 'bob', options: { authFlowType: 'USER_AUTH' } }
  await page.evaluate(() => window.amplify.signOut())
  expect(await signIn(page, choice)).toBe('CONTINUE_SIGN_IN_WITH_FIRST_FACTOR_SELECTION')
  expect(await confirm('WEB_AUTHN')).toBe('DONE')

  await page.evaluate(() => window.amplify.signOut())
  await started.server.fetch(
    new Request('http://localhost/', {
      method: 'POST',
      headers: { 'x-amz-target': 'AWSCognitoIdentityProviderService.SetUserPoolMfaConfig' },
      body: JSON.stringify({
        UserPoolId: 'us-east-1_Passkeys1',
        WebAuthnConfiguration: { UserVerification: 'required' },
      }),
    }),
  )
  await authenticator.setVerified(false)
  expect(await signIn(page, byPasskey('bob'))).toBe('PasskeyAuthenticationCanceled')
  // Once more, and then by another factor.
  expect(await confirm('WEB_AUTHN')).toBe('PasskeyAuthenticationCanceled')
  expect(await confirm('PASSWORD')).toBe('CONFIRM_SIGN_IN_WITH_PASSWORD')
  expect(await confirm(PASSWORD)).toBe('DONE')
})

test('a deleted passkey is not asked for any more', async () => {
  const { page } = await open()
  await signIn(page, byPassword('cleo'))
  expect(await register(page)).toBe('done')
  await page.evaluate(async () => {
    const { credentials } = await window.amplify.listWebAuthnCredentials()
    for (const { credentialId = '' } of credentials)
      await window.amplify.deleteWebAuthnCredential({ credentialId })
  })
  const left = await page.evaluate(() => window.amplify.listWebAuthnCredentials())
  expect(left.credentials).toEqual([])
  await page.evaluate(() => window.amplify.signOut())
  expect(await signIn(page, byPasskey('cleo'))).toBe('CONTINUE_SIGN_IN_WITH_FIRST_FACTOR_SELECTION')
})

test('a passkey that a test added signs in from a virtual authenticator', async () => {
  const { page, authenticator } = await open()
  const passkey = createPasskey({ origin: started.origin })
  await addPasskey(started.server, 'dan', passkey)
  await authenticator.add(passkey.forDevTools())
  expect(await signIn(page, byPasskey('dan'))).toBe('DONE')
})

test('a passkey that a test added signs in from Playwright’s authenticator', async () => {
  const passkey = createPasskey({ origin: started.origin })
  await addPasskey(started.server, 'eve', passkey)
  const context = await started.browser.newContext()
  await context.credentials.install()
  await context.credentials.create(passkey.rpId, passkey.forPlaywright())
  const page = await started.open(context)
  expect(await signIn(page, byPasskey('eve'))).toBe('DONE')
  expect(await page.evaluate(async () => (await window.amplify.getCurrentUser()).username)).toBe('eve')
})
