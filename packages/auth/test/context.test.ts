import {
  configure,
  confirmSignIn,
  confirmSignUp,
  createAuthContext,
  createLocalStorage,
  createMemoryStorage,
  createSessionStorage,
  fetchAuthSession,
  fetchUserAttributes,
  getCurrentUser,
  Hub,
  resetPassword,
  signIn,
  signOut,
  signUp,
  type UserPoolConfig,
} from '@amulet/auth'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { confirmedUser, json, PASSWORD, start, withoutRevocation } from './start.js'

const username = 'ada@example.com'

beforeEach(() => configure({}, {}))
afterEach(() => vi.unstubAllGlobals())

describe('the context of a call', () => {
  test('is the one of configure when none is given', async () => {
    const { config, net, server } = await start()
    configure(config, { storage: createMemoryStorage(), fetch: net.fetch, clock: server.clock.now })
    await signUp({ username, password: PASSWORD })
    await confirmSignUp({ username, confirmationCode: server.inbox.last(username)?.code ?? '' })
    await signIn({ username, password: PASSWORD })
    expect(await fetchUserAttributes()).toMatchObject({ email: username })
    await signOut()
    await expect(getCurrentUser()).rejects.toMatchObject({ name: 'UserUnAuthenticatedException' })
  })

  test('in a later position rejects with InvalidAmplifyContextError', async () => {
    const { context, net } = await start()
    // @ts-expect-error a context comes first
    await expect(signIn({ username, password: PASSWORD }, context)).rejects.toMatchObject({
      name: 'InvalidAmplifyContextError',
      message:
        'AmplifyContext must be passed as the first argument. Found an AmplifyContext in a later position — check the argument order.',
    })
    expect(net.sent).toEqual([])
  })

  test('that is undefined rejects with NoAmplifyContextError', async () => {
    const none = undefined as unknown as ReturnType<typeof createAuthContext>
    await expect(signIn(none, { username, password: PASSWORD })).rejects.toMatchObject({
      name: 'NoAmplifyContextError',
      message: 'Undefined AmplifyContext passed. Call configure() first or omit the parameter.',
    })
  })

  test('takes request options last, in every call', async () => {
    const { context } = await start()
    const signal = AbortSignal.abort()
    const aborted = { name: 'AbortError' }
    await expect(signIn(context, { username, password: PASSWORD }, { signal })).rejects.toMatchObject(aborted)
    await expect(getCurrentUser(context, { signal })).rejects.toMatchObject(aborted)
    await expect(getCurrentUser({ signal })).rejects.toMatchObject(aborted)
    await expect(fetchAuthSession(context, { signal, forceRefresh: true })).rejects.toMatchObject(aborted)
    await expect(signOut({ global: false }, { signal })).rejects.toMatchObject(aborted)
  })
})

