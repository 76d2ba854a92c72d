import {
  type AuthContext,
  type AuthContextOptions,
  createAuthContext,
  createMemoryStorage,
  deleteUser,
  fetchAuthSession,
  fetchUserAttributes,
  getCurrentUser,
  signIn,
  signOut,
  updatePassword,
} from '@amulet/auth'
import { describe, expect, test } from 'vitest'
import {
  administrator,
  blackHole,
  confirmedUser,
  json,
  offline,
  PASSWORD,
  type Started,
  signedInUser,
  start,
} from './start.js'

const POOL = 'us-east-1:00000000-0000-4000-8000-00000000de50'
const KEY = `com.amplify.Cognito.${POOL}.identityId`
const both = ['GetId', 'GetCredentialsForIdentity']

interface Identities extends Started {
  /** Another page: nothing but what is stored is left. */
  reload(): AuthContext
}

/** A context with the identity pool of the server, where guests are let in unless told otherwise. */
async function startWithIdentities(more: object = {}, options: AuthContextOptions = {}): Promise<Identities> {
  const started = await start()
  const storage = createMemoryStorage()
  const { userPoolId, userPoolClientId, identityPoolId } = await started.server.ready
  const config = {
    Auth: { Cognito: { userPoolId, userPoolClientId, identityPoolId, allowGuestAccess: true, ...more } },
  }
  const reload = () =>
    createAuthContext(config, {
      storage,
      fetch: started.net.fetch,
      clock: started.server.clock.now,
      ...options,
    })
  return { ...started, context: reload(), reload }
}

