import {
  createAuthContext,
  createMemoryStorage,
  fetchAuthSession,
  fetchUserAttributes,
  getCurrentUser,
  signIn,
  signOut,
} from '@amulet/auth'
import { describe, expect, test, vi } from 'vitest'
import { confirmedUser, json, offline, PASSWORD, start, withoutRevocation } from './start.js'

async function signedIn() {
  const storage = createMemoryStorage()
  const started = await start({ storage })
  const username = await confirmedUser(started)
  await signIn(started.context, { username, password: PASSWORD })
  started.net.sent.length = 0
  started.events.length = 0
  return { ...started, storage, username }
}

describe('signOut', () => {
  test('revokes the refresh token and forgets the session', async () => {
    const { context, net, storage, userPoolClientId, events } = await signedIn()
    const key = `CognitoIdentityServiceProvider.${userPoolClientId}.LastAuthUser`
    const user = storage.getItem(key)
    const refreshToken = storage.getItem(
      `CognitoIdentityServiceProvider.${userPoolClientId}.${user}.refreshToken`,
    )
    expect(await signOut(context)).toBeUndefined()
    expect(net.sent.map(({ operation, body }) => [operation, body])).toEqual([
      ['RevokeToken', { ClientId: userPoolClientId, Token: refreshToken }],
    ])
    expect(events).toEqual([{ event: 'signedOut', data: { reason: 'signOut' } }])
    await expect(getCurrentUser(context)).rejects.toMatchObject({ name: 'UserUnAuthenticatedException' })
    expect(await fetchAuthSession(context)).toEqual({})
    expect(storage.getItem(key)).toBeNull()
  })

  test('revokes nothing where the tokens do not name their sign-in, as the pool revokes none', async () => {
    const started = await start()
    const config = await withoutRevocation(started)
    const context = createAuthContext(config, {
      storage: createMemoryStorage(),
      fetch: started.net.fetch,
      clock: started.server.clock.now,
    })
    await signIn(context, { username: await confirmedUser(started), password: PASSWORD })
    started.net.sent.length = 0
    await signOut(context)
    expect(started.net.operations()).toEqual([])
    expect(await fetchAuthSession(context)).toEqual({})
  })

  test('revokes nothing where there is no refresh token', async () => {
    const { context, net, storage, userPoolClientId } = await signedIn()
    const prefix = `CognitoIdentityServiceProvider.${userPoolClientId}`
    storage.removeItem(`${prefix}.${storage.getItem(`${prefix}.LastAuthUser`)}.refreshToken`)
    await signOut(context)
    expect(net.operations()).toEqual([])
    expect(await fetchAuthSession(context)).toEqual({})
  })

  test('keeps what is known about the device', async () => {
    const { context, storage, userPoolClientId } = await signedIn()
    const prefix = `CognitoIdentityServiceProvider.${userPoolClientId}`
    const key = `${prefix}.${storage.getItem(`${prefix}.LastAuthUser`)}.deviceKey`
    storage.setItem(key, 'us-east-1_device')
    await signOut(context)
    expect(storage.getItem(key)).toBe('us-east-1_device')
  })

  test('global ends the sessions on other devices too', async () => {
    const { context, anotherContext, net, username } = await signedIn()
    const elsewhere = anotherContext()
    await signIn(elsewhere, { username, password: PASSWORD })
    net.sent.length = 0
    await signOut(context, { global: true })
    expect(net.operations()).toEqual(['GlobalSignOut'])
    expect(await fetchAuthSession(elsewhere, { forceRefresh: true })).toEqual({})
  })

  test('global ends them even if this page’s own access token has expired', async () => {
    const { context, anotherContext, net, username, server } = await signedIn()
    const elsewhere = anotherContext()
    await signIn(elsewhere, { username, password: PASSWORD })
    server.clock.advance(3601)
    net.sent.length = 0
    await signOut(context, { global: true })
    expect(net.operations()).toEqual(['GetTokensFromRefreshToken', 'GlobalSignOut'])
    expect(await fetchAuthSession(elsewhere)).toEqual({})
    expect(await fetchAuthSession(context)).toEqual({})
  })

  test('global forgets the session even if an expired token cannot be refreshed, and says so in the event', async () => {
    const { context, net, server, events } = await signedIn()
    server.clock.advance(3601)
    net.faults.push(offline, offline, offline)
    await signOut(context, { global: true })
    expect(net.operations()).not.toContain('GlobalSignOut')
    expect(events.at(-1)).toMatchObject({
      event: 'signedOut',
      data: { reason: 'signOut', error: { name: 'NetworkError' } },
    })
    expect(await fetchAuthSession(context)).toEqual({})
  })

  test.each([false, true])(
    'has forgotten the session before the service answers (global: %s)',
    async (global) => {
      const { context, net, storage } = await signedIn()
      let answer = () => {}
      net.faults.push(async (forward) => {
        await new Promise<void>((resolve) => {
          answer = resolve
        })
        return forward()
      })
      const leaving = signOut(context, { global })
      await vi.waitFor(() => expect(net.sent).toHaveLength(1), { timeout: 20_000 })
      const reopened = createAuthContext(context.config, { storage })
      expect(await fetchAuthSession(reopened)).toEqual({})
      answer()
      await leaving
    },
  )

  test('does not end what another user has begun before the service answers', async () => {
    const started = await signedIn()
    const { context, net, events } = started
    const bob = await confirmedUser(started, 'bob@example.com')
    net.sent.length = 0
    let answer = () => {}
    net.faults.push(async (forward) => {
      await new Promise<void>((resolve) => {
        answer = resolve
      })
      return forward()
    })
    const leaving = signOut(context)
    await vi.waitFor(() => expect(net.operations()).toEqual(['RevokeToken']), { timeout: 20_000 })
    await signIn(context, { username: bob, password: PASSWORD })
    answer()
    await leaving
    expect(await getCurrentUser(context)).toMatchObject({ signInDetails: { loginId: bob } })
    // Who listens has Bob as the last word.
    expect(events.map(({ event }) => event)).toEqual(['signedIn'])
  })

  test('works without a network, and says in the event what could not be done', async () => {
    const { context, net, events } = await signedIn()
    net.faults.push(offline, offline, offline)
    await signOut(context)
    expect(events).toEqual([
      {
        event: 'signedOut',
        data: { reason: 'signOut', error: expect.objectContaining({ name: 'NetworkError' }) },
      },
    ])
    expect(await fetchAuthSession(context)).toEqual({})
  })

  test('works when no user is signed in', async () => {
    const { context, events, net } = await start()
    await signOut(context)
    expect(events).toEqual([{ event: 'signedOut', data: { reason: 'signOut' } }])
    expect(net.sent).toEqual([])
  })

  test('has removed the tokens of a slow storage when it resolves', async () => {
    const memory = createMemoryStorage()
    const later = <Value>(value: Value) => new Promise<Value>((resolve) => setTimeout(resolve, 2, value))
    const storage = {
      getItem: async (key: string) => later(memory.getItem(key) as string | null),
      setItem: async (key: string, value: string) => memory.setItem(key, await later(value)),
      removeItem: async (key: string) => memory.removeItem(await later(key)),
    }
    const started = await start({ storage })
    const username = await confirmedUser(started)
    await signIn(started.context, { username, password: PASSWORD })
    const key = `CognitoIdentityServiceProvider.${started.userPoolClientId}.LastAuthUser`
    expect(memory.getItem(key)).not.toBeNull()
    await signOut(started.context)
    expect(memory.getItem(key)).toBeNull()
  })
})

