import {
  type AuthContextOptions,
  confirmSignIn,
  createMemoryStorage,
  fetchAuthSession,
  getCurrentUser,
  type KeyValueStorage,
  signIn,
  signOut,
} from '@amulet/auth'
import { expect, test } from 'vitest'
import { confirmedUser, json, PASSWORD, start } from './start.js'

const username = 'ada@example.com'
const password = PASSWORD

/** A storage that takes so many items, and no more until it is told so. */
function limited(kind: 'at once' | 'later') {
  const storage = createMemoryStorage()
  const keys = new Set<string>()
  const limit = { items: 0 }
  const refused = new DOMException('The quota has been exceeded.', 'QuotaExceededError')
  const set = (key: string, value: string) => {
    if (!keys.has(key) && keys.size >= limit.items) throw refused
    keys.add(key)
    storage.setItem(key, value)
  }
  const remove = (key: string) => {
    keys.delete(key)
    storage.removeItem(key)
  }
  const sync = { getItem: storage.getItem, setItem: set, removeItem: remove }
  const async: KeyValueStorage = {
    getItem: async (key) => storage.getItem(key),
    setItem: async (key, value) => set(key, value),
    removeItem: async (key) => remove(key),
  }
  return { storage: kind === 'later' ? async : sync, keys, limit, refused }
}

async function signedUp(options: AuthContextOptions) {
  const started = await start(options)
  await confirmedUser(started)
  started.events.length = 0
  return started
}

test.each([
  ['at once', 0],
  ['at once', 1],
  ['at once', 4],
  ['later', 2],
] as const)(
  'a storage that refuses %s all but %i items leaves the session in memory, and says so once',
  async (kind, items) => {
    const { storage, keys, limit, refused } = limited(kind)
    limit.items = items
    const { context, server, events, anotherContext } = await signedUp({ storage })
    expect(await signIn(context, { username, password })).toMatchObject({ isSignedIn: true })
    expect(events).toEqual([
      { event: 'storage_failure', data: { error: refused } },
      { event: 'signedIn', data: expect.anything() },
    ])
    const before = (await fetchAuthSession(context)).tokens
    expect(before).toBeDefined()

    // It is refreshed there as well.
    server.clock.advance(3700)
    const { tokens } = await fetchAuthSession(context)
    expect(`${tokens?.accessToken}`).not.toBe(`${before?.accessToken}`)
    expect(events.slice(2)).toEqual([{ event: 'tokenRefresh' }])

    // Another page does not find it.
    await expect(getCurrentUser(anotherContext({ storage }))).rejects.toMatchObject({
      name: 'UserUnAuthenticatedException',
    })

    await signOut(context)
    await expect(getCurrentUser(context)).rejects.toMatchObject({ name: 'UserUnAuthenticatedException' })
    expect(keys.size).toBe(0)
  },
)

test('a storage that has room again has the session with the next refresh, and may be full again', async () => {
  const { storage, limit } = limited('at once')
  const { context, server, events, anotherContext } = await signedUp({ storage })
  await signIn(context, { username, password })
  limit.items = 100
  await signOut(context)
  await signIn(context, { username, password })
  expect(await getCurrentUser(anotherContext({ storage }))).toMatchObject({
    signInDetails: { loginId: username },
  })
  limit.items = 0
  await signOut(context)
  await signIn(context, { username, password })
  expect(events.filter(({ event }) => event === 'storage_failure')).toHaveLength(2)
  server.clock.advance(1)
})

test('a storage that fails to remove an item does not keep a user signed in', async () => {
  const memory = createMemoryStorage()
  const storage = {
    ...memory,
    removeItem() {
      throw new Error('denied')
    },
  }
  const { context, events } = await signedUp({ storage })
  await signIn(context, { username, password })
  await signOut(context)
  await expect(getCurrentUser(context)).rejects.toMatchObject({ name: 'UserUnAuthenticatedException' })
  expect(events).toContainEqual({ event: 'storage_failure', data: { error: new Error('denied') } })
})

test('a sign-in under way that cannot be stored is confirmed in the same page', async () => {
  const { storage } = limited('at once')
  const { context, net } = await signedUp({ storage })
  net.faults.push(
    json(200, { ChallengeName: 'NEW_PASSWORD_REQUIRED', Session: 's-1', ChallengeParameters: {} }),
    json(400, { __type: 'InvalidPasswordException' }),
  )
  await signIn(context, { username, password: 'temporary' })
  await expect(confirmSignIn(context, { challengeResponse: 'x' })).rejects.toMatchObject({
    name: 'InvalidPasswordException',
  })
  expect(net.sent.at(-1)?.body).toMatchObject({ Session: 's-1' })
})

test('a storage with room keeps everything, and no event is dispatched', async () => {
  const { storage, keys, limit } = limited('at once')
  limit.items = 100
  const { context, events } = await signedUp({ storage })
  await signIn(context, { username, password })
  expect(events.map(({ event }) => event)).toEqual(['signedIn'])
  expect([...keys].some((key) => key.endsWith('.accessToken'))).toBe(true)
})
