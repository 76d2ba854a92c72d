import {
  configure,
  confirmResetPassword,
  createMemoryStorage,
  fetchAuthSession,
  fetchUserAttributes,
  getCurrentUser,
  resetPassword,
  signIn,
} from '@amulet/auth'
import { type AmuletServer, createServer } from '@amulet/server'
import { createAdmin, createSession, injectFault } from '@amulet/server/testing'
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'

const username = 'ada@example.com'
const password = 'Correct-horse-1'

// Made once for the file. Each test has a copy of its own, so that none finds what another has left.
const prepared = createServer({ users: [{ Username: username, Password: password, groups: ['admins'] }] })
let server: AmuletServer
beforeEach(async () => {
  server = await prepared.fork()
  await configureWith(createMemoryStorage())
})
afterEach(() => server.close())
afterAll(() => prepared.close())

async function configureWith(storage: ReturnType<typeof createMemoryStorage>) {
  const { userPoolId, userPoolClientId } = await server.ready
  configure(
    { Auth: { Cognito: { userPoolId, userPoolClientId } } },
    { fetch: server.fetch, clock: server.clock.now, storage },
  )
}

test('a user of the set-up signs in', async () => {
  expect((await signIn({ username, password })).isSignedIn).toBe(true)
  const { tokens } = await fetchAuthSession()
  expect(tokens?.idToken?.payload['cognito:groups']).toEqual(['admins'])
})

test('a user is signed in when the test begins', async () => {
  const session = await createSession(server, { attributes: { name: 'Grace' } })
  await configureWith(session.storage)
  expect((await getCurrentUser()).userId).toBe(session.sub)
  expect((await fetchUserAttributes()).name).toBe('Grace')
})

test('a session goes on when its hour is over, and ends when an administrator says so', async () => {
  const session = await createSession(server)
  await configureWith(session.storage)
  server.clock.advance(60 * 60)
  expect(`${(await fetchAuthSession()).tokens?.accessToken}`).not.toBe(session.accessToken)
  await createAdmin(server).adminUserGlobalSignOut({ Username: session.username })
  await expect(fetchUserAttributes()).rejects.toMatchObject({ name: 'NotAuthorizedException' })
})

test('a password is reset by the code of the message', async () => {
  await createAdmin(server).adminUpdateUserAttributes({
    Username: username,
    UserAttributes: [{ Name: 'email_verified', Value: 'true' }],
  })
  await resetPassword({ username })
  const { code: confirmationCode } = await server.inbox.next(username)
  await confirmResetPassword({ username, confirmationCode, newPassword: 'Another-horse-1' })
  expect((await signIn({ username, password: 'Another-horse-1' })).isSignedIn).toBe(true)
})

test('a user who has reached a limit learns so', async () => {
  const fault = await injectFault(server, 'ForgotPassword', 'LimitExceededException')
  await expect(resetPassword({ username })).rejects.toMatchObject({ name: 'LimitExceededException' })
  await fault.remove()
  expect((await resetPassword({ username })).nextStep.resetPasswordStep).toBe(
    'CONFIRM_RESET_PASSWORD_WITH_CODE',
  )
})
