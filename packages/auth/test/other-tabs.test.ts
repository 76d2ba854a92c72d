import {
  type AuthContext,
  configure,
  createAuthContext,
  fetchAuthSession,
  Hub,
  type HubCapsule,
  type KeyValueStorage,
  signIn,
  signOut,
} from '@amulet/auth'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { confirmedUser, PASSWORD, type Started, start } from './start.js'

// A page with tabs: a storage for all, and a window for each that is told what the others change. The real ones are in
// browser/tabs.test.ts.

interface StorageChange {
  key: string | null
}

function page() {
  const items = new Map<string, string>()
  const windows: { listeners: Set<(event: StorageChange) => void> }[] = []
  function openTab() {
    const listeners = new Set<(event: StorageChange) => void>()
    const window = {
      listeners,
      addEventListener: (type: string, listener: (event: StorageChange) => void) =>
        type === 'storage' && listeners.add(listener),
      removeEventListener: (_: string, listener: (event: StorageChange) => void) =>
        listeners.delete(listener),
    }
    windows.push(window)
    const changed = (key: string | null) => {
      // As a task of its own: the other tab may read what was changed before it is told.
      for (const other of windows) {
        if (other === window) continue
        // As a task of its own: the other tab may read what was changed before it is told.
        setTimeout(() => {
          for (const tell of [...other.listeners]) tell({ key })
        })
      }
    }
    const storage: Required<KeyValueStorage> = {
      getItem: (key) => items.get(key) ?? null,
      setItem(key, value) {
        items.set(key, value)
        changed(key)
      },
      removeItem(key) {
        if (items.delete(key)) changed(key)
      },
      clear() {
        items.clear()
        changed(null)
      },
    }
    return { window, storage }
  }
  return { openTab }
}

afterEach(() => vi.unstubAllGlobals())

/** Two tabs; the second listens to both kinds of events, and to its own only. */
async function twoTabs() {
  const { openTab } = page()
  const here = openTab()
  const there = openTab()
  const started = await start({ storage: here.storage })
  const username = await confirmedUser(started)
  vi.stubGlobal('window', there.window)
  const other = started.anotherContext({ storage: there.storage })
  const heard: HubCapsule[] = []
  const ownOnly: string[] = []
  other.hub.listen('auth', (capsule) => heard.push(capsule), { enableCrossTabEvents: true })
  other.hub.listen('auth', ({ payload }) => ownOnly.push(payload.event))
  const heardEvents = () => heard.splice(0).map(({ payload, crossTab }) => ({ ...payload, crossTab }))
  return { ...started, here, there, other, username, heardEvents, ownOnly }
}