describe('two contexts', () => {
  test('on two storages see nothing of each other', async () => {
    const started = await start()
    await confirmedUser(started)
    const other = started.anotherContext()
    const otherEvents: string[] = []
    other.hub.listen('auth', ({ payload }) => otherEvents.push(payload.event))
    const globalEvents: string[] = []
    const stop = Hub.listen('auth', ({ payload }) => globalEvents.push(payload.event))
    await signIn(started.context, { username, password: PASSWORD })
    await expect(getCurrentUser(other)).rejects.toMatchObject({ name: 'UserUnAuthenticatedException' })
    await signOut(other)
    expect(await getCurrentUser(started.context)).toBeDefined()
    expect(otherEvents).toEqual(['signedOut'])
    expect(globalEvents).toEqual([])
    stop()
  })

  test('of two app clients on one storage each have a session and a sign-in of their own', async () => {
    const started = await start()
    await confirmedUser(started)
    const { Cognito } = started.config.Auth as { Cognito: { userPoolId: string } }
    const storage = createMemoryStorage()
    const options = { storage, fetch: started.net.fetch, clock: started.server.clock.now }
    const ours = started.anotherContext({ storage })
    const theirs = createAuthContext(
      { Auth: { Cognito: { ...Cognito, userPoolClientId: 'other' } } },
      options,
    )
    await signIn(ours, { username, password: PASSWORD })
    await expect(getCurrentUser(theirs)).rejects.toMatchObject({ name: 'UserUnAuthenticatedException' })
    started.net.faults.push(
      json(200, { ChallengeName: 'NEW_PASSWORD_REQUIRED', Session: 's', ChallengeParameters: {} }),
    )
    await signIn(theirs, { username, password: 'temporary' })
    await expect(confirmSignIn(ours, { challengeResponse: 'x' })).rejects.toMatchObject({
      name: 'SignInException',
    })
  })

  test('of two app clients in one page each have a sign-in under way, unaffected by the other', async () => {
    vi.stubGlobal('window', { localStorage: createMemoryStorage(), sessionStorage: createMemoryStorage() })
    const started = await start()
    await confirmedUser(started)
    const { Cognito } = started.config.Auth as { Cognito: { userPoolId: string } }
    const options = { fetch: started.net.fetch, clock: started.server.clock.now }
    const ours = createAuthContext(started.config, options)
    const theirConfig = { Auth: { Cognito: { ...Cognito, userPoolClientId: 'other' } } }
    const theirs = createAuthContext(theirConfig, options)
    const challenge = (Session: string) =>
      json(200, { ChallengeName: 'NEW_PASSWORD_REQUIRED', Session, ChallengeParameters: {} })
    const weak = json(400, { __type: 'InvalidPasswordException' })
    const answer = { challengeResponse: 'weak' }

    started.net.faults.push(challenge('theirs'))
    await signIn(theirs, { username, password: 'temporary' })
    started.net.faults.push(challenge('ours'))
    await signIn(ours, { username, password: 'temporary' })
    started.net.faults.push(weak)
    await expect(confirmSignIn(theirs, answer)).rejects.toMatchObject({ name: 'InvalidPasswordException' })
    expect(started.net.sent.at(-1)?.body).toMatchObject({ Session: 'theirs', ClientId: 'other' })

    // One that is completed ends its own only, also in what a reload finds.
    started.net.faults.push(challenge('theirs'))
    await signIn(theirs, { username, password: 'temporary' })
    await signIn(ours, { username, password: PASSWORD })
    started.net.faults.push(weak)
    const reloaded = createAuthContext(theirConfig, options)
    await expect(confirmSignIn(reloaded, answer)).rejects.toMatchObject({ name: 'InvalidPasswordException' })
    expect(started.net.sent.at(-1)?.body).toMatchObject({ Session: 'theirs' })
  })

  test('of two users do not wait for each other’s refresh, even where tokens do not name their sign-in', async () => {
    const started = await start()
    const config = await withoutRevocation(started)
    const fetch = vi.fn(started.net.fetch)
    const contexts = ['ada@example.com', 'bob@example.com'].map(async (username) => {
      await confirmedUser(started, username)
      const context = createAuthContext(config, {
        storage: createMemoryStorage(),
        fetch,
        clock: started.server.clock.now,
      })
      await signIn(context, { username, password: PASSWORD })
      return context
    })
    const [ada, bob] = [await contexts[0], await contexts[1]]
    if (!ada || !bob) throw new Error('There are two')

    const held = new Set<string>()
    const request = async (name: string, { mode }: LockOptions, run: () => Promise<unknown>) => {
      if (mode === 'exclusive' && held.has(name)) await new Promise(() => {})
      held.add(name)
      return run()
    }
    vi.stubGlobal('navigator', { locks: { request } })
    fetch.mockImplementationOnce(() => new Promise(() => {}))
    fetchAuthSession(ada, { forceRefresh: true, timeout: 20 }).catch(() => {})
    await vi.waitFor(() => expect(held.size).toBe(1), { timeout: 20_000 })
    expect((await fetchAuthSession(bob, { forceRefresh: true, timeout: 20_000 })).tokens).toBeDefined()
    expect(held.size).toBe(2)
  })

  test('without a browser share no memory, even with the default storage', async () => {
    const started = await start()
    await confirmedUser(started)
    const options = { fetch: started.net.fetch, clock: started.server.clock.now }
    const first = createAuthContext(started.config, options)
    const second = createAuthContext(started.config, options)
    await signIn(first, { username, password: PASSWORD })
    expect(await getCurrentUser(first)).toBeDefined()
    await expect(getCurrentUser(second)).rejects.toMatchObject({ name: 'UserUnAuthenticatedException' })
  })
})

describe('storage', () => {
  test('is the page’s localStorage, and its sessionStorage for a sign-in under way', async () => {
    const local = createMemoryStorage()
    const session = createMemoryStorage()
    vi.stubGlobal('window', { localStorage: local, sessionStorage: session })
    const context = createAuthContext({})
    expect(context.storage).toBe(local)
    expect(context.signInStorage).toBe(session)
  })

  test('is memory where the browser refuses its own', () => {
    vi.stubGlobal('window', {
      get localStorage() {
        throw new DOMException('denied', 'SecurityError')
      },
      get sessionStorage() {
        throw new DOMException('denied', 'SecurityError')
      },
    })
    for (const storage of [createLocalStorage(), createSessionStorage()]) {
      storage.setItem('a', '1')
      expect(storage.getItem('a')).toBe('1')
    }
  })

  test('of memory keeps, removes and clears', () => {
    const storage = createMemoryStorage()
    storage.setItem('a', '1')
    storage.setItem('b', '2')
    storage.removeItem('a')
    expect([storage.getItem('a'), storage.getItem('b')]).toEqual([null, '2'])
    storage.clear()
    expect(storage.getItem('b')).toBeNull()
  })
})

