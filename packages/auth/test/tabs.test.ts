import {
  decodeJWT,
  fetchAuthSession,
  fetchUserAttributes,
  getCurrentUser,
  signIn,
  signOut,
} from '@amulet/auth'
import { createServer } from '@amulet/server'
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createDevice, type Device, type Locks, type Passage, type Tab } from './device.js'
import { inVirtualTime, sleep, useRealTime, useVirtualTime } from './virtual-time.js'

// Tabs of one page, in virtual time: each story that the random runs of faults.test.ts are made of, by itself.

const PASSWORD = 'Correct-Horse-1'
const grace = { strict: 0, lenient: 60 }

const server = createServer({
  database: 'sqlite::memory:',
  config: {
    userPools: [
      {
        UserPoolId: 'us-east-1_Tabs',
        PoolName: 'Tabs',
        clients: Object.entries(grace).map(([ClientId, RetryGracePeriodSeconds]) => ({
          ClientId,
          ClientName: ClientId,
          ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'],
          AccessTokenValidity: 5,
          TokenValidityUnits: { AccessToken: 'minutes' },
          RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds },
        })),
        users: [{ Username: 'ada', Password: PASSWORD }],
      },
    ],
  },
})
await server.ready
afterAll(() => server.close())

beforeEach(useVirtualTime)
afterEach(() => {
  vi.unstubAllGlobals()
  useRealTime()
})

const EXPIRED = 301_000

function start(locks: Locks = 'work', client: keyof typeof grace = 'strict') {
  const pool = {
    userPoolId: 'us-east-1_Tabs',
    userPoolClientId: client,
    userPoolEndpoint: 'http://localhost/',
  }
  return createDevice(server, { Auth: { Cognito: pool } }, locks, grace[client])
}

/** So many tabs, with a user signed in. */
async function signedIn(device: Device, count: number): Promise<[Tab, Tab, ...Tab[]]> {
  const [first, second, ...more] = Array.from({ length: Math.max(count, 2) }, () => device.openTab())
  if (!first || !second) throw new Error('There are two at least')
  await enter(first)
  return [first, second, ...more]
}

const enter = ({ run, context }: Tab) =>
  run(() =>
    signIn(context, {
      username: 'ada',
      password: PASSWORD,
      options: { authFlowType: 'USER_PASSWORD_AUTH' },
    }),
  )

/** The access token a tab has, if it has one. */
const access = async ({ run, context }: Tab, options = {}): Promise<string | undefined> => {
  const { tokens } = await run(() => fetchAuthSession(context, options))
  return tokens && `${tokens.accessToken}`
}

const refreshes = ({ answered }: Device) =>
  answered.filter((operation) => operation.startsWith('GetTokensFromRefreshToken'))

/** Everything that the tabs are told, but `tokenRefresh`. */
function listen(tabs: Tab[]): string[] {
  const events: string[] = []
  for (const { name, context } of tabs) {
    context.hub.listen('auth', ({ payload }) => {
      if (payload.event !== 'tokenRefresh') events.push(`${name} ${payload.event}`)
    })
  }
  return events
}

describe.each<Locks>(['work', 'missing', 'refused', 'held by a frozen tab'])(
  'with locks that %s',
  (locks) => {
    test('eight tabs that refresh at once, with rotation and no grace, all end up signed in', () =>
      inVirtualTime(async () => {
        const device = start(locks)
        const tabs = await signedIn(device, 8)
        const events = listen(tabs)
        for (let round = 0; round < 5; round++) {
          await sleep(EXPIRED)
          const got = await Promise.all(tabs.map((tab) => access(tab)))
          expect(new Set(got).size).toBe(1)
          expect(got[0]).toBeDefined()
        }
        expect(events).toEqual([])
        if (locks === 'work') expect(refreshes(device)).toHaveLength(5)
        expect(await tabs[1].run(() => fetchUserAttributes(tabs[1].context))).toMatchObject({})
      }))

    test('a tab waits for the answer that another one is still to get', () =>
      inVirtualTime(async () => {
        const device = start(locks)
        const tabs = await signedIn(device, 3)
        const events = listen(tabs)
        await sleep(EXPIRED)
        // The first is served at once and hears of it late; the others are refused before.
        let sent = 0
        device.passage = () => ({ there: 10, back: sent++ ? 10 : 20_000 })
        const got = await Promise.all(tabs.map((tab) => access(tab)))
        expect(new Set(got).size).toBe(1)
        expect(got[0]).toBeDefined()
        expect(events).toEqual([])
      }))

    test('a lost answer is rescued by the grace period', () =>
      inVirtualTime(async () => {
        const device = start(locks, 'lenient')
        const [first] = await signedIn(device, 2)
        await sleep(EXPIRED)
        const faults: Passage['fault'][] = ['answer lost', 'answer lost']
        device.passage = () => ({ there: 10, back: 10, fault: faults.shift() })
        expect(await access(first)).toBeDefined()
        expect(refreshes(device)).toHaveLength(3)
      }))

    test('a session whose only answer is lost, without grace, ends, and the next one begins', () =>
      inVirtualTime(async () => {
        const device = start(locks)
        const [first, second] = await signedIn(device, 2)
        const events = listen([first, second])
        await sleep(EXPIRED)
        const faults: Passage['fault'][] = ['answer lost']
        device.passage = () => ({ there: 10, back: 10, fault: faults.shift() })
        // A frozen tab may have the answer, for all that this one knows.
        const timeout = locks === 'held by a frozen tab' ? 660_000 : 60_000
        await expect(access(first, { timeout })).rejects.toMatchObject({ name: 'RefreshTokenReuseException' })
        expect(events).toEqual(['tab 1 tokenRefresh_failure', 'tab 1 signedOut'])
        expect(await access(second)).toBeUndefined()
        await enter(second)
        expect(await access(first)).toBe(await access(second))
      }))
  },
)