/** Storage events are looked into after the script that caused them. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 10))

const enter = (context: AuthContext, username: string) => signIn(context, { username, password: PASSWORD })

describe('a listener that asks for it hears of another tab’s', () => {
  test('sign-in, refresh and sign-out, once each', async () => {
    const { context, other, username, heardEvents, ownOnly } = await twoTabs()
    await enter(context, username)
    await settled()
    expect(heardEvents()).toEqual([
      {
        event: 'signedIn',
        data: {
          username: expect.any(String),
          userId: expect.any(String),
          signInDetails: { loginId: username, authFlowType: 'USER_SRP_AUTH' },
        },
        crossTab: true,
      },
    ])
    const before = await fetchAuthSession(context)
    await new Promise((resolve) => setTimeout(resolve, 1000))
    await fetchAuthSession(context, { forceRefresh: true })
    await settled()
    expect(heardEvents()).toEqual([{ event: 'tokenRefresh', crossTab: true }])
    expect(`${(await fetchAuthSession(other)).tokens?.accessToken}`).not.toBe(`${before.tokens?.accessToken}`)
    await signOut(context)
    await settled()
    expect(heardEvents()).toEqual([{ event: 'signedOut', data: { reason: 'otherTab' }, crossTab: true }])
    expect(ownOnly).toEqual([])
  })

  test('clearing of the whole storage', async () => {
    const { context, here, username, heardEvents } = await twoTabs()
    await enter(context, username)
    await settled()
    heardEvents()
    here.storage.clear()
    await settled()
    expect(heardEvents()).toMatchObject([{ event: 'signedOut', data: { reason: 'otherTab' } }])
  })

  test('sign-out, although the application dispatched an event of its own just before', async () => {
    const { context, other, username, heardEvents } = await twoTabs()
    await enter(context, username)
    await settled()
    heardEvents()
    await signOut(context)
    other.hub.dispatch('application', { event: 'ticked' })
    await settled()
    expect(heardEvents()).toMatchObject([{ event: 'signedOut', data: { reason: 'otherTab' } }])
  })

  test('sign-in after a sign-out of its own', async () => {
    const { context, other, username, heardEvents } = await twoTabs()
    await enter(context, username)
    await settled()
    await signOut(other)
    expect(heardEvents().map(({ event, crossTab }) => [event, crossTab])).toEqual([
      ['signedIn', true],
      ['signedOut', undefined],
    ])
    await enter(context, username)
    await settled()
    expect(heardEvents().map(({ event, crossTab }) => [event, crossTab])).toEqual([['signedIn', true]])
  })

  test('switch to another user, as leaving and entering', async () => {
    const started = await twoTabs()
    const { context, username, here, heardEvents } = started
    await enter(context, username)
    const second = await confirmedUser(started, 'grace@example.com')
    await settled()
    heardEvents()
    // The items of both are in the storage; the name of the last user decides.
    const away = started.anotherContext()
    await enter(away, second)
    const prefix = `CognitoIdentityServiceProvider.${started.userPoolClientId}`
    const name = String(await away.storage.getItem(`${prefix}.LastAuthUser`))
    for (const item of ['accessToken', 'idToken', 'refreshToken']) {
      here.storage.setItem(
        `${prefix}.${name}.${item}`,
        String(await away.storage.getItem(`${prefix}.${name}.${item}`)),
      )
    }
    here.storage.setItem(`${prefix}.LastAuthUser`, name)
    await settled()
    expect(heardEvents().map(({ event }) => event)).toEqual(['signedOut', 'signedIn'])
  })
})

test('a listener hears nothing of another app client’s session', async () => {
  const { there, here, anotherContext, username, context, heardEvents } = await twoTabs()
  here.storage.setItem('CognitoIdentityServiceProvider.another.LastAuthUser', 'eve')
  here.storage.setItem('CognitoIdentityServiceProvider.another.eve.accessToken', 'e30.e30.x')
  await settled()
  expect(heardEvents()).toEqual([])
  const elsewhere = createAuthContext(
    { Auth: { Cognito: { userPoolId: 'us-east-1_Another', userPoolClientId: 'another' } } },
    { storage: there.storage },
  )
  const heard: string[] = []
  elsewhere.hub.listen('auth', ({ payload }) => heard.push(payload.event), { enableCrossTabEvents: true })
  await settled()
  await enter(anotherContext({ storage: context.storage }), username)
  await settled()
  expect(heard).toEqual([])
  expect(heardEvents().map(({ event }) => event)).toEqual(['signedIn'])
})

test('the window is listened to from the first such listener to the last, once', async () => {
  const { openTab } = page()
  const { window, storage } = openTab()
  vi.stubGlobal('window', window)
  const count = () => window.listeners.size
  const { context } = await start({ storage })
  expect(count()).toBe(0)
  context.hub.listen('auth', () => {})
  expect(count()).toBe(0)
  const stops = [1, 2].map(() => context.hub.listen('auth', () => {}, { enableCrossTabEvents: true }))
  expect(count()).toBe(1)
  stops[0]?.()
  stops[0]?.()
  expect(count()).toBe(1)
  stops[1]?.()
  expect(count()).toBe(0)
})

test('configure moves the listeners of Hub to the new context', async () => {
  const { openTab } = page()
  const here = openTab()
  const there = openTab()
  const started: Started = await start({ storage: here.storage })
  const username = await confirmedUser(started)
  vi.stubGlobal('window', there.window)
  const heard: string[] = []
  const stop = Hub.listen('auth', ({ payload }) => heard.push(payload.event), { enableCrossTabEvents: true })
  configure(started.config, { storage: there.storage, fetch: started.net.fetch })
  configure(started.config, { storage: there.storage, fetch: started.net.fetch })
  expect(there.window.listeners.size).toBe(1)
  await enter(started.context, username)
  await settled()
  expect(heard).toEqual(['signedIn'])
  stop()
  expect(there.window.listeners.size).toBe(0)
})
