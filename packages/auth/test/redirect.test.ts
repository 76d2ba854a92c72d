import { createHash } from 'node:crypto'
import {
  completeSignInWithRedirect,
  configure,
  deleteUser,
  fetchAuthSession,
  getCurrentUser,
  Hub,
  type SignInWithRedirectInput,
  signIn,
  signInWithRedirect,
  signOut,
} from '@amulet/auth'
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import {
  APP,
  accessClaims,
  CLIENT,
  configureAnew,
  ISSUER,
  idClaims,
  json,
  POOL,
  type Redirect,
  startRedirect,
  token,
  tokens,
} from './redirect.js'

afterEach(() => vi.unstubAllGlobals())

const failure = (error: object) => ({
  event: 'signInWithRedirect_failure',
  data: { error: expect.objectContaining(error) },
})

/** Leaves the page to sign in; gives the parameters of the domain's page. */
async function leave(started: Redirect, input: SignInWithRedirectInput = {}) {
  await signInWithRedirect(started.context, input)
  const url = new URL(started.page.left.at(-1) ?? '')
  return { url, params: Object.fromEntries(url.searchParams), state: url.searchParams.get('state') ?? '' }
}

/** Comes back to the page with these parameters. */
const comeBack = ({ page }: Redirect, params: Record<string, string>, mark = '?') => {
  page.href = `${APP}/callback${mark}${new URLSearchParams(params)}`
}

describe('signInWithRedirect', () => {
  test('leaves the page for the domain, with what Amplify sends, in its order', async () => {
    const started = startRedirect()
    const { url, params, state } = await leave(started)
    expect(url.origin + url.pathname).toBe('https://login.example/oauth2/authorize')
    expect(Object.entries(params)).toEqual([
      ['redirect_uri', `${APP}/callback`],
      ['response_type', 'code'],
      ['client_id', CLIENT],
      ['identity_provider', 'COGNITO'],
      ['scope', 'openid email'],
      ['state', expect.stringMatching(/^[A-Za-z0-9]{32}$/)],
      ['code_challenge', expect.stringMatching(/^[\w-]{43}$/)],
      ['code_challenge_method', 'S256'],
    ])
    const [attempt] = started.attempts()
    expect(attempt).toMatchObject({ state, redirectUri: `${APP}/callback` })
    expect(attempt?.verifier).toMatch(/^[A-Za-z0-9]{128}$/)
    expect(params.code_challenge).toBe(
      createHash('sha256')
        .update(attempt?.verifier ?? '')
        .digest('base64url'),
    )
    expect(started.events).toEqual([])
  })

  test('passes on everything that it is given', async () => {
    const started = startRedirect()
    const { params, state } = await leave(started, {
      customState: 'to/the basket',
      options: { loginHint: 'ada@example.com', lang: 'fr', nonce: 'once', prompt: 'SELECT_ACCOUNT' },
    })
    expect(params).toMatchObject({
      login_hint: 'ada@example.com',
      lang: 'fr',
      nonce: 'once',
      prompt: 'select_account',
    })
    expect(state).toMatch(/^[A-Za-z0-9]{32}-746f2f746865206261736b6574$/)
  })

  test.each([
    ['Google', { identity_provider: 'Google' }],
    ['Facebook', { identity_provider: 'Facebook' }],
    ['Amazon', { identity_provider: 'LoginWithAmazon' }],
    ['Apple', { identity_provider: 'SignInWithApple' }],
    [{ custom: 'Okta' }, { identity_provider: 'Okta' }],
    [{ idpIdentifier: 'example.com' }, { idp_identifier: 'example.com' }],
  ] as const)('has %j named as the service names it', async (provider, expected) => {
    const { params } = await leave(startRedirect(), { provider })
    const { identity_provider, idp_identifier } = params
    expect({ identity_provider, idp_identifier }).toEqual(expected)
  })

  test('asks for an existing session when the user must not be asked', async () => {
    const { params } = await leave(startRedirect(), { options: { prompt: 'NONE' } })
    expect(params).not.toHaveProperty('identity_provider')
    expect(params.prompt).toBe('none')
  })

  test.each([
    ['login.example', 'https://login.example/oauth2/authorize'],
    ['login.example:8443', 'https://login.example:8443/oauth2/authorize'],
    ['http://localhost:9230', 'http://localhost:9230/oauth2/authorize'],
    ['https://login.example', 'https://login.example/oauth2/authorize'],
  ])('finds the domain %s at %s', async (domain, expected) => {
    const { url } = await leave(startRedirect({ domain }))
    expect(url.href.split('?')[0]).toBe(expected)
  })

  test.each([
    undefined,
    { domain: '' },
    { responseType: '' as 'code' },
    { redirectSignIn: undefined as never },
  ])('without all of its configuration (%j) rejects with OAuthNotConfigureException', async (oauth) => {
    const started = startRedirect(oauth)
    if (!oauth) delete started.config.Auth?.Cognito?.loginWith
    await expect(signInWithRedirect(started.context)).rejects.toMatchObject({
      name: 'OAuthNotConfigureException',
      message: 'oauth param not configured.',
      recoverySuggestion: 'Make sure to call configure with oauth parameter in your app.',
    })
    expect(started.page.left).toEqual([])
  })

  test.each<[uris: string[], href: string, expected: string]>([
    [[`${APP}/`, `${APP}/callback`], `${APP}/callback`, `${APP}/callback`],
    [[`${APP}/`, `${APP}/callback`], `${APP}/callback?a=1#b`, `${APP}/callback`],
    [[`${APP}/`, `${APP}/callback`], `${APP}/basket`, `${APP}/`],
    [[`${APP}/call`, `${APP}/callback?from=x`], `${APP}/callback`, `${APP}/callback?from=x`],
    [[APP], `${APP}/`, APP],
    [[`${APP}.evil.test/callback`, 'myapp://callback', `${APP}/a`], `${APP}/callback`, `${APP}/a`],
    [['http://localhost:30/', 'http://localhost:3000/'], 'http://localhost:3000/', 'http://localhost:3000/'],
  ])('of %j takes at %s the one that is %s', async (redirectSignIn, href, expected) => {
    const { params } = await leave(startRedirect({ redirectSignIn }, {}, href))
    expect(params.redirect_uri).toBe(expected)
  })

  test.each<[uris: string[], name: string, message: string, suggestion: string]>([
    [
      [`https://other.example/callback`, `${APP}.evil.test/callback`, `https://evil.test/${APP}/callback`],
      'InvalidOriginException',
      'redirect is coming from a different origin. The oauth flow needs to be initiated from the same origin',
      'Please call signInWithRedirect from the same origin.',
    ],
    [
      ['myapp://callback'],
      'InvalidRedirectException',
      'signInRedirect or signOutRedirect had an invalid format or was not found.',
      'Please make sure the signIn/Out redirect in your oauth config is valid.',
    ],
    [
      [],
      'InvalidRedirectException',
      'signInRedirect or signOutRedirect had an invalid format or was not found.',
      'Please make sure the signIn/Out redirect in your oauth config is valid.',
    ],
  ])('where only %j is configured is %s', async (redirectSignIn, name, message, recoverySuggestion) => {
    const started = startRedirect({ redirectSignIn })
    await expect(signInWithRedirect(started.context)).rejects.toMatchObject({
      name,
      message,
      recoverySuggestion,
    })
    expect(started.page.left).toEqual([])
    expect(started.attempts()).toEqual([])
  })

  test('while a user is signed in rejects with UserAlreadyAuthenticatedException, unless a prompt is asked for', async () => {
    const started = startRedirect()
    const { state } = await leave(started)
    comeBack(started, { code: 'c', state })
    await completeSignInWithRedirect(started.context)
    await expect(signInWithRedirect(started.context)).rejects.toMatchObject({
      name: 'UserAlreadyAuthenticatedException',
    })
    await signInWithRedirect(started.context, { options: { prompt: 'LOGIN' } })
    expect(started.page.left).toHaveLength(2)
  })

  test('that cannot be stored says so, and does not leave the page', async () => {
    const started = startRedirect()
    started.storage.setItem = () => {
      throw new DOMException('full', 'QuotaExceededError')
    }
    await expect(signInWithRedirect(started.context)).rejects.toMatchObject({
      name: 'Unknown',
      cause: { name: 'QuotaExceededError' },
    })
    expect(started.page.left).toEqual([])
  })
})