describe('a tab that is closed', () => {
  test('between the answer and its storing takes the session with it, without grace', () =>
    inVirtualTime(async () => {
      const device = start()
      const [first, second] = await signedIn(device, 2)
      await sleep(EXPIRED)
      device.passage = () => ({ there: 10, back: 10, fault: 'tab closes' })
      void access(first)
      await first.closed
      device.passage = () => ({ there: 10, back: 10 })
      const begun = Date.now()
      await expect(access(second)).rejects.toMatchObject({ name: 'RefreshTokenReuseException' })
      // The lock tells that there is no tab to wait for.
      expect(Date.now() - begun).toBeLessThan(3000)
    }))

  test('between the answer and its storing does no harm within the grace period', () =>
    inVirtualTime(async () => {
      const device = start('work', 'lenient')
      const [first, second] = await signedIn(device, 2)
      await sleep(EXPIRED)
      device.passage = () => ({ there: 10, back: 10, fault: 'tab closes' })
      void access(first)
      await first.closed
      device.passage = () => ({ there: 10, back: 10 })
      expect(await access(second)).toBeDefined()
    }))

  test.each([1, 2, 3, 4])('after %i of the items are stored does no harm, even without grace', (writes) =>
    inVirtualTime(async () => {
      const device = start()
      const [first, second] = await signedIn(device, 2)
      await sleep(EXPIRED)
      first.closeAfterWrites(writes)
      void access(first)
      await first.closed
      expect(await access(second)).toBeDefined()
      expect(await access(second, { forceRefresh: true })).toBeDefined()
    }),
  )
})

