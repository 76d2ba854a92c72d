import {
  type AuthContext,
  createAuthContext,
  createMemoryStorage,
  fetchAuthSession,
  getCurrentUser,
  type KeyValueStorage,
  signIn,
  signOut,
} from '@amulet/auth'
import { createServer } from '@amulet/server'
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import {
  answerLost,
  blackHole,
  confirmedUser,
  type Fault,
  htmlPage,
  json,
  network,
  offline,
  PASSWORD,
  start,
  tooMany,
} from './start.js'
import { inVirtualTime, sleep, useRealTime, useVirtualTime } from './virtual-time.js'

const HOUR = 3600

/** A signed-in user, and a log that begins after the sign-in. */
async function signedIn(options: Parameters<typeof start>[0] = {}) {
  const storage = options.storage ?? createMemoryStorage()
  const started = await start({ ...options, storage })
  const username = await confirmedUser(started)
  await signIn(started.context, { username, password: PASSWORD })
  started.net.sent.length = 0
  started.events.length = 0
  const before = await fetchAuthSession(started.context)
  const key = (name: string) => `CognitoIdentityServiceProvider.${started.userPoolClientId}.${name}`
  const user = String(await storage.getItem(key('LastAuthUser')))
  const stored = (name: string) => storage.getItem(key(`${user}.${name}`))
  return { ...started, storage, stored, access: `${before.tokens?.accessToken}`, username }
}

const refused = (name: string, message = 'Refused'): Fault => json(400, { __type: name, message })

/** The answer to a refresh takes `milliseconds` longer. */
const slow =
  (milliseconds: number): Fault =>
  async (forward) => {
    const answer = await forward()
    await sleep(milliseconds)
    return answer
  }

beforeEach(useVirtualTime)
afterEach(() => {
  vi.unstubAllGlobals()
  useRealTime()
})