describe('a user who is signed in', () => {
  test('has credentials and an identity, fetched once and kept', async () => {
    const started = await startWithIdentities()
    const { context, net, server } = started
    await signedInUser(started)
    const session = await fetchAuthSession(context)
    expect(session.identityId).toMatch(/^us-east-1:/)
    expect(session.credentials).toEqual({
      accessKeyId: expect.stringMatching(/^ASIAAMULETDEV/),
      secretAccessKey: expect.any(String),
      sessionToken: expect.any(String),
      expiration: expect.any(Date),
    })
    expect(net.operations()).toEqual(both)
    const { credentials, identityId } = session
    expect(await fetchAuthSession(context)).toMatchObject({ credentials, identityId })
    // Longer than Amplify keeps them, and than an access token that the client has refreshed.
    server.clock.advance(3580)
    expect((await fetchAuthSession(context)).credentials).toEqual(session.credentials)
    await fetchAuthSession(context)
    expect(net.operations()).toEqual(both)
  })

  test('gets new ones for the same identity when they expire, without asking for the identity', async () => {
    const started = await startWithIdentities()
    const { context, net, server } = started
    await signedInUser(started)
    const { identityId, credentials } = await fetchAuthSession(context)
    server.clock.advance(3600)
    const later = await fetchAuthSession(context)
    expect(later.identityId).toBe(identityId)
    expect(later.credentials?.accessKeyId).not.toBe(credentials?.accessKeyId)
    expect(net.operations()).toEqual([...both, 'GetTokensFromRefreshToken', 'GetCredentialsForIdentity'])
  })

  test('keeps them over a refresh of the tokens, and has new ones when both are asked for', async () => {
    const started = await startWithIdentities()
    const { context, net, server } = started
    await signedInUser(started)
    server.clock.advance(1800)
    const { credentials } = await fetchAuthSession(context)
    server.clock.advance(1800)
    const refreshed = await fetchAuthSession(context)
    expect(refreshed.credentials).toEqual(credentials)
    const forced = await fetchAuthSession(context, { forceRefresh: true })
    expect(forced.credentials?.accessKeyId).not.toBe(credentials?.accessKeyId)
    expect(net.operations()).toEqual([
      ...both,
      'GetTokensFromRefreshToken',
      'GetTokensFromRefreshToken',
      'GetCredentialsForIdentity',
    ])
  })

  test('has no credentials any more once signed out, and others at the next sign-in', async () => {
    const started = await startWithIdentities({ allowGuestAccess: false })
    const { context, net } = started
    const username = await signedInUser(started)
    const first = await fetchAuthSession(context)
    await signOut(context)
    expect(await fetchAuthSession(context)).toEqual({})
    await signIn(context, { username, password: PASSWORD })
    net.sent.length = 0
    const second = await fetchAuthSession(context)
    expect(second.identityId).toBe(first.identityId)
    expect(second.credentials?.accessKeyId).not.toBe(first.credentials?.accessKeyId)
    expect(net.operations()).toEqual(both)
    await deleteUser(context)
    expect(await fetchAuthSession(context)).toEqual({})
  })

  test('has no credentials of an ended session or of an earlier user', async () => {
    const started = await startWithIdentities({ allowGuestAccess: false })
    const { context, server } = started
    const username = await signedInUser(started)
    const bob = await confirmedUser(started, 'bob@example.com')
    const first = await fetchAuthSession(context)
    const another = started.reload()
    await signOut(another)
    await signIn(another, { username: bob, password: PASSWORD })
    const second = await fetchAuthSession(context)
    expect(second.identityId).not.toBe(first.identityId)
    await signOut(another)
    await signIn(another, { username, password: PASSWORD })
    const third = await fetchAuthSession(context)
    expect(third.identityId).toBe(first.identityId)
    expect(third.credentials?.accessKeyId).not.toBe(first.credentials?.accessKeyId)
    const admin = await administrator(started)
    const { userPoolId: UserPoolId } = await server.ready
    await admin.adminUserGlobalSignOut({ UserPoolId, Username: username })
    server.clock.advance(3600)
    expect(await fetchAuthSession(context)).toEqual({})
  })

  test('a user who was a guest keeps the identity, which is no longer stored', async () => {
    const started = await startWithIdentities()
    const { context } = started
    const guest = await fetchAuthSession(context)
    expect(context.storage.getItem(KEY)).toBe(guest.identityId)
    await signedInUser(started)
    const user = await fetchAuthSession(context)
    expect(user.identityId).toBe(guest.identityId)
    expect(user.credentials?.accessKeyId).not.toBe(guest.credentials?.accessKeyId)
    expect(started.net.operations()).toEqual(['GetCredentialsForIdentity'])
    expect(context.storage.getItem(KEY)).toBeNull()
    await signOut(context)
    expect((await fetchAuthSession(context)).identityId).not.toBe(guest.identityId)
  })

  test('a user who was a guest and needed no credentials leaves no identity behind', async () => {
    const started = await startWithIdentities()
    const { context, reload } = started
    const guest = await fetchAuthSession(context)
    await signedInUser(started)
    await signOut(context)
    expect(context.storage.getItem(KEY)).toBeNull()
    expect((await fetchAuthSession(reload())).identityId).not.toBe(guest.identityId)
  })

  test('whose credentials are refused leaves no identity behind for a guest', async () => {
    const started = await startWithIdentities()
    const { context, net } = started
    await signedInUser(started)
    net.faults.push((forward) => forward(), json(400, { __type: 'InvalidParameterException' }))
    await expect(fetchAuthSession(context)).rejects.toMatchObject({ name: 'InvalidParameterException' })
    expect(net.operations()).toEqual(both)
    expect(context.storage.getItem(KEY)).toBeNull()
  })

  test('without an ID token has tokens and nothing else, and no request is sent', async () => {
    const started = await startWithIdentities()
    const { context, net, userPoolClientId } = started
    const username = await signedInUser(started)
    const { userId } = await getCurrentUser(context)
    for (const name of [username, userId])
      await context.storage.removeItem(`CognitoIdentityServiceProvider.${userPoolClientId}.${name}.idToken`)
    const session = await fetchAuthSession(context)
    expect(session.tokens?.accessToken).toBeDefined()
    expect(session).toMatchObject({ credentials: undefined, identityId: undefined })
    expect(net.operations()).toEqual([])
  })
})

