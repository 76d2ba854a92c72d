// @vitest-environment jsdom
import {
  confirmSignUp,
  createAuthContext,
  fetchAuthSession,
  fetchUserAttributes,
  getCurrentUser,
  signIn,
  signOut,
  signUp,
  updatePassword,
} from '@amulet/auth'
import { expect, test } from 'vitest'
import { PASSWORD, start } from './start.js'

// Applications test their pages under jsdom, with a server in the same process. There `window`, `ArrayBuffer`,
// `AbortController` and more are jsdom's, and what comes from Node and its native modules is not of their classes.

const username = 'ada@example.com'

test('under jsdom a user signs up, signs in both ways, changes the password and signs out', async () => {
  // What makes this a test: the blobs that the database returns are of another class.
  expect(new Uint8Array(2).buffer).toBeInstanceOf(ArrayBuffer)
  expect(Buffer.from('a').buffer).not.toBeInstanceOf(ArrayBuffer)
  const { server, config } = await start()
  const context = createAuthContext(config, { fetch: server.fetch, clock: server.clock.now })
  expect(context.storage).toBe(window.localStorage)
  await signUp(context, { username, password: PASSWORD })
  await confirmSignUp(context, { username, confirmationCode: server.inbox.last(username)?.code ?? '' })
  for (const authFlowType of ['USER_SRP_AUTH', 'USER_PASSWORD_AUTH'] as const) {
    const { isSignedIn } = await signIn(context, { username, password: PASSWORD, options: { authFlowType } })
    expect(isSignedIn).toBe(true)
    server.clock.advance(3700)
    expect((await fetchAuthSession(context)).tokens).toBeDefined()
    expect(await fetchUserAttributes(context)).toMatchObject({ email: username })
    await updatePassword(context, { oldPassword: PASSWORD, newPassword: PASSWORD })
    expect(await getCurrentUser(context)).toMatchObject({ signInDetails: { loginId: username } })
    await signOut(context)
    expect(window.localStorage).toHaveLength(0)
  }
})

test('under jsdom a taken name is refused, which the database reports by the code of its error', async () => {
  const { context } = await start()
  await signUp(context, { username, password: PASSWORD })
  await expect(signUp(context, { username, password: PASSWORD })).rejects.toMatchObject({
    name: 'UsernameExistsException',
  })
})