describe('a frozen tab', () => {
  test('that holds the lock keeps no other tab waiting longer than five seconds, and goes on when it wakes up', () =>
    inVirtualTime(async () => {
      const device = start()
      const [first, second] = await signedIn(device, 2)
      await sleep(EXPIRED)
      device.passage = () => ({ there: 10, back: 1000, fault: () => new Response('<html>', { status: 503 }) })
      const frozen = access(first)
      await sleep(500)
      first.freeze()
      device.passage = () => ({ there: 10, back: 10 })
      const begun = Date.now()
      const got = await access(second)
      expect(got).toBeDefined()
      expect(Date.now() - begun).toBeLessThan(5100)
      first.wake()
      await frozen.catch(() => {})
      expect(await access(first)).toBe(got)
    }))

  test('that holds the answer for all tabs is waited for, and refreshes again if its tokens are too old then', () =>
    inVirtualTime(async () => {
      const device = start()
      const [first, second] = await signedIn(device, 2)
      const events = listen([first, second])
      await sleep(EXPIRED)
      device.passage = () => ({ there: 10, back: 1000 })
      const frozen = access(first, { timeout: Number.POSITIVE_INFINITY })
      await sleep(500)
      first.freeze()
      device.passage = () => ({ there: 10, back: 10 })
      // No call waits longer than it may; the user is not signed out for it.
      for (const pause of [EXPIRED, 0]) {
        await expect(access(second)).rejects.toMatchObject({ name: 'TimeoutError', retryable: true })
        await sleep(pause)
      }
      first.wake()
      const token = await frozen
      const { exp = 0 } = decodeJWT(token ?? '').payload
      expect(exp * 1000).toBeGreaterThan(Date.now())
      expect(await access(second)).toBe(token)
      expect(events).toEqual([])
    }))

  test('that held the answer for all tabs and was closed leaves nothing to wait for', () =>
    inVirtualTime(async () => {
      const device = start()
      const [first, second] = await signedIn(device, 2)
      const events = listen([second])
      await sleep(EXPIRED)
      device.passage = () => ({ there: 10, back: 1000 })
      void access(first)
      await sleep(500)
      first.freeze()
      device.passage = () => ({ there: 10, back: 10 })
      await expect(access(second)).rejects.toMatchObject({ name: 'TimeoutError' })
      first.close()
      await sleep(5000)
      expect(await access(second)).toBeUndefined()
      expect(events).toEqual(['tab 2 tokenRefresh_failure', 'tab 2 signedOut'])
    }))

  test.each<Locks>(['work', 'missing'])(
    'that wakes up before another try takes what the others have stored since, with locks that %s',
    (locks) =>
      inVirtualTime(async () => {
        const device = start(locks)
        const [first, second] = await signedIn(device, 2)
        const events = listen([first, second])
        await sleep(EXPIRED)
        device.passage = () => ({ there: 10, back: 10, fault: () => new Response('', { status: 503 }) })
        const frozen = access(first)
        await sleep(30)
        first.freeze()
        device.passage = () => ({ there: 10, back: 10 })
        for (let times = 0; times < 3; times++) {
          await access(second, { forceRefresh: true })
          await sleep(61_000)
        }
        first.wake()
        expect(await frozen).toBe(await access(second))
        expect(device.sentTooLate).toEqual([])
        expect(refreshes(device)).toEqual(Array(3).fill('GetTokensFromRefreshToken 200'))
        expect(events).toEqual([])
      }),
  )

  test('that wakes up before another try goes on with it when nothing has changed', () =>
    inVirtualTime(async () => {
      const device = start()
      const [first] = await signedIn(device, 2)
      await sleep(EXPIRED)
      device.passage = () => ({ there: 10, back: 10, fault: () => new Response('', { status: 503 }) })
      const frozen = access(first)
      await sleep(30)
      first.freeze()
      device.passage = () => ({ there: 10, back: 10 })
      await sleep(10_000)
      first.wake()
      expect(await frozen).toBeDefined()
      expect(refreshes(device)).toEqual(['GetTokensFromRefreshToken 200'])
    }))

  test('that wakes up with tokens of a session that was signed out does not bring it back', () =>
    inVirtualTime(async () => {
      const device = start()
      const [first, second] = await signedIn(device, 2)
      await sleep(EXPIRED)
      const late = access(first)
      await sleep(30)
      first.freeze()
      await second.run(() => signOut(second.context))
      first.wake()
      expect(await late).toBeUndefined()
      expect([...device.items.keys()]).toEqual([])
    }))
})

test('a sign-out while another tab stores new tokens leaves nothing behind, at whatever moment it comes', () =>
  inVirtualTime(async () => {
    for (let moment = 20; moment < 32; moment += 0.5) {
      const device = start()
      device.storageDelay = () => 1
      const [first, second] = await signedIn(device, 2)
      device.passage = (operation) =>
        // The service hears of the refresh first; of the two answers either comes first.
        operation === 'RevokeToken' ? { there: 15, back: moment } : { there: 10, back: 25 }
      await Promise.all([access(first, { forceRefresh: true }), second.run(() => signOut(second.context))])
      await sleep(100)
      expect([...device.items.keys()], `after ${moment} ms`).toEqual([])
      expect(await access(first)).toBeUndefined()
    }
  }))

test('a late answer does not replace a newer token', () =>
  inVirtualTime(async () => {
    const device = start('missing', 'lenient')
    const [first, second] = await signedIn(device, 2)
    await sleep(EXPIRED)
    device.passage = () => ({ there: 10, back: 5000 })
    const late = access(first)
    await sleep(1000)
    device.passage = () => ({ there: 10, back: 10 })
    await access(second)
    const newest = await access(second, { forceRefresh: true })
    expect(await late).toBe(newest)
    await sleep(60_000)
    expect(await access(first, { forceRefresh: true })).toBeDefined()
  }))

test('a slow refresh of a session that was signed out neither delays the next session nor changes it', () =>
  inVirtualTime(async () => {
    const device = start('missing')
    const [tab] = await signedIn(device, 2)
    device.passage = (operation) => ({ there: 10, back: operation.startsWith('Get') ? 20_000 : 10 })
    const late = access(tab, { forceRefresh: true })
    await tab.run(() => signOut(tab.context))
    await enter(tab)
    const token = device.lastRefreshToken
    device.passage = () => ({ there: 10, back: 10 })
    const begun = Date.now()
    const got = await access(tab, { forceRefresh: true })
    expect(Date.now() - begun).toBe(20)
    expect(device.lastRefreshToken).not.toBe(token)
    expect(await late).toBe(got)
    expect(await access(tab, { forceRefresh: true })).toBeDefined()
  }))