describe('a page that the user comes back to', () => {
  test('completes the sign-in when it is configured, and tells its listeners in order', async () => {
    const started = startRedirect()
    const { state } = await leave(started, { customState: 'Größe €5 🙂' })
    const [attempt] = started.attempts()
    comeBack(started, { code: 'the-code', state })
    configureAnew(started)
    const heard: unknown[] = []
    const stop = Hub.listen('auth', ({ payload }) =>
      heard.push([payload.event, 'data' in payload ? payload.data : undefined]),
    )
    // As a route guard does at once.
    expect(await getCurrentUser()).toEqual({ username: 'google_1', userId: 'ada-id' })
    stop()
    expect(heard).toEqual([
      ['customOAuthState', 'Größe €5 🙂'],
      ['signInWithRedirect', undefined],
      ['signedIn', { username: 'google_1', userId: 'ada-id' }],
    ])
    expect(started.sent).toEqual([
      {
        url: 'https://login.example/oauth2/token',
        contentType: 'application/x-www-form-urlencoded',
        body: {
          grant_type: 'authorization_code',
          code: 'the-code',
          client_id: CLIENT,
          redirect_uri: `${APP}/callback`,
          code_verifier: attempt?.verifier,
        },
      },
    ])
    expect(Object.keys(started.sent[0]?.body ?? {})).toEqual([
      'grant_type',
      'code',
      'client_id',
      'redirect_uri',
      'code_verifier',
    ])
    expect(started.page.href).toBe(`${APP}/callback`)
    expect(started.stored('LastAuthUser')).toBe('google_1')
    expect(started.stored('google_1.oauthMetadata')).toBe('{"oauthSignIn":true}')
    expect(started.stored('google_1.refreshToken')).toBe('refresh')
    expect(started.stored('oauthSignIn')).toBe('true,false')
    expect(started.attempts()).toEqual([{ state, isClaimed: true, until: expect.any(Number) }])
  })

  test('tells listeners that are registered after it is configured', async () => {
    const started = startRedirect()
    const { state } = await leave(started)
    comeBack(started, { error: 'access_denied', state })
    configureAnew(started)
    await Promise.resolve()
    const heard = new Promise((resolve) => {
      const stop = Hub.listen('auth', ({ payload }) => {
        stop()
        resolve(payload)
      })
    })
    expect(await heard).toEqual(failure({ name: 'OAuthSignInException', message: 'access_denied' }))
  })

  test('tells listeners that are registered any time before the next task', async () => {
    const started = startRedirect()
    const { state } = await leave(started)
    comeBack(started, { error: 'access_denied', state })
    const completed = completeSignInWithRedirect(started.context).catch(({ message }) => message)
    for (let i = 0; i < 1000; i++) await undefined
    const heard: unknown[] = []
    started.context.hub.listen('auth', ({ payload }) => heard.push(payload))
    expect(await completed).toBe('access_denied')
    expect(heard).toEqual([failure({ message: 'access_denied' })])
  })

  test('completes it however the router changes its URL meanwhile, which is then left alone', async () => {
    const started = startRedirect()
    const { state } = await leave(started)
    comeBack(started, { code: 'c', state })
    configureAnew(started)
    started.page.href = `${APP}/home`
    expect(await getCurrentUser()).toMatchObject({ username: 'google_1' })
    expect(started.page.href).toBe(`${APP}/home`)
  })

  test('configured twice, as in React’s strict mode, sends the code once', async () => {
    const started = startRedirect()
    const { state } = await leave(started)
    comeBack(started, { code: 'c', state })
    configureAnew(started)
    const { config, storage, context } = started
    configure(config, { storage, fetch: context.fetch ?? fetch, clock: context.clock })
    const calls = [getCurrentUser(), completeSignInWithRedirect(), completeSignInWithRedirect()]
    expect(await Promise.all(calls)).toEqual([
      { username: 'google_1', userId: 'ada-id' },
      { isSignedIn: true },
      { isSignedIn: true },
    ])
    expect(started.sent).toHaveLength(1)
  })

  test('completes it although the server has redirected the answer to another of its origins', async () => {
    const started = startRedirect({ redirectSignIn: ['https://www.app.example/callback'] })
    started.load('https://www.app.example/')
    const { state } = await leave(started)
    comeBack(started, { code: 'c', state })
    configureAnew(started)
    expect(await completeSignInWithRedirect()).toEqual({ isSignedIn: true })
    expect(await getCurrentUser()).toMatchObject({ username: 'google_1' })
    expect(started.sent[0]?.body).toMatchObject({ redirect_uri: 'https://www.app.example/callback' })
  })

  test.each([
    ['at once', async () => {}],
    ['later', fetchAuthSession],
  ])('completes it where all that it takes is configured by a second call, %s', async (_, between) => {
    const started = startRedirect()
    const { state } = await leave(started)
    comeBack(started, { code: 'c', state })
    const { config, storage, context } = started
    const { configure } = await import('@amulet/auth')
    const options = { storage, fetch: context.fetch ?? fetch }
    onTestFinished(() => configure({}, {}))
    configure({ Auth: { Cognito: { userPoolId: POOL, userPoolClientId: CLIENT } } }, options)
    await between()
    configure(config, options)
    expect(await getCurrentUser()).toMatchObject({ username: 'google_1' })
    expect(started.page.href).toBe(`${APP}/callback`)
    expect(started.sent).toHaveLength(1)
  })

  test.each([
    ['of another page', { code: 'c', state: 'A'.repeat(32) }],
    ['with a state that JavaScript knows', { code: 'c', state: 'constructor' }],
    ['without a state', { code: 'c' }],
    ['that is an error without a state', { error: 'access_denied' }],
    ['with an empty state', { code: 'c', state: '' }],
  ])('leaves an answer %s alone', async (_, params) => {
    const started = startRedirect()
    await leave(started)
    comeBack(started, params as Record<string, string>)
    const { href } = started.page
    configureAnew(started)
    expect(await completeSignInWithRedirect()).toEqual({ isSignedIn: false })
    expect(await fetchAuthSession()).toEqual({})
    expect(started.page.href).toBe(href)
    expect(started.sent).toEqual([])
    expect(started.attempts()).toEqual([expect.not.objectContaining({ isClaimed: true })])
  })

  test('has a state of its own where nothing is configured for a sign-in by redirect', async () => {
    const started = startRedirect({ domain: '' })
    started.load(`${APP}/?state=CA`)
    configureAnew(started)
    expect(await fetchAuthSession()).toEqual({})
    configure({}, {})
    expect(await fetchAuthSession()).toEqual({})
  })

  test.each([
    ['query', '?'],
    ['fragment', '#'],
  ])('reads an error in the %s, and reports it in the domain’s words', async (_, mark) => {
    const started = startRedirect()
    const { state } = await leave(started)
    started.load(
      `${APP}/callback${mark}error_description=Invalid+user+attributes%3A+email.%0A+&error=invalid_request&state=${state}`,
    )
    const error = {
      name: 'OAuthSignInException',
      message: 'Invalid user attributes: email.',
      recoverySuggestion: 'Make sure Cognito Hosted UI has been configured correctly',
    }
    await expect(completeSignInWithRedirect(started.context)).rejects.toMatchObject(error)
    expect(started.events).toEqual([failure(error)])
    expect(started.sent).toEqual([])
    expect(started.page.href).toBe(`${APP}/callback`)
    // Nothing waits, and the next one may begin.
    expect(await fetchAuthSession(started.context)).toEqual({})
    await signInWithRedirect(started.context)
  })

  test('with neither a code nor an error rejects with OAuthSignInException', async () => {
    const started = startRedirect()
    const { state } = await leave(started)
    comeBack(started, { state })
    await expect(completeSignInWithRedirect(started.context)).rejects.toMatchObject({
      name: 'OAuthSignInException',
      message: 'An error has occurred during the oauth process.',
    })
  })

  test.each<[what: string, answer: () => Response | Promise<Response>, error: object]>([
    [
      'refuses the code',
      json(400, { error: 'invalid_grant' }),
      {
        name: 'OAuthSignInException',
        message: 'invalid_grant',
        cause: { metadata: { httpStatusCode: 400 } },
      },
    ],
    [
      'says more',
      json(400, { error: 'invalid_client', error_description: 'invalid_client_secret' }),
      { name: 'OAuthSignInException', message: 'invalid_client_secret' },
    ],
    [
      'is none',
      () => new Response(null, { status: 405, headers: { allow: 'GET' } }),
      { name: 'UnknownError', metadata: { httpStatusCode: 405 } },
    ],
    [
      'answers with a page',
      () => new Response('<html>', { status: 200 }),
      { name: 'InvalidResponseException', metadata: { httpStatusCode: 200 } },
    ],
    ['cannot be reached', () => Promise.reject(new TypeError('fetch failed')), { name: 'NetworkError' }],
    ['has no tokens', json(200, {}), { name: 'InvalidTokens' }],
  ])('whose token endpoint %s reports it, and sends the code once', async (_, answer, error) => {
    const started = startRedirect()
    const { state } = await leave(started)
    comeBack(started, { code: 'c', state })
    started.answers.push(answer)
    await expect(completeSignInWithRedirect(started.context)).rejects.toMatchObject(error)
    expect(started.events).toEqual([failure({ name: (error as { name: string }).name })])
    expect(started.sent).toHaveLength(1)
    expect(started.page.href).toBe(`${APP}/callback`)
    expect(await fetchAuthSession(started.context)).toEqual({})
  })

  const answered = { name: 'OAuthSignInException', message: 'The answer is not that of this sign-in.' }

  test.each<[what: string, answer: object, params?: Record<string, string>, nonce?: string]>([
    ['an access token of another pool', tokens({ iss: 'https://issuer.example/us-east-1_Other' })],
    ['an issuer that only begins like the pool', tokens({ iss: `${ISSUER}/x` }, { iss: `${ISSUER}/x` })],
    ['an issuer whose pool only ends alike', tokens({ iss: `https://issuer.example/x${POOL}` })],
    ['no issuer', tokens({ iss: undefined })],
    ['another issuer than the answer', tokens(), { iss: `https://evil.test/${POOL}` }],
    ['an access token of another client', tokens({ client_id: 'other' })],
    ['an ID token in the place of the access token', { ...tokens(), access_token: token(idClaims) }],
    ['an access token in the place of the ID token', { ...tokens(), id_token: token(accessClaims) }],
    ['an ID token for another client', tokens({}, { aud: 'other' })],
    ['an ID token of another pool', tokens({}, { iss: 'https://issuer.example/us-east-1_Other' })],
    ['another nonce', tokens({}, { nonce: 'twice' }), {}, 'once'],
    ['no nonce where one was sent', tokens(), {}, 'once'],
    ['no ID token where a nonce was sent', { ...tokens(), id_token: undefined }, {}, 'once'],
  ])('refuses %s', async (_, answer, params, nonce) => {
    const started = startRedirect()
    const { state } = await leave(started, nonce ? { options: { nonce } } : {})
    comeBack(started, { code: 'c', state, ...params })
    started.answers.push(json(200, answer))
    await expect(completeSignInWithRedirect(started.context)).rejects.toMatchObject(answered)
    expect(await fetchAuthSession(started.context)).toEqual({})
    expect(started.stored('LastAuthUser')).toBeNull()
  })

  test('sends no code of another server', async () => {
    const started = startRedirect()
    const { state } = await leave(started)
    comeBack(started, { code: 'c', state, iss: 'https://evil.test/us-east-1_Other' })
    await expect(completeSignInWithRedirect(started.context)).rejects.toMatchObject(answered)
    expect(started.sent).toEqual([])
  })

  test.each<[what: string, answer: object, params?: Record<string, string>, nonce?: string]>([
    [
      'an issuer of AWS',
      tokens(
        { iss: `https://cognito-idp.us-east-1.amazonaws.com/${POOL}` },
        { iss: `https://cognito-idp.us-east-1.amazonaws.com/${POOL}` },
      ),
    ],
    ['the issuer that the answer names', tokens(), { iss: ISSUER }],
    ['no ID token', { ...tokens(), id_token: undefined }],
    ['the nonce', tokens({}, { nonce: 'once' }), {}, 'once'],
    ['a nonce that was not sent', tokens({}, { nonce: 'unasked' })],
  ])('takes %s', async (_, answer, params, nonce) => {
    const started = startRedirect()
    const { state } = await leave(started, nonce ? { options: { nonce } } : {})
    comeBack(started, { code: 'c', state, ...params })
    started.answers.push(json(200, answer))
    expect(await completeSignInWithRedirect(started.context)).toEqual({ isSignedIn: true })
  })

  test('finds the answer in query and fragment, and nothing of it in the path', async () => {
    const started = startRedirect()
    const { state } = await leave(started)
    const url = `${APP}/a&error=access_denied&state=x/callback?code=c&state=${state}`
    expect(await completeSignInWithRedirect(started.context, { url })).toEqual({ isSignedIn: true })
  })

  test('keeps its URL when the answer is given to the call', async () => {
    const started = startRedirect()
    const { state } = await leave(started)
    comeBack(started, { code: 'c', state })
    const url = started.page.href
    expect(await completeSignInWithRedirect(started.context, { url })).toEqual({ isSignedIn: true })
    expect(started.page.href).toBe(url)
  })

  test('that is reloaded while the code is exchanged says that the sign-in was interrupted', async () => {
    const started = startRedirect()
    const { state } = await leave(started)
    comeBack(started, { code: 'c', state })
    started.answers.push(() => new Promise(() => {}))
    configureAnew(started)
    await vi.waitFor(() => expect(started.sent).toHaveLength(1), { timeout: 20_000 })
    configureAnew(started)
    const error = { name: 'OAuthSignInException', message: 'The sign-in was interrupted.' }
    await expect(completeSignInWithRedirect()).rejects.toMatchObject(error)
    expect(started.sent).toHaveLength(1)
    expect(started.page.href).toBe(`${APP}/callback`)
    expect(await fetchAuthSession()).toEqual({})
  })

  test('that has the answer once more while the user is signed in goes on with that session', async () => {
    const started = startRedirect()
    const { state } = await leave(started)
    comeBack(started, { code: 'c', state })
    configureAnew(started)
    await getCurrentUser()
    comeBack(started, { code: 'c', state })
    configureAnew(started)
    const heard: string[] = []
    const stop = Hub.listen('auth', ({ payload }) => heard.push(payload.event))
    expect(await completeSignInWithRedirect()).toEqual({ isSignedIn: true })
    expect(await getCurrentUser()).toMatchObject({ username: 'google_1' })
    stop()
    expect(heard).toEqual([])
    expect(started.sent).toHaveLength(1)
    expect(started.page.href).toBe(`${APP}/callback`)
  })

  test('says what came of the answer that its URL has now, and without one, of the last', async () => {
    const started = startRedirect()
    const { state } = await leave(started)
    comeBack(started, { code: 'c', state })
    configureAnew(started)
    expect(await completeSignInWithRedirect()).toEqual({ isSignedIn: true })
    const again = await leave(started, { options: { prompt: 'LOGIN' } })
    // Without a page that is loaded, as a mobile app that is called by its URL.
    comeBack(started, { error: 'access_denied', state: again.state })
    const error = { name: 'OAuthSignInException', message: 'access_denied' }
    await expect(completeSignInWithRedirect()).rejects.toMatchObject(error)
    await expect(completeSignInWithRedirect()).rejects.toMatchObject(error)
    const last = await leave(started, { customState: 'x', options: { prompt: 'LOGIN' } })
    comeBack(started, { code: 'c', state: last.state })
    expect(await completeSignInWithRedirect()).toEqual({ isSignedIn: true, customState: 'x' })
    expect(await completeSignInWithRedirect()).toEqual({ isSignedIn: true, customState: 'x' })
  })

  test('completes each of two attempts that were open at once, in any order', async () => {
    const started = startRedirect()
    const first = await leave(started)
    const second = await leave(started)
    expect(first.state).not.toBe(second.state)
    const verifiers = started.attempts().map(({ verifier }) => verifier)
    comeBack(started, { code: 'one', state: first.state })
    expect(await completeSignInWithRedirect(started.context)).toEqual({ isSignedIn: true })
    const { href } = started.page
    const url = `${APP}/callback?code=two&state=${second.state}`
    expect(await completeSignInWithRedirect(started.context, { url })).toEqual({ isSignedIn: true })
    expect(started.page.href).toBe(href)
    expect(started.sent.map(({ body }) => body.code_verifier)).toEqual(verifiers)
  })

  test('an attempt that is open makes nothing wait', async () => {
    const started = startRedirect()
    await leave(started)
    expect(await fetchAuthSession(started.context)).toEqual({})
    await expect(getCurrentUser(started.context)).rejects.toMatchObject({
      name: 'UserUnAuthenticatedException',
    })
  })

  test('within an hour it is completed', async () => {
    const started = startRedirect()
    const { state } = await leave(started)
    started.clock.now += 3_599_999
    comeBack(started, { code: 'c', state })
    expect(await completeSignInWithRedirect(started.context)).toEqual({ isSignedIn: true })
  })

  test('after an hour it says that the sign-in took too long, and sends no code', async () => {
    const started = startRedirect()
    const { state } = await leave(started)
    started.clock.now += 3_600_000
    comeBack(started, { code: 'c', state })
    const error = { name: 'OAuthSignInException', message: 'The sign-in took too long.' }
    await expect(completeSignInWithRedirect(started.context)).rejects.toMatchObject(error)
    expect(started.events).toEqual([failure(error)])
    expect(started.sent).toEqual([])
    expect(started.attempts()).toEqual([])
    expect(started.page.href).toBe(`${APP}/callback`)
    // Nothing waits, and the next one may begin.
    expect(await fetchAuthSession(started.context)).toEqual({})
    await signInWithRedirect(started.context)
  })

  test('after an hour and another attempt it is unknown, and left alone', async () => {
    const started = startRedirect()
    const { state } = await leave(started)
    started.clock.now += 3_600_000
    const later = await leave(started)
    expect(started.attempts().map(({ state }) => state)).toEqual([later.state])
    comeBack(started, { code: 'c', state })
    const { href } = started.page
    expect(await completeSignInWithRedirect(started.context)).toEqual({ isSignedIn: false })
    expect(started.page.href).toBe(href)
    expect(started.events).toEqual([])
  })

  test('that is reloaded an hour after the sign-in goes on with the session', async () => {
    const started = startRedirect()
    const { state } = await leave(started)
    comeBack(started, { code: 'c', state })
    await completeSignInWithRedirect(started.context)
    started.clock.now += 3_600_000
    comeBack(started, { code: 'c', state })
    expect(await completeSignInWithRedirect(started.context)).toEqual({ isSignedIn: true })
    expect(started.sent).toHaveLength(1)
  })

  test('says why the record cannot be read, and waits for nothing', async () => {
    const started = startRedirect()
    const { state } = await leave(started)
    comeBack(started, { code: 'c', state })
    const { setItem } = started.storage
    started.storage.setItem = () => {
      throw new DOMException('full', 'QuotaExceededError')
    }
    configureAnew(started)
    const cause = { name: 'QuotaExceededError' }
    await expect(completeSignInWithRedirect()).rejects.toMatchObject({ name: 'Unknown', cause })
    started.storage.setItem = setItem
    expect(await fetchAuthSession()).toEqual({})
    // The code was not sent: the page may try again.
    expect(await completeSignInWithRedirect()).toEqual({ isSignedIn: true })
    expect(await getCurrentUser()).toMatchObject({ username: 'google_1' })
  })

  test('records that cannot be read are ignored', async () => {
    const started = startRedirect()
    for (const text of ['{', '{}', 'null', '[null,1]']) {
      started.storage.setItem(`CognitoIdentityServiceProvider.${CLIENT}.oauthAttempts`, text)
      started.load(`${APP}/callback`)
      const { state } = await leave(started, { options: { prompt: 'LOGIN' } })
      const url = `${APP}/callback?code=c&state=${state}`
      expect(await completeSignInWithRedirect(started.context, { url })).toEqual({ isSignedIn: true })
    }
  })

  test('that is not a web page has no answer', async () => {
    const started = startRedirect()
    vi.stubGlobal('location', undefined)
    expect(await completeSignInWithRedirect(started.context)).toEqual({ isSignedIn: false })
  })

  test('calls wait while the code is exchanged, at most as long as the request may take', async () => {
    const started = startRedirect()
    const { state } = await leave(started)
    comeBack(started, { code: 'c', state })
    started.answers.push(() => new Promise(() => {}))
    vi.useFakeTimers()
    try {
      configureAnew(started)
      const guard = fetchAuthSession().catch(({ name }) => name)
      const user = getCurrentUser().catch(({ name }) => name)
      const completed = completeSignInWithRedirect({}, { timeout: 60_000 }).catch(({ name }) => name)
      await vi.advanceTimersByTimeAsync(31_000)
      expect(await completed).toBe('TimeoutError')
      expect(await guard).toBe('TimeoutError')
      expect(await user).toBe('TimeoutError')
      expect(await fetchAuthSession()).toEqual({})
    } finally {
      vi.useRealTimers()
    }
  })
})