describe('tokens', () => {
  test('that are valid are served without a request', async () => {
    const { context, net, access } = await signedIn()
    expect(`${(await fetchAuthSession(context)).tokens?.accessToken}`).toBe(access)
    await getCurrentUser(context)
    expect(net.sent).toEqual([])
  })

  test('do not count as younger because their answer waited, as in a page that was frozen', async () => {
    const { context, net, server } = await signedIn()
    net.faults.push(async (forward) => {
      const answer = await forward()
      server.clock.advance(HOUR / 2)
      return answer
    })
    const { tokens } = await fetchAuthSession(context, { forceRefresh: true })
    server.clock.advance(HOUR / 2 - 10)
    expect(`${(await fetchAuthSession(context)).tokens?.accessToken}`).toBe(`${tokens?.accessToken}`)
    expect(net.operations()).toHaveLength(1)
    server.clock.advance(20)
    await fetchAuthSession(context)
    expect(net.operations()).toHaveLength(2)
  })

  test('are refreshed five seconds before they expire', async () => {
    const { context, net, access, server, events } = await signedIn()
    server.clock.advance(HOUR - 10)
    await fetchAuthSession(context)
    expect(net.sent).toEqual([])
    server.clock.advance(6)
    const { tokens } = await fetchAuthSession(context)
    expect(`${tokens?.accessToken}`).not.toBe(access)
    expect(net.operations()).toEqual(['GetTokensFromRefreshToken'])
    expect(net.sent[0]?.body).toEqual({ ClientId: expect.any(String), RefreshToken: expect.any(String) })
    expect(events).toEqual([{ event: 'tokenRefresh' }])
  })

  /** A server whose app client has tokens of different lives, and a user who is signed in there. */
  async function withLives(AccessTokenValidity: number, IdTokenValidity: number) {
    const server = createServer({
      database: 'sqlite::memory:',
      config: {
        userPools: [
          {
            UserPoolId: 'us-east-1_Lives',
            PoolName: 'Lives',
            clients: [
              {
                ClientId: 'app',
                ClientName: 'App',
                ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
                AccessTokenValidity,
                IdTokenValidity,
                TokenValidityUnits: { AccessToken: 'minutes', IdToken: 'minutes' },
              },
            ],
            users: [{ Username: 'ada', Password: PASSWORD }],
          },
        ],
      },
    })
    onTestFinished(() => server.close())
    await server.ready
    const net = network(server)
    const context = createAuthContext(
      { Auth: { Cognito: { userPoolId: 'us-east-1_Lives', userPoolClientId: 'app' } } },
      { storage: createMemoryStorage(), fetch: net.fetch, clock: server.clock.now },
    )
    const options = { authFlowType: 'USER_PASSWORD_AUTH' as const }
    await signIn(context, { username: 'ada', password: PASSWORD, options })
    net.sent.length = 0
    return { server, net, context, session: async () => (await fetchAuthSession(context)).tokens }
  }

  test.each([
    ['ID', 60, 5],
    ['access', 5, 60],
  ])('are refreshed when only the %s token has run out', async (_, access, id) => {
    const { server, net, session } = await withLives(access, id)
    server.clock.advance(5 * 60 - 6)
    const before = await session()
    expect(net.sent).toEqual([])
    server.clock.advance(1)
    const after = await session()
    expect(net.operations()).toEqual(['GetTokensFromRefreshToken'])
    expect(`${after?.accessToken}`).not.toBe(`${before?.accessToken}`)
    expect(`${after?.idToken}`).not.toBe(`${before?.idToken}`)
    await session()
    expect(net.sent).toHaveLength(1)
  })

  test('are served when the ID token has run out and the service cannot be reached', async () => {
    const { server, net, context, session } = await withLives(60, 5)
    const before = await session()
    server.clock.advance(6 * 60)
    net.faults.push(offline, offline, offline)
    const after = await inVirtualTime(session)
    expect(`${after?.accessToken}`).toBe(`${before?.accessToken}`)
    server.clock.advance(54 * 60)
    net.faults.push(offline, offline, offline)
    await expect(inVirtualTime(() => fetchAuthSession(context))).rejects.toMatchObject({
      name: 'NetworkError',
    })
  })

  test('are refreshed at once with forceRefresh, and clientMetadata goes along', async () => {
    const { context, net, access } = await signedIn()
    const { tokens } = await fetchAuthSession(context, { forceRefresh: true, clientMetadata: { a: 'b' } })
    expect(`${tokens?.accessToken}`).not.toBe(access)
    expect(net.sent[0]?.body).toMatchObject({ ClientMetadata: { a: 'b' } })
  })

  test('keep who signed in, and how, through a refresh', async () => {
    const { context, username } = await signedIn()
    const before = await getCurrentUser(context)
    await fetchAuthSession(context, { forceRefresh: true })
    expect(await getCurrentUser(context)).toEqual(before)
    expect(before.signInDetails).toEqual({ loginId: username, authFlowType: 'USER_SRP_AUTH' })
  })

  test('name the device they were issued to when they are refreshed', async () => {
    const { context, net, storage, userPoolClientId } = await signedIn()
    const prefix = `CognitoIdentityServiceProvider.${userPoolClientId}`
    const user = await storage.getItem(`${prefix}.LastAuthUser`)
    await storage.setItem(`${prefix}.${user}.deviceKey`, 'us-east-1_device')
    await fetchAuthSession(context, { forceRefresh: true }).catch(() => {})
    expect(net.sent[0]?.body).toMatchObject({ DeviceKey: 'us-east-1_device' })
  })

  test('expire by the server’s clock, however wrong this device’s is', async () => {
    for (const wrong of [-1, 1]) {
      let drift = wrong * 24 * HOUR * 1000
      const started = await signedIn()
      const context = started.anotherContext({
        storage: createMemoryStorage(),
        clock: () => started.server.clock.now() + drift,
      })
      // By SRP, whose proof carries the time: it is the service's own.
      await signIn(context, { username: started.username, password: PASSWORD })
      started.net.sent.length = 0
      await fetchAuthSession(context)
      expect(started.net.sent).toEqual([])
      // Set right in the middle of the session: at most one refresh, no loop.
      drift = 0
      await fetchAuthSession(context)
      await fetchAuthSession(context)
      expect(started.net.operations().length).toBeLessThanOrEqual(1)
    }
  })
})