test('StrictMode’s double effects make one request', () =>
  inVirtualTime(async () => {
    const device = start()
    const [tab] = await signedIn(device, 2)
    await sleep(EXPIRED)
    const effect = () => Promise.all([access(tab), tab.run(() => getCurrentUser(tab.context))])
    const [[one], [other]] = await Promise.all([effect(), effect()])
    expect(one).toBe(other)
    expect(refreshes(device)).toEqual(['GetTokensFromRefreshToken 200'])
  }))

describe('offline', () => {
  const offline = (): Passage => ({ there: 1, back: 1, fault: 'lost on the way' })

  test('the user is known although the tokens have expired, and the session continues afterwards', () =>
    inVirtualTime(async () => {
      const device = start()
      const [tab] = await signedIn(device, 2)
      await sleep(EXPIRED)
      device.passage = offline
      const user = await tab.run(() => getCurrentUser(tab.context))
      expect(user).toMatchObject({ username: 'ada', signInDetails: { loginId: 'ada' } })
      await expect(access(tab)).rejects.toMatchObject({ name: 'NetworkError', retryable: true })
      device.passage = () => ({ there: 1, back: 1 })
      expect(await access(tab)).toBeDefined()
    }))

  test('the user is known after five seconds where nothing answers, or sooner if asked for', () =>
    inVirtualTime(async () => {
      const device = start()
      const [tab, other] = await signedIn(device, 2)
      await sleep(EXPIRED)
      device.passage = () => ({ there: 60_000, back: 1 })
      const begun = Date.now()
      expect(await tab.run(() => getCurrentUser(tab.context))).toMatchObject({ username: 'ada' })
      expect(Date.now() - begun).toBe(5000)
      expect(await other.run(() => getCurrentUser(other.context, { timeout: 200 }))).toMatchObject({
        username: 'ada',
      })
      expect(Date.now() - begun).toBe(5200)
    }))

  test('asking for the user can be aborted', () =>
    inVirtualTime(async () => {
      const device = start()
      const [tab] = await signedIn(device, 2)
      await sleep(EXPIRED)
      device.passage = () => ({ there: 60_000, back: 1 })
      const controller = new AbortController()
      const asked = tab.run(() => getCurrentUser(tab.context, { signal: controller.signal }))
      asked.catch(() => {})
      await sleep(100)
      controller.abort()
      await expect(asked).rejects.toMatchObject({ name: 'AbortError' })
    }))

  test('no user is known once the service has ended the session', () =>
    inVirtualTime(async () => {
      const device = start()
      const [tab, other] = await signedIn(device, 2)
      await other.run(() => signOut(other.context, { global: true }))
      await enter(other)
      await sleep(EXPIRED)
      const user = server.fetch(
        new Request('http://localhost/', {
          method: 'POST',
          headers: { 'x-amz-target': 'AWSCognitoIdentityProviderService.RevokeToken' },
          body: JSON.stringify({ ClientId: 'strict', Token: device.lastRefreshToken }),
        }),
      )
      expect((await user).status).toBe(200)
      await expect(tab.run(() => getCurrentUser(tab.context))).rejects.toMatchObject({
        name: 'UserUnAuthenticatedException',
      })
    }))

  test('a session without a refresh token is over when its tokens are, and the error says so', () =>
    inVirtualTime(async () => {
      const device = start()
      const [tab] = await signedIn(device, 2)
      for (const key of device.items.keys()) if (key.endsWith('.refreshToken')) device.items.delete(key)
      await sleep(EXPIRED - 3000)
      expect(await access(tab)).toBeDefined()
      await sleep(3000)
      const error = { name: 'TokenRefreshException' }
      await expect(tab.run(() => getCurrentUser(tab.context))).rejects.toMatchObject(error)
      await expect(access(tab)).rejects.toMatchObject(error)
      expect(refreshes(device)).toEqual([])
    }))
})

test.each([-1, 1])('a clock set %i day while signed in costs one refresh and no more', (days) =>
  inVirtualTime(async () => {
    const device = start()
    const [tab] = await signedIn(device, 2)
    device.skew = days * 24 * 3_600_000
    await access(tab)
    expect(refreshes(device)).toHaveLength(1)
    for (let times = 0; times < 5; times++) await access(tab)
    expect(refreshes(device)).toHaveLength(1)
    await sleep(EXPIRED)
    await access(tab)
    expect(refreshes(device)).toHaveLength(2)
  }),
)
