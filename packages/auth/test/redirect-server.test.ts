import {
  type AuthHubEventData,
  completeSignInWithRedirect,
  createAuthContext,
  createMemoryStorage,
  fetchAuthSession,
  getCurrentUser,
  type OAuthConfig,
  type SignInWithRedirectInput,
  signInWithRedirect,
  signOut,
} from '@amulet/auth'
import { afterEach, expect, test, vi } from 'vitest'
import { openBrowser } from '../../server/test/browser-session.js'
import { CALLBACK, startOAuth } from '../../server/test/oauth.js'
import { openPage } from './redirect.js'
import { PASSWORD } from './start.js'

// The client's sign-in by redirect at the server's own domain. The browser that the user has is one without scripts.

afterEach(() => vi.unstubAllGlobals())

async function start(oauth: Partial<OAuthConfig> = {}) {
  const app = await startOAuth()
  const page = openPage(CALLBACK)
  const browser = openBrowser(app.server)
  const config = {
    Auth: {
      Cognito: {
        userPoolId: app.UserPoolId,
        userPoolClientId: app.clientId,
        userPoolEndpoint: 'http://localhost/',
        loginWith: {
          oauth: {
            domain: 'http://localhost',
            scopes: ['openid', 'email', 'aws.cognito.signin.user.admin'],
            redirectSignIn: [CALLBACK],
            redirectSignOut: ['https://app.example.com/'],
            responseType: 'code' as const,
            ...oauth,
          },
        },
      },
    },
  }
  const context = createAuthContext(config, {
    storage: createMemoryStorage(),
    fetch: app.server.fetch,
    clock: app.server.clock.now,
  })
  const events: AuthHubEventData[] = []
  context.hub.listen('auth', ({ payload }) => events.push(payload))
  /** Leaves the page, signs in where the browser is not signed in, and comes back. */
  const leave = async (input: SignInWithRedirectInput = {}) => {
    await signInWithRedirect(context, input)
    const left = new URL(page.left.at(-1) ?? '')
    let answer = await browser.get(left.pathname + left.search)
    if (answer.location.startsWith('/login'))
      answer = await browser.submit(await browser.get(answer.location), {
        username: 'ada',
        password: PASSWORD,
      })
    page.href = answer.location
  }
  return { ...app, page, browser, context, events, leave }
}

test('a user signs in on the page of the server, and the session is like any other', async () => {
  const { context, page, browser, events, leave, sub, server } = await start()
  await leave({ customState: '/basket', options: { nonce: 'once' } })
  expect(await completeSignInWithRedirect(context)).toEqual({ isSignedIn: true, customState: '/basket' })
  expect(page.href).toBe(CALLBACK)
  const user = { username: 'ada', userId: sub }
  expect(await getCurrentUser(context)).toEqual(user)
  expect(events).toEqual([
    { event: 'customOAuthState', data: '/basket' },
    { event: 'signInWithRedirect' },
    { event: 'signedIn', data: user },
  ])
  const { tokens } = await fetchAuthSession(context)
  expect(tokens?.idToken?.payload.nonce).toBe('once')
  server.clock.advance(3601)
  const later = await fetchAuthSession(context)
  expect(later.tokens?.accessToken.payload.sub).toBe(sub)
  expect(`${later.tokens?.accessToken}`).not.toBe(`${tokens?.accessToken}`)
  await signOut(context)
  expect(events.at(-1)?.event).toBe('signedOut')
  const logout = new URL(page.left.at(-1) ?? '')
  const back = await browser.get(logout.pathname + logout.search)
  expect([back.status, back.location]).toEqual([302, 'https://app.example.com/'])
  // The domain does not know the user any more.
  await leave({ options: { prompt: 'NONE' } })
  expect(page.href).toContain('login_required')
})

test('a user with a session at the server is not asked again, whether or not the application allows asking', async () => {
  const { context, browser, leave } = await start()
  await leave({ options: { prompt: 'NONE' } })
  await expect(completeSignInWithRedirect(context)).rejects.toMatchObject({
    name: 'OAuthSignInException',
    message: 'login_required',
  })
  await leave()
  await completeSignInWithRedirect(context)
  expect(browser.jar.size).toBeGreaterThan(0)
  await leave({ options: { prompt: 'NONE' } })
  expect(await completeSignInWithRedirect(context, { url: location.href })).toEqual({ isSignedIn: true })
})

test('the implicit grant has its tokens in the fragment', async () => {
  const { context, page, leave } = await start({ responseType: 'token' })
  await leave({ options: { nonce: 'once' } })
  expect(page.href).toContain('#')
  expect(await completeSignInWithRedirect(context)).toEqual({ isSignedIn: true })
  expect(await getCurrentUser(context)).toMatchObject({ username: 'ada' })
  expect(page.href).toBe(CALLBACK)
})

test('a refusal of the server comes back as its error', async () => {
  const { context, page, leave } = await start({ scopes: ['openid', 'something/else'] })
  await leave()
  expect(page.href).toContain('invalid_scope')
  await expect(completeSignInWithRedirect(context)).rejects.toMatchObject({ name: 'OAuthSignInException' })
})

test('a code that was injected in place of the user’s own is refused by the server', async () => {
  const victim = await start()
  const attacker = createAuthContext(victim.context.config, {
    storage: createMemoryStorage(),
    fetch: victim.server.fetch,
    clock: victim.server.clock.now,
  })
  await victim.leave()
  const own = new URL(victim.page.href)
  victim.page.href = CALLBACK
  await signInWithRedirect(attacker)
  const left = new URL(victim.page.left.at(-1) ?? '')
  const injected = new URL((await victim.browser.get(left.pathname + left.search)).location)
  own.searchParams.set('code', injected.searchParams.get('code') ?? '')
  victim.page.href = own.href
  await expect(completeSignInWithRedirect(victim.context)).rejects.toMatchObject({
    name: 'OAuthSignInException',
    message: 'invalid_grant',
  })
  expect(await fetchAuthSession(victim.context)).toEqual({})
})