test('an access token that does not say when it was issued says nothing of the service’s clock', async () => {
  const started = startRedirect()
  const { state } = await leave(started)
  comeBack(started, { code: 'c', state })
  started.answers.push(json(200, tokens({ iat: undefined })))
  await completeSignInWithRedirect(started.context)
  expect(started.stored('google_1.clockDrift')).toBe('0')
  expect((await fetchAuthSession(started.context)).userSub).toBe('ada-id')
})

test.each<[what: string, later: number]>([
  ['from five seconds before their end', 3_595_000],
  ['when they come from more than a minute after those five seconds', -65_001],
])('tokens are of no use %s, to the millisecond', async (_, later) => {
  const started = startRedirect()
  const { context, clock, sent, answers } = started
  const { state } = await leave(started)
  await completeSignInWithRedirect(context, { url: `${APP}/callback?code=c&state=${state}` })
  const begun = clock.now
  clock.now = begun + later - Math.sign(later)
  expect((await fetchAuthSession(context)).tokens).toBeDefined()
  expect(sent).toHaveLength(1)
  clock.now = begun + later
  answers.push(json(200, { AuthenticationResult: { AccessToken: tokens().access_token } }))
  expect((await fetchAuthSession(context)).tokens).toBeDefined()
  expect(sent).toHaveLength(2)
})