describe('one refresh', () => {
  test('serves all calls that wait for it, with one event', async () => {
    const { context, net, server, events } = await signedIn()
    server.clock.advance(HOUR)
    const sessions = await Promise.all(Array.from({ length: 8 }, () => fetchAuthSession(context)))
    await getCurrentUser(context)
    expect(new Set(sessions.map(({ tokens }) => `${tokens?.accessToken}`)).size).toBe(1)
    expect(net.operations()).toEqual(['GetTokensFromRefreshToken'])
    expect(events).toEqual([{ event: 'tokenRefresh' }])
  })

  test('serves all contexts on one storage', async () => {
    const { context, anotherContext, storage, net, server } = await signedIn()
    server.clock.advance(HOUR)
    const contexts = [context, anotherContext({ storage }), anotherContext({ storage })]
    await Promise.all(contexts.map((context) => fetchAuthSession(context)))
    expect(net.operations()).toEqual(['GetTokensFromRefreshToken'])
  })

  test('is not sent with a token that another tab has replaced while the application made its headers', async () => {
    const { context, anotherContext, storage, net, server } = await signedIn()
    vi.stubGlobal('document', {})
    const asked = deferred()
    const headers = deferred()
    const slowly = anotherContext({
      storage: { ...storage } as KeyValueStorage,
      headers: async () => {
        asked.resolve()
        await headers.promise
        return { 'x-trace': '7' }
      },
    })
    server.clock.advance(HOUR)
    const waiting = fetchAuthSession(slowly)
    await asked.promise
    const { tokens } = await fetchAuthSession(context)
    const key = `CognitoIdentityServiceProvider.${context.config.Auth?.Cognito.userPoolClientId}`
    const user = await storage.getItem(`${key}.LastAuthUser`)
    await storage.setItem(`${key}.${user}.refreshToken`, 'rotated')
    headers.resolve()
    expect(`${(await waiting).tokens?.accessToken}`).toBe(`${tokens?.accessToken}`)
    expect(net.sent).toHaveLength(1)
    // Where nothing was replaced, the headers go along.
    server.clock.advance(HOUR)
    await storage.setItem(`${key}.${user}.refreshToken`, `${net.sent[0]?.body.RefreshToken}`)
    expect((await fetchAuthSession(slowly)).tokens).toBeDefined()
    expect(net.sent[1]?.headers.get('x-trace')).toBe('7')
  })

  test('goes on when the call that began it is aborted', async () => {
    const { context, net, server } = await signedIn()
    server.clock.advance(HOUR)
    net.faults.push(slow(50))
    await inVirtualTime(async () => {
      const controller = new AbortController()
      const first = fetchAuthSession(context, { signal: controller.signal })
      const second = fetchAuthSession(context)
      controller.abort()
      await expect(first).rejects.toMatchObject({ name: 'AbortError' })
      expect((await second).tokens).toBeDefined()
    })
    expect(net.sent).toHaveLength(1)
  })

  test('uses what another tab has stored since', async () => {
    const { context, anotherContext, storage, net, server, events } = await signedIn()
    // Two storages over the same items, as two tabs have: no object of this process is shared.
    const otherTab = anotherContext({ storage: { ...storage } as KeyValueStorage })
    server.clock.advance(HOUR)
    const lock = deferred()
    vi.stubGlobal('navigator', {
      locks: {
        request: async (_: string, __: object, run: () => Promise<unknown>) => {
          await lock.promise
          return run()
        },
      },
    })
    await inVirtualTime(async () => {
      const waiting = fetchAuthSession(context)
      await sleep(10)
      vi.unstubAllGlobals()
      const theirs = await fetchAuthSession(otherTab)
      lock.resolve()
      expect(`${(await waiting).tokens?.accessToken}`).toBe(`${theirs.tokens?.accessToken}`)
    })
    expect(net.sent).toHaveLength(1)
    expect(events).toEqual([])
  })

  test('does not wait for a lock that is refused', async () => {
    const { context, server } = await signedIn()
    server.clock.advance(HOUR)
    vi.stubGlobal('navigator', {
      locks: { request: () => Promise.reject(new DOMException('', 'SecurityError')) },
    })
    expect((await fetchAuthSession(context)).tokens).toBeDefined()
  })

  test('waits five seconds for a lock that is never given back, and as long for the lock of the pages that go ahead', async () => {
    const { context, server } = await signedIn()
    server.clock.advance(HOUR)
    vi.stubGlobal('navigator', {
      locks: {
        request: (_: string, { signal }: { signal: AbortSignal }) =>
          new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
      },
    })
    await inVirtualTime(async () => {
      const begun = Date.now()
      expect((await fetchAuthSession(context)).tokens).toBeDefined()
      expect(Date.now() - begun).toBe(10_000)
    })
  })

  test('that ends after signOut does not bring the session back', async () => {
    const { context, net, server, stored, events } = await signedIn()
    server.clock.advance(HOUR)
    net.faults.push(slow(50))
    await inVirtualTime(async () => {
      const refreshing = fetchAuthSession(context)
      await sleep(10)
      await signOut(context)
      expect((await refreshing).tokens).toBeUndefined()
    })
    expect(await stored('accessToken')).toBeNull()
    expect(events.map(({ event }) => event)).toEqual(['signedOut'])
  })
})