describe('configure', () => {
  test('neither changes nor freezes what it is given', () => {
    const config = { Auth: { Cognito: { userPoolId: 'eu-west-1_x', userPoolClientId: 'c' } } }
    const before = structuredClone(config)
    configure(config)
    expect(config).toEqual(before)
    expect([config, config.Auth, config.Auth.Cognito].some(Object.isFrozen)).toBe(false)
  })

  test('dispatches on the core channel, with the configuration as it was parsed', () => {
    const listener = vi.fn()
    const stop = Hub.listen('core', listener)
    configure({ version: '1', auth: { user_pool_id: 'eu-west-1_x', user_pool_client_id: 'c' } })
    stop()
    expect(listener).toHaveBeenCalledWith({
      channel: 'core',
      payload: {
        event: 'configure',
        data: { Auth: { Cognito: { userPoolId: 'eu-west-1_x', userPoolClientId: 'c' } } },
      },
      source: 'Configure',
      patternInfo: [],
    })
  })

  test('keeps the options of the call before when it is given none', async () => {
    const { config, net } = await start()
    configure({}, { fetch: net.fetch })
    configure(config)
    await signUp({ username, password: PASSWORD })
    expect(net.operations()).toEqual(['SignUp'])
  })

  test('called again without a storage goes on with the session, even where the page has no storage', async () => {
    const started = await start()
    await confirmedUser(started)
    const options = { fetch: started.net.fetch, clock: started.server.clock.now }
    configure(started.config, options)
    await signIn({ username, password: PASSWORD })
    configure(started.config, options)
    expect(await getCurrentUser()).toMatchObject({ signInDetails: { loginId: username } })
    configure(started.config)
    expect(await getCurrentUser()).toBeDefined()
    configure(started.config, { ...options, storage: createMemoryStorage() })
    await expect(getCurrentUser()).rejects.toMatchObject({ name: 'UserUnAuthenticatedException' })
    configure(started.config, options)
    await signOut()
  })

  test.each<[string, object]>([
    ['in Auth', { Auth: { region: 'eu-west-1', userPoolId: 'eu-west-1_x', userPoolWebClientId: 'c' } }],
    ['in Auth, an identity pool alone', { Auth: { identityPoolId: 'eu-west-1:1', region: 'eu-west-1' } }],
    ['beside Auth', { region: 'eu-west-1', userPoolId: 'eu-west-1_x', userPoolWebClientId: 'c' }],
    ['in Auth under the names of aws-exports', { Auth: { aws_user_pools_id: 'eu-west-1_x' } }],
    [
      'in Auth beside aws-exports without a pool',
      { aws_project_region: 'eu-west-1', Auth: { userPoolId: 'eu-west-1_x', userPoolWebClientId: 'c' } },
    ],
  ])('refuses what Amplify v5 had %s, and says what the shape is now', (_, config) => {
    configure({ Auth: { Cognito: { userPoolId: 'eu-west-1_x', userPoolClientId: 'c' } } })
    // The types refuse it too.
    for (const refuse of [configure, createAuthContext] as ((config: never) => unknown)[]) {
      expect(() => refuse(config as never)).toThrow(
        expect.objectContaining({
          name: 'InvalidParameterException',
          message: 'Invalid config parameter.',
          recoverySuggestion: expect.stringMatching(/Amplify v5.*Auth: \{ Cognito/),
        }),
      )
    }
  })

  test.each<[string, object]>([
    ['nothing', {}],
    ['an Auth without anything', { Auth: {} }],
    ['an Auth that is undefined', { Auth: undefined }],
    ['another category', { Storage: { S3: { bucket: 'pool', region: 'eu-west-1' } } }],
    ['a version that is a number, which is not ours', { version: 2, auth: { user_pool_id: 'x' } }],
    [
      'aws-exports beside what v5 had',
      { aws_project_region: 'a', aws_user_pools_id: 'a_b', Auth: { userPoolId: 'a_b' } },
    ],
  ])('takes %s, again and again', (_, config) => {
    for (let times = 0; times < 3; times++) configure(config)
  })

  test('sends the requests of an amplify_outputs.json to another endpoint, and keeps that like every option', async () => {
    const { config, net } = await start()
    const { userPoolId, userPoolClientId } = (config.Auth as { Cognito: UserPoolConfig }).Cognito
    const auth = { user_pool_id: userPoolId, user_pool_client_id: userPoolClientId }
    configure({ version: '1.4', auth }, { endpoint: 'http://localhost:9230/', fetch: net.fetch })
    await signUp({ username, password: PASSWORD })
    configure(config)
    await resetPassword({ username }).catch(() => {})
    configure(config, { fetch: net.fetch })
    await resetPassword({ username }).catch(() => {})
    expect(net.sent.map(({ url }) => url)).toEqual([
      'http://localhost:9230/',
      'http://localhost:9230/',
      'https://cognito-idp.us-east-1.amazonaws.com/',
    ])
  })

  test('makes a context that cannot be changed', () => {
    expect(Object.isFrozen(createAuthContext({}))).toBe(true)
  })
})