describe('a page that the back/forward cache gives back as it was left', () => {
  const cancelled = failure({ name: 'OAuthSignInException', message: 'User cancelled OAuth flow.' })

  /** Leaves a page that is kept; `show` comes back to it. */
  async function leaveKept() {
    const page = new EventTarget()
    vi.stubGlobal('addEventListener', page.addEventListener.bind(page))
    const started = startRedirect()
    const { state } = await leave(started)
    const show = async (persisted = true) => {
      page.dispatchEvent(Object.assign(new Event('pageshow'), { persisted }))
      // It looks at the same records, one call after the other.
      await completeSignInWithRedirect(started.context, { url: `${APP}/callback?state=none` })
    }
    return { started, state, show }
  }

  test('announces once that the user has cancelled the sign-in, which can still go on', async () => {
    const { started, state, show } = await leaveKept()
    await show()
    expect(started.events).toEqual([cancelled])
    await show()
    expect(started.events).toEqual([cancelled])
    comeBack(started, { code: 'c', state })
    expect(await completeSignInWithRedirect(started.context)).toEqual({ isSignedIn: true })
  })

  test('announces it however late the user comes back', async () => {
    const { started, show } = await leaveKept()
    started.clock.now += 3_600_000
    await show()
    expect(started.events).toEqual([cancelled])
  })

  test('announces it for each time that it was left', async () => {
    const { started, show } = await leaveKept()
    await show()
    await leave(started)
    await show()
    expect(started.events).toEqual([cancelled, cancelled])
  })

  test('announces nothing when it is loaded anew', async () => {
    const { started, show } = await leaveKept()
    await show(false)
    expect(started.events).toEqual([])
  })

  test('announces nothing when the answer has arrived at a later page', async () => {
    const { started, state, show } = await leaveKept()
    // Another one that is open says nothing about it.
    await signInWithRedirect(started.context, { options: { authSessionOpener: async () => {} } })
    const url = `${APP}/callback?code=c&state=${state}`
    await completeSignInWithRedirect(started.context, { url })
    started.events.length = 0
    await show()
    expect(started.events).toEqual([])
  })
})