describe('copies of one session in a process, as two requests of a page have', () => {
  const rotating = {
    UserPoolId: 'us-east-1_Copies1',
    PoolName: 'Copies',
    clients: [
      {
        ClientId: 'strict',
        ClientName: 'Strict',
        ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH' as const],
        RefreshTokenRotation: { Feature: 'ENABLED' as const, RetryGracePeriodSeconds: 0 },
      },
      {
        ClientId: 'kept',
        ClientName: 'Kept',
        ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH' as const, 'ALLOW_REFRESH_TOKEN_AUTH' as const],
      },
    ],
    users: [{ Username: 'ada', Password: PASSWORD }],
  }

  async function copies(userPoolClientId: string) {
    const server = createServer({ database: 'sqlite::memory:', config: { userPools: [rotating] } })
    onTestFinished(() => server.close())
    await server.ready
    const net = network(server)
    const contextOver = (items: Map<string, string>) =>
      createAuthContext(
        { Auth: { Cognito: { userPoolId: 'us-east-1_Copies1', userPoolClientId } } },
        {
          storage: {
            getItem: (key) => items.get(key) ?? null,
            setItem: (key, value) => items.set(key, value),
            removeItem: (key) => items.delete(key),
          },
          fetch: net.fetch,
          clock: server.clock.now,
        },
      )
    const cookies = new Map<string, string>()
    const options = { authFlowType: 'USER_PASSWORD_AUTH' as const }
    await signIn(contextOver(cookies), { username: 'ada', password: PASSWORD, options })
    net.sent.length = 0
    const copy = () => {
      const items = new Map(cookies)
      const context = contextOver(items)
      const events: string[] = []
      context.hub.listen('auth', ({ payload }) => events.push(payload.event))
      return { items, context, events }
    }
    return { server, net, copy }
  }

  const access = async ({ context }: { context: AuthContext }, options = {}) =>
    `${(await fetchAuthSession(context, options)).tokens?.accessToken}`

  test.each(['strict', 'kept'])('share one refresh at a time, and all store it: %s', async (client) => {
    const { server, net, copy } = await copies(client)
    const [one, other, third] = [copy(), copy(), copy()]
    server.clock.advance(HOUR)
    const got = await Promise.all([access(one), access(other), access(third), access(one)])
    expect(new Set(got).size).toBe(1)
    expect(net.operations()).toEqual(['GetTokensFromRefreshToken'])
    expect(one.items.size).toBeGreaterThan(5)
    expect(other.items).toEqual(one.items)
    expect(third.items).toEqual(one.items)
    // What they store is good for the next one.
    server.clock.advance(HOUR)
    await access(other)
    expect(net.operations()).toHaveLength(2)
    expect([...one.events, ...other.events, ...third.events]).toEqual(['tokenRefresh', 'tokenRefresh'])
  })

  test('share a rotation for a minute, one after the other', async () => {
    const { server, net, copy } = await copies('strict')
    const [one, other, late] = [copy(), copy(), copy()]
    server.clock.advance(HOUR)
    const got = await access(one)
    server.clock.advance(60)
    expect(await access(other)).toBe(got)
    expect(net.sent).toHaveLength(1)
    expect(other.items).toEqual(one.items)
    server.clock.advance(1)
    // The service's answer to a token that was used is the last word then.
    await expect(inVirtualTime(() => access(late))).rejects.toMatchObject({
      name: 'RefreshTokenReuseException',
    })
    expect(net.sent).toHaveLength(2)
  })

  test('share no refresh that has ended where the token was kept', async () => {
    const { net, copy } = await copies('kept')
    const [one, other] = [copy(), copy()]
    const got = await access(one, { forceRefresh: true })
    expect(await access(other, { forceRefresh: true })).not.toBe(got)
    expect(net.sent).toHaveLength(2)
  })

  test('hand each its metadata to the service, with a token that was not used before', async () => {
    const { net, copy } = await copies('strict')
    const [one, other] = [copy(), copy()]
    const clientMetadata = { tenant: 'b' }
    const [first, second] = await Promise.all([
      access(one, { forceRefresh: true }),
      access(other, { forceRefresh: true, clientMetadata }),
    ])
    expect(second).not.toBe(first)
    expect(net.sent.map(({ body }) => body.ClientMetadata)).toEqual([undefined, clientMetadata])
    expect(new Set(net.sent.map(({ body }) => body.RefreshToken)).size).toBe(2)
  })

  test('fail together when the one request fails, and each can try again', async () => {
    const { net, copy } = await copies('strict')
    const [one, other] = [copy(), copy()]
    net.faults.push(offline, offline, offline)
    const calls = () => [access(one, { forceRefresh: true }), access(other, { forceRefresh: true })]
    for (const { status } of await inVirtualTime(() => Promise.allSettled(calls())))
      expect(status).toBe('rejected')
    expect(net.sent).toHaveLength(3)
    const got = await Promise.all(calls())
    expect(got[0]).toBe(got[1])
    expect(net.sent).toHaveLength(4)
  })

  test('of another sign-in share nothing', async () => {
    const { net, copy } = await copies('kept')
    const { net: otherNet, copy: otherCopy } = await copies('kept')
    await Promise.all([access(copy(), { forceRefresh: true }), access(otherCopy(), { forceRefresh: true })])
    expect([net.sent.length, otherNet.sent.length]).toEqual([1, 1])
  })
})