describe('fetchUserAttributes', () => {
  test('gives the attributes of the signed-in user', async () => {
    const { context, username } = await signedIn()
    const { userSub } = await fetchAuthSession(context)
    expect(await fetchUserAttributes(context)).toEqual({
      sub: userSub,
      email: username,
      email_verified: 'true',
    })
  })

  test('without a signed-in user rejects with UserUnAuthenticatedException', async () => {
    const { context, net } = await start()
    await expect(fetchUserAttributes(context)).rejects.toMatchObject({
      name: 'UserUnAuthenticatedException',
      message: 'User needs to be authenticated to call this API.',
      recoverySuggestion: 'Sign in before calling this API again.',
    })
    expect(net.sent).toEqual([])
  })

  test('with a token that was revoked rejects with NotAuthorizedException', async () => {
    const { context, net } = await signedIn()
    net.faults.push(json(400, { __type: 'NotAuthorizedException', message: 'Access Token has been revoked' }))
    await expect(fetchUserAttributes(context)).rejects.toMatchObject({ name: 'NotAuthorizedException' })
    expect(net.sent).toHaveLength(1)
  })

  test('is sent again after a dropped connection, because that does no harm', async () => {
    const { context, net } = await signedIn()
    net.faults.push(offline, offline)
    expect(await fetchUserAttributes(context)).toMatchObject({ email_verified: 'true' })
    expect(net.operations()).toEqual(['GetUser', 'GetUser', 'GetUser'])
  })
})