test('a sign-in that Amplify has begun is completed, with what it has stored', async () => {
  const started = startRedirect()
  const P = `CognitoIdentityServiceProvider.${CLIENT}.`
  const state = `${'s'.repeat(32)}-e9`
  const stock = { inflightOAuth: 'true', inflightOAuthDeadline: '1', oauthState: state, oauthPKCE: 'v' }
  for (const [key, value] of Object.entries(stock)) started.storage.setItem(P + key, value)
  comeBack(started, { code: 'c', state })
  configureAnew(started)
  // Amplify writes é as one byte.
  expect(await completeSignInWithRedirect()).toEqual({ isSignedIn: true, customState: 'é' })
  expect(started.sent[0]?.body).toEqual({
    grant_type: 'authorization_code',
    code: 'c',
    client_id: CLIENT,
    redirect_uri: `${APP}/callback`,
    code_verifier: 'v',
  })
  for (const key of Object.keys(stock)) expect(started.stored(key)).toBeNull()
})

describe('the implicit grant', () => {
  const params = (answer: object) => answer as Record<string, string>

  test('has the tokens in the fragment', async () => {
    const started = startRedirect({ responseType: 'token' })
    const left = await leave(started)
    expect(left.params).toMatchObject({ response_type: 'token' })
    expect(left.params).not.toHaveProperty('code_challenge')
    const { access_token, id_token } = tokens()
    comeBack(started, params({ access_token, id_token, token_type: 'Bearer', state: left.state }), '#')
    configureAnew(started)
    const { tokens: session } = await fetchAuthSession()
    expect(`${session?.accessToken}`).toBe(access_token)
    expect(`${session?.idToken}`).toBe(id_token)
    expect(started.sent).toEqual([])
    expect(started.page.href).toBe(`${APP}/callback`)
    await expect(fetchAuthSession({ forceRefresh: true })).rejects.toMatchObject({
      name: 'TokenRefreshException',
    })
  })

  test('is not taken where a code was asked for', async () => {
    const started = startRedirect()
    const { state } = await leave(started)
    comeBack(started, params({ ...tokens(), state }), '#')
    await expect(completeSignInWithRedirect(started.context)).rejects.toMatchObject({
      name: 'OAuthSignInException',
    })
    expect(await fetchAuthSession(started.context)).toEqual({})
  })

  test('checks the nonce', async () => {
    const started = startRedirect({ responseType: 'token' })
    const { state } = await leave(started, { options: { nonce: 'once' } })
    const { access_token, id_token } = tokens()
    comeBack(started, { access_token, id_token, state }, '#')
    await expect(completeSignInWithRedirect(started.context)).rejects.toMatchObject({
      name: 'OAuthSignInException',
    })
  })
})