function deferred() {
  let resolve = () => {}
  const promise = new Promise<void>((done) => {
    resolve = done
  })
  return { promise, resolve }
}

describe.each<[string, Fault, string]>([
  ['no network', offline, 'NetworkError'],
  ['a lost answer', answerLost, 'NetworkError'],
  ['a proxy’s page', htmlPage, 'InvalidResponseException'],
  ['throttling', tooMany, 'TooManyRequestsException'],
  [
    'a fault of the service',
    json(500, { __type: 'InternalErrorException', message: 'Oops' }),
    'InternalErrorException',
  ],
  ['an answer without tokens', json(200, {}), 'InvalidTokens'],
  [
    'a captive portal',
    () => Promise.resolve(new Response('<html>', { status: 200 })),
    'InvalidResponseException',
  ],
  ['tokens that cannot be read', json(200, { AuthenticationResult: { AccessToken: 'x' } }), 'Unknown'],
  [
    'tokens without iat',
    json(200, { AuthenticationResult: { AccessToken: 'e30.e30.x' } }),
    'iatNotFoundException',
  ],
  ['a client that is gone', json(400, { __type: 'ResourceNotFoundException' }), 'ResourceNotFoundException'],
])('a refresh that fails by %s', (_, fault, name) => {
  test(`is ${name}, keeps the session, and the next one works`, async () => {
    const { context, net, server, stored, events } = await signedIn()
    server.clock.advance(HOUR)
    net.faults.push(fault, fault, fault)
    await expect(inVirtualTime(() => fetchAuthSession(context))).rejects.toMatchObject({ name })
    expect(events).toEqual([
      { event: 'tokenRefresh_failure', data: { error: expect.objectContaining({ name }) } },
    ])
    expect(await stored('refreshToken')).not.toBeNull()
    net.faults.length = 0
    expect((await fetchAuthSession(context)).tokens).toBeDefined()
  })

  test('still serves an access token that is valid for its last seconds, unless forced', async () => {
    const { context, net, server, access } = await signedIn()
    server.clock.advance(HOUR - 3)
    net.faults.push(fault, fault, fault)
    expect(`${(await inVirtualTime(() => fetchAuthSession(context))).tokens?.accessToken}`).toBe(access)
    net.faults.splice(0, 9, fault, fault, fault)
    await expect(
      inVirtualTime(() => fetchAuthSession(context, { forceRefresh: true })),
    ).rejects.toMatchObject({ name })
  })
})

test('a call that is aborted while it refreshes rejects with AbortError, although the token is valid for its last seconds', async () => {
  const { context, net, server } = await signedIn()
  server.clock.advance(HOUR - 3)
  net.faults.push(blackHole)
  const controller = new AbortController()
  const call = fetchAuthSession(context, { signal: controller.signal })
  await vi.waitFor(() => expect(net.sent).toHaveLength(1), { timeout: 20_000 })
  controller.abort()
  await expect(call).rejects.toMatchObject({ name: 'AbortError' })
})