describe('a guest', () => {
  test('has credentials where guests are allowed, for an identity that outlives the page', async () => {
    const { context, net, reload } = await startWithIdentities()
    const { tokens, identityId, credentials } = await fetchAuthSession(context)
    expect(tokens).toBeUndefined()
    expect(credentials?.accessKeyId).toMatch(/^ASIA/)
    expect(net.operations()).toEqual(both)
    expect((await fetchAuthSession(reload())).identityId).toBe(identityId)
    expect(net.operations()).toEqual([...both, 'GetCredentialsForIdentity'])
  })

  test('has none where guests are not allowed, and no request is sent', async () => {
    const { context, net } = await startWithIdentities({ allowGuestAccess: false })
    expect(await fetchAuthSession(context)).toEqual({})
    expect(net.operations()).toEqual([])
  })

  test('needs no user pool', async () => {
    const { server, net } = await start()
    const { identityPoolId } = await server.ready
    const context = createAuthContext(
      { Auth: { Cognito: { identityPoolId, allowGuestAccess: true } } },
      { storage: createMemoryStorage(), fetch: net.fetch, clock: server.clock.now },
    )
    expect((await fetchAuthSession(context)).identityId).toMatch(/^us-east-1:/)
    expect(await fetchAuthSession(context)).toMatchObject({ credentials: expect.any(Object) })
    expect(net.operations()).toEqual(both)
  })

  test('whose identity was deleted gets another one', async () => {
    const { context, net, reload } = await startWithIdentities()
    const first = await fetchAuthSession(context)
    net.faults.push(json(400, { __type: 'ResourceNotFoundException', message: 'Identity not found.' }))
    const second = await fetchAuthSession(reload())
    expect(second.identityId).not.toBe(first.identityId)
    expect(context.storage.getItem(KEY)).toBe(second.identityId)
  })

  test('whose identity has become a user’s has another one', async () => {
    const started = await startWithIdentities()
    const { context } = started
    const first = await fetchAuthSession(context)
    await signedInUser(started)
    await fetchAuthSession(context)
    await signOut(context)
    // As another tab would have it, which has not heard of it.
    await context.storage.setItem(KEY, String(first.identityId))
    const second = await fetchAuthSession(context)
    expect(second.identityId).not.toBe(first.identityId)
  })

  test('keeps the identity when a request fails', async () => {
    const { context, net } = await startWithIdentities()
    net.faults.push((forward) => forward(), json(400, { __type: 'InternalErrorException', message: 'No.' }))
    await expect(fetchAuthSession(context)).rejects.toMatchObject({ name: 'InternalErrorException' })
    const stored = context.storage.getItem(KEY)
    expect(stored).toMatch(/^us-east-1:/)
    expect((await fetchAuthSession(context)).identityId).toBe(stored)
  })
})

describe('calls at once', () => {
  test('fetch credentials once', async () => {
    const started = await startWithIdentities()
    const { context, net } = started
    await signedInUser(started)
    const sessions = await Promise.all(Array.from({ length: 8 }, () => fetchAuthSession(context)))
    expect(new Set(sessions.map(({ credentials }) => credentials?.accessKeyId)).size).toBe(1)
    expect(net.operations()).toEqual(both)
  })

  test('never have two requests to the identity pool under way, whichever call sends them', async () => {
    let underWay = 0
    let most = 0
    const started = await startWithIdentities()
    const { context, net, server } = started
    await signedInUser(started)
    const fetch = async (request: Request) => {
      const isCounted = request.headers.get('x-amz-target')?.startsWith('AWSCognitoIdentityService.')
      if (isCounted) most = Math.max(most, ++underWay)
      const answer = await net.fetch(request)
      if (isCounted) underWay--
      return answer
    }
    const counted = createAuthContext(context.config, {
      storage: context.storage,
      fetch,
      clock: server.clock.now,
    })
    await Promise.all([
      fetchAuthSession(counted),
      fetchAuthSession(counted, { forceRefresh: true }),
      fetchAuthSession(counted, { forceRefresh: true }),
      fetchAuthSession(counted),
    ])
    expect(most).toBe(1)
  })

  test('go on when one of them is aborted or fails', async () => {
    const started = await startWithIdentities()
    const { context, net } = started
    await signedInUser(started)
    const controller = new AbortController()
    net.faults.push(async (forward) => {
      controller.abort()
      return forward()
    })
    const aborted = fetchAuthSession(context, { signal: controller.signal })
    const other = fetchAuthSession(context)
    await expect(aborted).rejects.toMatchObject({ name: 'AbortError' })
    expect((await other).credentials).toBeDefined()
    const another = started.reload()
    net.faults.push(json(400, { __type: 'ExternalServiceException', message: 'No.' }))
    const [failed, next] = await Promise.allSettled([fetchAuthSession(another), fetchAuthSession(another)])
    expect([failed.status, next.status]).toEqual(['rejected', 'fulfilled'])
  })

  test('end in time when the identity pool does not answer', async () => {
    const started = await startWithIdentities()
    const { context, net } = started
    await signedInUser(started)
    net.faults.push(blackHole)
    const slow = fetchAuthSession(context, { timeout: 50 })
    const waiting = fetchAuthSession(context, { timeout: 20 })
    await expect(waiting).rejects.toMatchObject({ name: 'TimeoutError' })
    await expect(slow).rejects.toMatchObject({ name: 'TimeoutError' })
    expect((await fetchAuthSession(context)).credentials).toBeDefined()
  })
})