describe('with a function of the caller’s that opens the page', () => {
  const uris = { redirectSignIn: ['https://elsewhere.example/', 'myapp://callback'] }

  test('the call ends with the sign-in, at an address that is no page', async () => {
    const started = startRedirect(uris)
    const opened: unknown[][] = []
    await signInWithRedirect(started.context, {
      customState: 'x',
      options: {
        preferPrivateSession: true,
        authSessionOpener: async (...args) => {
          opened.push(args)
          const state = new URL(args[0]).searchParams.get('state')
          return { type: 'success', url: `myapp://callback?code=c&state=${state}` }
        },
      },
    })
    expect(opened).toEqual([
      [expect.stringContaining('redirect_uri=myapp%3A%2F%2Fcallback'), uris.redirectSignIn, true],
    ])
    expect(started.page.left).toEqual([])
    expect(started.events.map(({ event }) => event)).toEqual([
      'customOAuthState',
      'signInWithRedirect',
      'signedIn',
    ])
    expect(await getCurrentUser(started.context)).toMatchObject({ username: 'google_1' })
  })

  test('the answer may come later, by a deep link', async () => {
    const started = startRedirect(uris)
    let url = ''
    await signInWithRedirect(started.context, {
      options: {
        authSessionOpener: async (opened) => {
          url = `myapp://callback?code=c&state=${new URL(opened).searchParams.get('state')}`
        },
      },
    })
    expect(started.events).toEqual([])
    expect(await completeSignInWithRedirect(started.context, { url })).toEqual({ isSignedIn: true })
    expect(await completeSignInWithRedirect(started.context, { url })).toEqual({ isSignedIn: true })
    expect(started.sent).toHaveLength(1)
  })

  test.each<[what: string, result: object | Error, error: object]>([
    ['is closed by the user', { type: 'canceled' }, { name: 'OAuthSignInException', message: 'canceled' }],
    [
      'fails',
      { type: 'error', error: new Error('no browser') },
      { name: 'OAuthSignInException', message: 'Error: no browser' },
    ],
    ['throws', new TypeError('no browser'), { name: 'Unknown', cause: new TypeError('no browser') }],
    [
      'gives an answer of another sign-in',
      { type: 'success', url: 'myapp://callback?code=c&state=x' },
      {
        name: 'oauthSignInError',
        message: 'An error occurred while validating the state.',
        recoverySuggestion: 'Try to initiate an OAuth flow from Amplify',
      },
    ],
  ])('which %s the call rejects, and listeners hear of it once', async (_, result, error) => {
    const started = startRedirect(uris)
    const call = signInWithRedirect(started.context, {
      options: {
        authSessionOpener: async () => {
          if (result instanceof Error) throw result
          return result as never
        },
      },
    })
    await expect(call).rejects.toMatchObject(error)
    expect(started.events).toEqual([failure({ name: (error as { name: string }).name })])
    expect(started.sent).toEqual([])
  })

  test('an error of the domain rejects the call, and listeners hear of it once', async () => {
    const started = startRedirect(uris)
    const call = signInWithRedirect(started.context, {
      options: {
        authSessionOpener: async (url) => ({
          type: 'success',
          url: `myapp://callback?error=access_denied&state=${new URL(url).searchParams.get('state')}`,
        }),
      },
    })
    await expect(call).rejects.toMatchObject({ name: 'OAuthSignInException', message: 'access_denied' })
    expect(started.events).toEqual([failure({ message: 'access_denied' })])
  })

  test('the call can be aborted, and otherwise has an hour', async () => {
    let open = () => {}
    const opened = new Promise<void>((resolve) => {
      open = resolve
    })
    const authSessionOpener = () => {
      open()
      return new Promise<never>(() => {})
    }
    const never = { options: { authSessionOpener } }
    const started = startRedirect(uris)
    const controller = new AbortController()
    const given = signInWithRedirect(started.context, never, { signal: controller.signal })
    controller.abort()
    await expect(given).rejects.toMatchObject({ name: 'AbortError' })
    vi.useFakeTimers()
    try {
      const call = signInWithRedirect(started.context, never).catch(({ name }) => name)
      // What it does before takes no time of the clock's.
      await opened
      await vi.advanceTimersByTimeAsync(3_590_000)
      expect(started.events).toEqual([])
      await vi.advanceTimersByTimeAsync(20_000)
      expect(await call).toBe('TimeoutError')
    } finally {
      vi.useRealTimers()
    }
  })
})

