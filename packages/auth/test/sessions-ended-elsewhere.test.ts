import {
  type AuthContext,
  confirmResetPassword,
  createMemoryStorage,
  fetchAuthSession,
  fetchUserAttributes,
  getCurrentUser,
  resetPassword,
  signIn,
  signOut,
  updatePassword,
} from '@amulet/auth'
import { expect, test } from 'vitest'
import { lastCode, PASSWORD, type Started, signedInUser, start } from './start.js'

const another = 'Another-Horse-2'

/** Ways in which the session of a page ends without it. */
const WAYS: [way: string, end: (started: Started, username: string) => Promise<string>][] = [
  [
    'a sign-out everywhere by another device',
    async ({ anotherContext }, username) => {
      const device = anotherContext()
      await signIn(device, { username, password: PASSWORD })
      await signOut(device, { global: true })
      return PASSWORD
    },
  ],
  [
    'another password that was set on another device',
    async ({ anotherContext }, username) => {
      const device = anotherContext()
      await signIn(device, { username, password: PASSWORD })
      await updatePassword(device, { oldPassword: PASSWORD, newPassword: another })
      return another
    },
  ],
  [
    'a password that was forgotten, and reset by this very page',
    async (started, username) => {
      const { context } = started
      await resetPassword(context, { username })
      const confirmationCode = lastCode(started, username)
      await confirmResetPassword(context, { username, confirmationCode, newPassword: another })
      return another
    },
  ],
]

test.each(WAYS)('%s is known after a refresh, and the user signs in again', async (_way, end) => {
  const storage = createMemoryStorage()
  const started = await start({ storage })
  const { context, events } = started
  const otherTab: AuthContext = started.anotherContext({ storage })
  const username = await signedInUser(started)
  const password = await end(started, username)
  // Nothing has told the page so far.
  expect(await getCurrentUser(context)).toMatchObject({ signInDetails: { loginId: username } })
  const revoked = { name: 'NotAuthorizedException', message: 'Access Token has been revoked' }
  for (const tab of [context, otherTab]) await expect(fetchUserAttributes(tab)).rejects.toMatchObject(revoked)
  await expect(signIn(context, { username, password })).rejects.toMatchObject({
    name: 'UserAlreadyAuthenticatedException',
  })
  expect(events).toEqual([])

  expect(await fetchAuthSession(context, { forceRefresh: true })).toEqual({})
  const error = expect.objectContaining({ name: 'NotAuthorizedException' })
  expect(events).toEqual([
    { event: 'tokenRefresh_failure', data: { error } },
    { event: 'signedOut', data: { reason: 'sessionEnded', error } },
  ])
  for (const tab of [context, otherTab])
    await expect(getCurrentUser(tab)).rejects.toMatchObject({ name: 'UserUnAuthenticatedException' })
  await signIn(context, { username, password })
  expect(await fetchUserAttributes(otherTab)).toMatchObject({ email: username })
})