test('a sign-in waits at most five seconds for the refresh of an existing session', async () => {
  const { context, net, server, username } = await signedIn()
  server.clock.advance(HOUR)
  net.faults.push(blackHole)
  const options = { authFlowType: 'USER_PASSWORD_AUTH' as const }
  await inVirtualTime(async () => {
    const begun = Date.now()
    expect(await signIn(context, { username, password: PASSWORD, options })).toMatchObject({
      isSignedIn: true,
    })
    expect(Date.now() - begun).toBe(5000)
    // What is left of the old session's refresh does not end the new one.
    await sleep(60_000)
  })
  expect(net.operations()).toEqual(['GetTokensFromRefreshToken', 'InitiateAuth'])
  expect(await getCurrentUser(context)).toMatchObject({
    signInDetails: { authFlowType: 'USER_PASSWORD_AUTH' },
  })
})

test('a refresh that takes too long rejects with TimeoutError, and keeps the session', async () => {
  const { context, net, server } = await signedIn()
  server.clock.advance(HOUR)
  net.faults.push(blackHole)
  await expect(inVirtualTime(() => fetchAuthSession(context, { timeout: 50 }))).rejects.toMatchObject({
    name: 'TimeoutError',
    retryable: true,
  })
})

describe('the service’s last word on the refresh token', () => {
  test('NotAuthorizedException ends the session: no user is signed in, and listeners learn why', async () => {
    const { context, net, server, storage, events, userPoolClientId } = await signedIn()
    server.clock.advance(HOUR)
    net.faults.push(refused('NotAuthorizedException', 'Refresh Token has been revoked'))
    const storedWhenTold: unknown[] = []
    const lastUser = `CognitoIdentityServiceProvider.${userPoolClientId}.LastAuthUser`
    context.hub.listen('auth', () => storedWhenTold.push(storage.getItem(lastUser)))
    expect(await fetchAuthSession(context)).toEqual({})
    const error = expect.objectContaining({ name: 'NotAuthorizedException' })
    expect(events).toEqual([
      { event: 'tokenRefresh_failure', data: { error } },
      { event: 'signedOut', data: { reason: 'sessionEnded', error } },
    ])
    expect(storedWhenTold).toEqual([null, null])
    await expect(getCurrentUser(context)).rejects.toMatchObject({ name: 'UserUnAuthenticatedException' })
  })

  test.each([
    'TokenRevokedException',
    'UserNotFoundException',
    'PasswordResetRequiredException',
    'UserNotConfirmedException',
    'RefreshTokenReuseException',
  ])('%s ends the session and rejects', async (name) => {
    const { context, net, server, events, stored } = await signedIn()
    server.clock.advance(HOUR)
    net.faults.push(refused(name))
    await expect(inVirtualTime(() => fetchAuthSession(context))).rejects.toMatchObject({ name })
    expect(events.map(({ event }) => event)).toEqual(['tokenRefresh_failure', 'signedOut'])
    expect(await stored('refreshToken')).toBeNull()
  })

  test('after the refresh token has expired at the server ends the session', async () => {
    const { context, server } = await signedIn()
    server.clock.advance(31 * 24 * HOUR)
    expect(await fetchAuthSession(context)).toEqual({})
  })

  test.each(['NotAuthorizedException', 'RefreshTokenReuseException'])(
    '%s about a token that another tab has replaced meanwhile ends nothing',
    async (name) => {
      const { context, anotherContext, storage, net, server, events } = await signedIn()
      const otherTab = anotherContext({ storage: { ...storage } as KeyValueStorage })
      // Another tab is no part of this process.
      vi.stubGlobal('document', {})
      server.clock.advance(HOUR)
      net.faults.push(async () => {
        const { tokens } = await fetchAuthSession(otherTab)
        expect(tokens).toBeDefined()
        // This pool does not rotate; a rotated token is simulated by its text.
        const key = `CognitoIdentityServiceProvider.${context.config.Auth?.Cognito.userPoolClientId}`
        const user = await storage.getItem(`${key}.LastAuthUser`)
        await storage.setItem(`${key}.${user}.refreshToken`, 'rotated')
        return refused(name)(() => Promise.reject(), new Request('http://x'))
      })
      expect((await fetchAuthSession(context)).tokens).toBeDefined()
      expect(events).toEqual([])
    },
  )

  test.each([700, 7000])(
    'about a token another tab has used first waits for what that one will store, here for %d ms',
    async (milliseconds) => {
      const { context, anotherContext, storage, net, server, events } = await signedIn()
      const another = anotherContext({ storage: { ...storage } as KeyValueStorage })
      vi.stubGlobal('document', {})
      server.clock.advance(HOUR)
      const key = `CognitoIdentityServiceProvider.${context.config.Auth?.Cognito.userPoolClientId}`
      const rotated: Fault = async (forward) => {
        const answer = (await (await forward()).json()) as { AuthenticationResult: { RefreshToken?: string } }
        answer.AuthenticationResult.RefreshToken = 'rotated'
        await sleep(milliseconds)
        return Response.json(answer)
      }
      net.faults.push(rotated, refused('RefreshTokenReuseException'))
      const [theirs, ours] = await inVirtualTime(() =>
        Promise.all([fetchAuthSession(another), fetchAuthSession(context)]),
      )
      expect(`${ours.tokens?.accessToken}`).toBe(`${theirs.tokens?.accessToken}`)
      expect(events).toEqual([])
      const user = await storage.getItem(`${key}.LastAuthUser`)
      expect(await storage.getItem(`${key}.${user}.refreshToken`)).toBe('rotated')
    },
  )

  test.each<[what: string, document: object | undefined, milliseconds: number]>([
    ['two seconds where there is no other page', undefined, 2000],
    ['half a minute where there may be one', {}, 30_000],
  ])('about a token that was used is final after %s', async (_, document, milliseconds) => {
    const { context, net, server } = await signedIn()
    vi.stubGlobal('document', document)
    vi.stubGlobal('navigator', undefined)
    server.clock.advance(HOUR)
    net.faults.push(refused('RefreshTokenReuseException'))
    await inVirtualTime(async () => {
      const begun = Date.now()
      await expect(fetchAuthSession(context, { timeout: 60_000 })).rejects.toMatchObject({
        name: 'RefreshTokenReuseException',
      })
      expect(Date.now() - begun).toBe(milliseconds)
    })
    expect(net.operations()).toEqual(['GetTokensFromRefreshToken'])
  })

  test('about a token another call with other metadata has used first waits for its answer', async () => {
    const server = createServer({
      database: 'sqlite::memory:',
      config: {
        userPools: [
          {
            UserPoolId: 'us-east-1_Rotating1',
            PoolName: 'Rotating',
            clients: [
              {
                ClientId: 'app',
                ClientName: 'App',
                ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'],
                RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 0 },
              },
            ],
            users: [{ Username: 'ada', Password: PASSWORD }],
          },
        ],
      },
    })
    onTestFinished(() => server.close())
    await server.ready
    const net = network(server)
    const context = createAuthContext(
      { Auth: { Cognito: { userPoolId: 'us-east-1_Rotating1', userPoolClientId: 'app' } } },
      { storage: createMemoryStorage(), fetch: net.fetch, clock: server.clock.now },
    )
    const options = { authFlowType: 'USER_PASSWORD_AUTH' as const }
    await signIn(context, { username: 'ada', password: PASSWORD, options })
    net.faults.push(slow(7000))
    const clientMetadata = { tenant: 'b' }
    const sessions = await inVirtualTime(() =>
      Promise.all([
        fetchAuthSession(context, { forceRefresh: true }),
        fetchAuthSession(context, { forceRefresh: true, clientMetadata }),
      ]),
    )
    expect(sessions.map(({ tokens }) => tokens !== undefined)).toEqual([true, true])
    expect(net.sent.at(-1)?.body).toMatchObject({ ClientMetadata: clientMetadata })
    expect(await getCurrentUser(context)).toMatchObject({ username: 'ada' })
  })
})

test('without a refresh token rejects with TokenRefreshException, and keeps what there is', async () => {
  const { context, storage, server, userPoolClientId, stored } = await signedIn()
  const prefix = `CognitoIdentityServiceProvider.${userPoolClientId}`
  const user = await storage.getItem(`${prefix}.LastAuthUser`)
  await storage.removeItem(`${prefix}.${user}.refreshToken`)
  server.clock.advance(HOUR)
  await expect(fetchAuthSession(context)).rejects.toMatchObject({
    name: 'TokenRefreshException',
    message: 'There is no refresh token.',
    recoverySuggestion: 'Sign in again.',
    retryable: false,
  })
  expect(await stored('accessToken')).not.toBeNull()
})
