import {
  createMemoryStorage,
  deleteUser,
  fetchAuthSession,
  getCurrentUser,
  type KeyValueStorage,
  signIn,
} from '@amulet/auth'
import { expect, test } from 'vitest'
import { json, offline, PASSWORD, signedInUser, start } from './start.js'

/** A storage that can be looked into. */
function openStorage() {
  const items: Record<string, string> = {}
  const storage: KeyValueStorage = {
    getItem: (key) => items[key] ?? null,
    setItem: (key, value) => {
      items[key] = value
    },
    removeItem: (key) => delete items[key],
  }
  return { items, storage }
}

test('deleteUser deletes the user in the pool and everything stored in the page, and announces it', async () => {
  const { items, storage } = openStorage()
  const started = await start({ storage })
  const username = await signedInUser(started)
  const { context, net, events, userPoolClientId } = started
  const accessToken = `${(await fetchAuthSession(context)).tokens?.accessToken}`
  const user = `CognitoIdentityServiceProvider.${userPoolClientId}.${(await getCurrentUser(context)).username}`
  for (const key of ['deviceKey', 'deviceGroupKey', 'randomPasswordKey']) items[`${user}.${key}`] = 'x'
  items.other = 'of the application'

  expect(await deleteUser(context)).toBeUndefined()
  // Nothing is left to revoke.
  expect(net.sent.map(({ operation, body }) => [operation, body])).toEqual([
    ['DeleteUser', { AccessToken: accessToken }],
  ])
  expect(items).toEqual({ other: 'of the application' })
  expect(events).toEqual([{ event: 'signedOut', data: { reason: 'userDeleted' } }])
  await expect(signIn(context, { username, password: PASSWORD })).rejects.toMatchObject({
    name: 'NotAuthorizedException',
  })
})

test.each([
  ['refuses', json(400, { __type: 'TooManyRequestsException', message: 'no' }), 'TooManyRequestsException'],
  ['is not reached', offline, 'NetworkError'],
])('deleteUser forgets nothing when the service %s', async (_, fault, name) => {
  const started = await start({ storage: createMemoryStorage() })
  await signedInUser(started)
  const { context, net, events } = started
  net.faults.push(fault, fault, fault)
  await expect(deleteUser(context)).rejects.toMatchObject({ name, retryable: true })
  expect(await getCurrentUser(context)).toBeDefined()
  expect(events).toEqual([])
})

test('deleteUser of a user who was deleted meanwhile rejects with the service’s error', async () => {
  const started = await start()
  await signedInUser(started)
  const { context, net } = started
  net.faults.push(json(400, { __type: 'UserNotFoundException', message: 'User does not exist.' }))
  await expect(deleteUser(context)).rejects.toMatchObject({ name: 'UserNotFoundException' })
})