test('a device whose clock is a day off keeps credentials as long as they last', async () => {
  for (const off of [-86_400_000, 86_400_000]) {
    const holder: { now?: () => number } = {}
    const started = await startWithIdentities({}, { clock: () => (holder.now?.() ?? 0) + off })
    const { context, net, server } = started
    holder.now = server.clock.now
    await signedInUser(started)
    const first = await fetchAuthSession(context)
    server.clock.advance(3000)
    expect((await fetchAuthSession(context)).credentials).toEqual(first.credentials)
    net.sent.length = 0
    server.clock.advance(600)
    expect((await fetchAuthSession(context)).credentials).not.toEqual(first.credentials)
  }
})

test('calls that need no credentials fetch none, and no fault of the identity pool stops them', async () => {
  const started = await startWithIdentities()
  const { context, net } = started
  await signedInUser(started)
  await fetchUserAttributes(context)
  await updatePassword(context, { oldPassword: PASSWORD, newPassword: 'Battery-Staple-2' })
  await getCurrentUser(context)
  expect(net.operations()).toEqual(['GetUser', 'ChangePassword'])
})

test('headers of the application are for the user pool', async () => {
  const started = await startWithIdentities({}, { headers: () => ({ 'x-app': 'mine' }) })
  const { context, net } = started
  await signedInUser(started)
  await fetchAuthSession(context)
  await fetchUserAttributes(context)
  expect(net.sent.map(({ headers }) => headers.get('x-app'))).toEqual([null, null, 'mine'])
})

describe('the identity pool is asked', () => {
  const urlOf = async (more: object, options: AuthContextOptions = {}) => {
    const { context, net } = await startWithIdentities(more, options)
    net.faults.push(json(400, { __type: 'NotAuthorizedException', message: 'No.' }))
    await fetchAuthSession(context).catch(() => {})
    return net.sent[0]?.url
  }

  test('in its region, or where the configuration or the context say', async () => {
    expect(await urlOf({})).toBe('https://cognito-identity.us-east-1.amazonaws.com/')
    const china = { identityPoolId: POOL.replace('us-east-1', 'cn-north-1') }
    expect(await urlOf(china)).toBe('https://cognito-identity.cn-north-1.amazonaws.com.cn/')
    const identityPoolEndpoint = 'https://identity.example.com/x'
    expect(await urlOf({ identityPoolEndpoint })).toBe(identityPoolEndpoint)
    expect(await urlOf({ identityPoolEndpoint }, { endpoint: 'http://127.0.0.1:9230' })).toBe(
      'http://127.0.0.1:9230/',
    )
  })

  test('for nothing where its id or endpoint is missing', async () => {
    for (const more of [
      { identityPoolId: 'us-east-1' },
      { identityPoolEndpoint: '/identity' },
      { identityPoolEndpoint: 'identity.example.com' },
    ]) {
      const { context, net } = await startWithIdentities(more)
      await expect(fetchAuthSession(context)).rejects.toMatchObject({
        name: 'InvalidIdentityPoolIdException',
        message: 'Invalid identity pool id provided.',
      })
      expect(net.sent).toEqual([])
    }
  })
})

describe('fetchAuthSession rejects', () => {
  test('with what the identity pool says, with its metadata', async () => {
    const { context, net } = await startWithIdentities({
      identityPoolId: POOL.replace('de50', 'dead'),
    })
    await expect(fetchAuthSession(context)).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: expect.stringMatching(/^IdentityPool '.*' not found\.$/),
      metadata: { httpStatusCode: 400, requestId: expect.any(String) },
    })
    expect(net.operations()).toEqual(['GetId'])
  })

  test('with NetworkError when it cannot be reached, after three attempts', async () => {
    const { context, net } = await startWithIdentities()
    net.faults.push(offline, offline, offline)
    await expect(fetchAuthSession(context)).rejects.toMatchObject({ name: 'NetworkError', retryable: true })
    expect(net.operations()).toEqual(['GetId', 'GetId', 'GetId'])
  })

  test('with an error of its own when there are no keys in the answer', async () => {
    const message = 'Cognito did not respond with either Credentials, AccessKeyId or SecretKey.'
    const started = await startWithIdentities()
    const { context, net } = started
    net.faults.push((forward) => forward(), json(200, {}))
    await expect(fetchAuthSession(context)).rejects.toMatchObject({
      name: 'CredentialsNotFoundException',
      message,
    })
    await signedInUser(started)
    net.faults.push(json(200, { Credentials: { AccessKeyId: 'only' } }))
    await expect(fetchAuthSession(context)).rejects.toMatchObject({ name: 'CredentialsException', message })
  })
})
