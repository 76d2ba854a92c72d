import {
  configure,
  confirmSignUp,
  createMemoryStorage,
  fetchAuthSession,
  getCurrentUser,
  signIn,
  signUp,
} from '@amulet/auth'
import { type AmuletServer, createServer } from '@amulet/server'
import { afterEach, beforeEach, expect, test } from 'vitest'

const username = 'ada@example.com'
const password = 'Correct-horse-1'
let server: AmuletServer

// A user pool for each test, and a browser that has never been there. The application's own code runs as it is.
beforeEach(async () => {
  server = createServer()
  const { userPoolId, userPoolClientId } = await server.ready
  configure(
    { Auth: { Cognito: { userPoolId, userPoolClientId } } },
    { fetch: server.fetch, clock: server.clock.now, storage: createMemoryStorage() },
  )
})
afterEach(() => server.close())

const codeFromMail = () => server.inbox.last(username)?.code ?? ''

test('the code from the mail signs a user in', async () => {
  await signUp({ username, password })
  expect((await signIn({ username, password })).nextStep.signInStep).toBe('CONFIRM_SIGN_UP')
  await confirmSignUp({ username, confirmationCode: codeFromMail() })
  expect((await signIn({ username, password })).isSignedIn).toBe(true)
  expect((await getCurrentUser()).signInDetails?.loginId).toBe(username)
})

test('the code is good for a day', async () => {
  await signUp({ username, password })
  server.clock.advance(24 * 60 * 60)
  const late = confirmSignUp({ username, confirmationCode: codeFromMail() })
  await expect(late).rejects.toMatchObject({ name: 'ExpiredCodeException' })
})

test('a session outlives its access token, which is good for an hour', async () => {
  await signUp({ username, password })
  await confirmSignUp({ username, confirmationCode: codeFromMail() })
  await signIn({ username, password })
  const before = await fetchAuthSession()
  server.clock.advance(60 * 60)
  const after = await fetchAuthSession()
  expect(after.userSub).toBe(before.userSub)
  expect(`${after.tokens?.accessToken}`).not.toBe(`${before.tokens?.accessToken}`)
})