describe('signOut of a session that came from the domain', () => {
  const signedIn = async (oauth: Parameters<typeof startRedirect>[0] = {}) => {
    const started = startRedirect(oauth)
    const { state } = await leave(started)
    comeBack(started, { code: 'c', state })
    await completeSignInWithRedirect(started.context)
    started.page.left.length = 0
    started.events.length = 0
    return started
  }

  test('ends it here, then there', async () => {
    const started = await signedIn()
    await signOut(started.context)
    expect(started.page.left).toEqual([
      `https://login.example/logout?client_id=${CLIENT}&logout_uri=${encodeURIComponent(`${APP}/`)}`,
    ])
    expect(started.events).toEqual([{ event: 'signedOut', data: { reason: 'signOut' } }])
    expect(await fetchAuthSession(started.context)).toEqual({})
    expect(started.stored('oauthSignIn')).toBeNull()
    expect(started.stored('google_1.oauthMetadata')).toBeNull()
    await signOut(started.context)
    expect(started.page.left).toHaveLength(1)
  })

  test('ends it there although a listener leaves the page when the user is signed out here', async () => {
    const started = await signedIn()
    started.context.hub.listen('auth', () => {
      location.href = `${APP}/welcome`
    })
    await signOut(started.context)
    expect(started.page.left).toEqual([`${APP}/welcome`, expect.stringContaining('/logout?')])
  })

  test('comes back to the URL that is asked for, which must be one of the configured', async () => {
    const started = await signedIn()
    await expect(
      signOut(started.context, { global: false, oauth: { redirectUrl: `${APP}/evil` } }),
    ).rejects.toMatchObject({
      name: 'InvalidPreferredRedirectUrlException',
      message:
        'The given preferredRedirectUrl does not match any items in the redirectSignOutUrls array from the config.',
      recoverySuggestion: 'Please make sure a matching preferredRedirectUrl is provided.',
    })
    expect(await getCurrentUser(started.context)).toMatchObject({ username: 'google_1' })
    await signOut(started.context, { global: false, oauth: { redirectUrl: `${APP}/bye` } })
    expect(new URL(started.page.left[0] ?? '').searchParams.get('logout_uri')).toBe(`${APP}/bye`)
  })

  test('whose redirect URL is not one of this page ends here all the same', async () => {
    const started = await signedIn({ redirectSignOut: ['https://other.example/'] })
    await expect(signOut(started.context)).rejects.toMatchObject({ name: 'InvalidOriginException' })
    expect(started.events.map(({ event }) => event)).toEqual(['signedOut'])
    expect(await fetchAuthSession(started.context)).toEqual({})
  })

  test('ends it there although it has ended here', async () => {
    const started = await signedIn()
    started.storage.removeItem(`CognitoIdentityServiceProvider.${CLIENT}.LastAuthUser`)
    await signOut(started.context)
    expect(started.page.left).toHaveLength(1)
  })

  test('happens when the user is deleted as well, so that the domain does not sign the deleted user in again', async () => {
    const started = await signedIn()
    started.answers.push(json(200, {}))
    await deleteUser(started.context)
    expect(started.page.left).toEqual([expect.stringMatching(/^https:\/\/login\.example\/logout\?/)])
    // After the one for the code, there is one that deletes, and none that revokes.
    expect(started.sent).toHaveLength(2)
    expect(started.events).toEqual([{ event: 'signedOut', data: { reason: 'userDeleted' } }])
    expect(await fetchAuthSession(started.context)).toEqual({})
    expect(started.stored('oauthSignIn')).toBeNull()
  })

  test('does not happen for a user who has signed in with a password after deleting another account', async () => {
    const started = await signedIn()
    started.answers.push(json(200, {}))
    await deleteUser(started.context)
    started.page.left.length = 0
    const access = token(accessClaims)
    started.answers.push(
      json(200, { AuthenticationResult: { AccessToken: access, IdToken: token(idClaims) } }),
    )
    const options = { authFlowType: 'USER_PASSWORD_AUTH' } as const
    await signIn(started.context, { username: 'ada', password: 'Correct-Horse-1', options })
    await signOut(started.context)
    expect(started.page.left).toEqual([])
  })

  test('asks a function of the caller’s to open the page', async () => {
    const started = await signedIn({ redirectSignOut: ['myapp://bye'] })
    const opened: unknown[][] = []
    const authSessionOpener = async (...args: unknown[]) => {
      opened.push(args)
      return { type: 'error' as const }
    }
    await expect(
      signOut(started.context, { global: false, oauth: { authSessionOpener } }),
    ).rejects.toMatchObject({
      name: 'OAuthSignOutException',
      message: 'An error occurred when attempting to log out from OAuth provider.',
    })
    expect(opened).toEqual([[expect.stringContaining('logout_uri=myapp%3A%2F%2Fbye'), ['myapp://bye']]])
    expect(await fetchAuthSession(started.context)).toEqual({})
  })

  test('has five minutes for a page that a function of the caller’s opens', async () => {
    const started = await signedIn()
    let open = () => {}
    const opened = new Promise<void>((resolve) => {
      open = resolve
    })
    const authSessionOpener = () => {
      open()
      return new Promise<never>(() => {})
    }
    vi.useFakeTimers()
    try {
      let name = ''
      const call = signOut(started.context, { global: false, oauth: { authSessionOpener } }).catch(
        (error) => {
          name = error.name
        },
      )
      // What it does before takes no time of the clock's.
      await opened
      await vi.advanceTimersByTimeAsync(299_000)
      expect(name).toBe('')
      await vi.advanceTimersByTimeAsync(2000)
      await call
      expect(name).toBe('TimeoutError')
    } finally {
      vi.useRealTimers()
    }
  })
})
