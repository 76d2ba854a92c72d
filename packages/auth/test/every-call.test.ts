import * as auth from '@amulet/auth'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { totp } from '../../server/test/totp.js'
import { stubPlatform } from './passkey-platform.js'
import {
  administrator,
  answerLost,
  blackHole,
  confirmedUser,
  type Fault,
  htmlPage,
  json,
  lastCode,
  offline,
  PASSWORD,
  signedInUser,
  start,
} from './start.js'

// What is true of each call alike.

const username = 'ada@example.com'
const password = PASSWORD

/** An input that passes each call's own validation. */
const inputs = {
  associateWebAuthnCredential: undefined,
  autoSignIn: undefined,
  completeSignInWithRedirect: { url: 'https://app.example/' },
  confirmResetPassword: { username, newPassword: password, confirmationCode: '1' },
  confirmSignIn: { challengeResponse: '1' },
  confirmSignUp: { username, confirmationCode: '1' },
  confirmUserAttribute: { userAttributeKey: 'email', confirmationCode: '1' },
  deleteUser: undefined,
  deleteUserAttributes: { userAttributeKeys: ['name'] },
  deleteWebAuthnCredential: { credentialId: '1' },
  fetchAuthSession: { forceRefresh: true },
  fetchDevices: undefined,
  fetchMFAPreference: undefined,
  fetchUserAttributes: undefined,
  forgetDevice: { device: { id: 'us-east-1_0' } },
  getCurrentUser: undefined,
  listWebAuthnCredentials: { pageSize: 1 },
  rememberDevice: undefined,
  resendSignUpCode: { username },
  resetPassword: { username },
  sendUserAttributeVerificationCode: { userAttributeKey: 'email' },
  setUpTOTP: undefined,
  signIn: { username, password },
  signInWithPasskey: undefined,
  signInWithRedirect: { provider: 'Google' },
  signOut: { global: false },
  signUp: { username, password },
  updateMFAPreference: { totp: 'DISABLED' },
  updatePassword: { oldPassword: password, newPassword: password },
  updateUserAttribute: { userAttribute: { attributeKey: 'name', value: 'Ada' } },
  updateUserAttributes: { userAttributes: { name: 'Ada' } },
  verifyTOTPSetup: { code: '1' },
}

type Name = keyof typeof inputs

const names = Object.keys(inputs) as Name[]

/** Calls for the signed-in user. */
const forSignedIn: Name[] = [
  'associateWebAuthnCredential',
  'confirmUserAttribute',
  'deleteUser',
  'deleteUserAttributes',
  'deleteWebAuthnCredential',
  'fetchDevices',
  'fetchMFAPreference',
  'fetchUserAttributes',
  'forgetDevice',
  'getCurrentUser',
  'listWebAuthnCredentials',
  'sendUserAttributeVerificationCode',
  'setUpTOTP',
  'updateMFAPreference',
  'updatePassword',
  'updateUserAttribute',
  'updateUserAttributes',
  'verifyTOTPSetup',
]

/** Calls that send one request, with or without a signed-in user. */
const forAnybody: Name[] = [
  'confirmResetPassword',
  'confirmSignUp',
  'resendSignUpCode',
  'resetPassword',
  'signUp',
]

const withRequest = [...forAnybody, ...forSignedIn.filter((name) => name !== 'getCurrentUser')]

// Each input above is that of its call; only the table forgets which.
const calls = { ...auth } as unknown as Record<Name, (...args: unknown[]) => Promise<unknown>>

/** Calls `name` with its input after the context and before the request options, if there are any. */
function invoke(name: Name, context?: auth.AuthContext, request?: auth.RequestOptions): Promise<unknown> {
  const input = inputs[name]
  const args = [...(context ? [context] : []), ...(input ? [input] : []), ...(request ? [request] : [])]
  return calls[name](...args)
}

const errorOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => undefined,
    (error) => error,
  )

beforeEach(() => auth.configure({}, {}))
afterEach(() => vi.unstubAllGlobals())

test('every call is in the table', () => {
  const others = [
    'AuthError',
    'Hub',
    'configure',
    'decodeJWT',
    'isAuthError',
    'isPasskeySupported',
    'openPopup',
  ]
  const calls = Object.keys(auth).filter((name) => !name.startsWith('create') && !others.includes(name))
  expect(names).toEqual(calls.sort())
})

test.each(names)('%s has its own name', (name) => {
  expect(calls[name].name).toBe(name)
})

test.each(Object.entries(auth).filter(([, value]) => typeof value === 'function'))(
  'the function %s has its own name',
  (name, exported) => expect(exported).toHaveProperty('name', name),
)

describe('without a user pool', () => {
  test.each(names.filter((name) => name !== 'fetchAuthSession' && name !== 'autoSignIn'))(
    '%s rejects with AuthTokenConfigException, caused by AuthUserPoolException',
    async (name) => {
      const error = await errorOf(invoke(name))
      expect(error).toMatchObject({
        name: 'AuthTokenConfigException',
        message: 'Auth Token Provider not configured.',
        recoverySuggestion: 'Make sure to call configure in your app.',
        cause: {
          name: 'AuthUserPoolException',
          message: 'Auth UserPool not configured.',
          recoverySuggestion: 'Make sure to call configure in your app with userPoolId and userPoolClientId.',
        },
      })
      expect(auth.isAuthError(error, 'AuthTokenConfigException') && auth.isAuthError(error.cause)).toBe(true)
    },
  )

  test('fetchAuthSession resolves to an empty session', async () => {
    expect(await invoke('fetchAuthSession')).toEqual({})
  })

  test('autoSignIn has nothing to complete', async () => {
    await expect(invoke('autoSignIn')).rejects.toMatchObject({ name: 'AutoSignInException' })
  })
})

test.each(forSignedIn)(
  '%s without a session rejects with UserUnAuthenticatedException, and sends nothing',
  async (name) => {
    const { context, net } = await start()
    await expect(invoke(name, context)).rejects.toMatchObject({
      name: 'UserUnAuthenticatedException',
      message: 'User needs to be authenticated to call this API.',
      recoverySuggestion: 'Sign in before calling this API again.',
    })
    expect(net.sent).toEqual([])
  },
)

test.each(names)(
  '%s that is aborted before it begins rejects with AbortError, and sends nothing',
  async (name) => {
    const { context, net } = await start()
    const reason = new Error('left the page')
    await expect(invoke(name, context, { signal: AbortSignal.abort(reason) })).rejects.toMatchObject({
      name: 'AbortError',
      cause: reason,
    })
    expect(net.sent).toEqual([])
  },
)

describe('with a request under way', () => {
  // One server and one session for all: none of these requests arrives, or does anything when it does.
  test.each(withRequest)(
    '%s ends by its signal and at its timeout, always with a named error',
    async (name) => {
      const started = await start()
      await signedInUser(started)
      const { context, net } = started

      net.faults.push(blackHole)
      const controller = new AbortController()
      const call = invoke(name, context, { signal: controller.signal })
      await vi.waitFor(() => expect(net.sent).toHaveLength(1), { timeout: 20_000 })
      controller.abort('enough')
      await expect(call).rejects.toMatchObject({ name: 'AbortError', cause: 'enough', retryable: false })

      net.faults.push(blackHole)
      await expect(invoke(name, context, { timeout: 20 })).rejects.toMatchObject({
        name: 'TimeoutError',
        retryable: true,
      })

      /** However often the call sends its request. */
      const always = (fault: Fault) => net.faults.splice(0, 9, fault, fault, fault)
      always(htmlPage)
      const page = await errorOf(invoke(name, context))
      expect(page).toMatchObject({ name: 'InvalidResponseException', metadata: { httpStatusCode: 503 } })
      expect((page as Error).cause).toBeInstanceOf(SyntaxError)

      always(offline)
      await expect(invoke(name, context)).rejects.toMatchObject({
        name: 'NetworkError',
        retryable: true,
        cause: new TypeError('fetch failed'),
      })

      always(json(400, { __type: 'NewException', message: 'Never heard of' }, { 'x-amzn-requestid': 'r' }))
      await expect(invoke(name, context)).rejects.toMatchObject({
        name: 'NewException',
        message: 'Never heard of',
        retryable: false,
        metadata: { httpStatusCode: 400, requestId: 'r' },
      })
    },
  )
})

test.each(withRequest)('%s ends at its timeout when the application’s headers never come', async (name) => {
  let areLate = false
  const started = await start({ headers: () => (areLate ? new Promise(() => {}) : {}) })
  await signedInUser(started)
  areLate = true
  await expect(invoke(name, started.context, { timeout: 20 })).rejects.toMatchObject({ name: 'TimeoutError' })
  expect(started.net.sent).toEqual([])
})

test.each<Name>([...forSignedIn, 'confirmSignIn', 'fetchAuthSession', 'signIn', 'signOut'])(
  '%s ends in its time when the storage never answers',
  async (name) => {
    const memory = auth.createMemoryStorage()
    let isStuck = false
    const storage: auth.KeyValueStorage = {
      ...memory,
      getItem: (key) => (isStuck ? new Promise(() => {}) : memory.getItem(key)),
    }
    const started = await start({ storage })
    await signedInUser(started)
    isStuck = true
    await expect(invoke(name, started.context, { timeout: 20 })).rejects.toMatchObject({
      name: 'TimeoutError',
    })
    expect(started.net.sent).toEqual([])
  },
)

test.each(['USER_PASSWORD_AUTH', 'USER_AUTH', 'CUSTOM_WITHOUT_SRP'] as const)(
  'signIn by %s, which looks for a remembered device first, ends at its timeout when the storage never answers',
  async (authFlowType) => {
    const storage: auth.KeyValueStorage = {
      ...auth.createMemoryStorage(),
      getItem: () => new Promise(() => {}),
    }
    const { context, net } = await start({ storage })
    const password = authFlowType === 'CUSTOM_WITHOUT_SRP' ? undefined : PASSWORD
    const input = { username: 'ada', password, options: { authFlowType } }
    await expect(auth.signIn(context, input, { timeout: 20 })).rejects.toMatchObject({ name: 'TimeoutError' })
    expect(net.sent).toEqual([])
  },
)

test('an undefined timeout means the default of the call', async () => {
  vi.useFakeTimers()
  try {
    const context = auth.createAuthContext(
      { Auth: { Cognito: { userPoolId: 'us-east-1_a', userPoolClientId: 'a' } } },
      { storage: { getItem: () => new Promise(() => {}), setItem() {}, removeItem() {}, clear() {} } },
    )
    const failed = errorOf(auth.getCurrentUser(context, { timeout: undefined }))
    await vi.advanceTimersByTimeAsync(5000)
    expect(await failed).toMatchObject({ name: 'TimeoutError' })
  } finally {
    vi.useRealTimers()
  }
})

test.each(names)('%s treats null like a missing value, and never throws a bare TypeError', async (name) => {
  const { context } = await start()
  for (const args of [[null], [null, null]]) {
    const error = await errorOf(calls[name](context, ...args))
    expect(error === undefined || error instanceof auth.AuthError, `${error}`).toBe(true)
  }
})

test.each(names.filter((name) => inputs[name]))(
  '%s with its context in a later position rejects with InvalidAmplifyContextError',
  async (name) => {
    const { context, net } = await start()
    await expect(calls[name](inputs[name], context)).rejects.toMatchObject({
      name: 'InvalidAmplifyContextError',
    })
    expect(net.sent).toEqual([])
  },
)

test('no call with a context of its own touches the default one', async () => {
  const touched: string[] = []
  const trap = (what: string) => () => {
    touched.push(what)
    throw new Error(`${what} of the default context`)
  }
  const started = await start()
  // Another user pool, on a platform that remembers who asks.
  auth.configure(
    { Auth: { Cognito: { userPoolId: 'eu-west-1_default', userPoolClientId: 'default' } } },
    {
      storage: { getItem: trap('getItem'), setItem: trap('setItem'), removeItem: trap('removeItem') },
      fetch: trap('fetch'),
      clock: trap('clock'),
      headers: trap('headers'),
    },
  )
  const events: string[] = []
  const stop = auth.Hub.listen('auth', ({ payload }) => events.push(payload.event))
  vi.stubGlobal('fetch', trap('the platform’s fetch'))
  await expect(auth.getCurrentUser()).rejects.toBeDefined()
  expect(touched).not.toEqual([])
  touched.length = 0

  // Every call there is, in an order that makes sense, with all its requests.
  const { context, server, net } = started
  const done = new Set<string>()
  const run = async (name: Name, input?: object) => {
    done.add(name)
    return await calls[name](context, ...(input ? [input] : []))
  }
  await run('signUp', { username, password, options: { userAttributes: {}, autoSignIn: true } })
  await run('resendSignUpCode', { username })
  await run('confirmSignUp', { username, confirmationCode: lastCode(started, username) })
  await run('autoSignIn')
  await run('fetchUserAttributes')
  await run('fetchAuthSession', { forceRefresh: true })
  server.clock.advance(3601)
  await run('getCurrentUser')
  await run('updateUserAttribute', { userAttribute: { attributeKey: 'name', value: 'Ada' } })
  const email = 'countess@example.com'
  await run('updateUserAttributes', { userAttributes: { email } })
  await run('sendUserAttributeVerificationCode', { userAttributeKey: 'email' })
  await run('confirmUserAttribute', { userAttributeKey: 'email', confirmationCode: lastCode(started, email) })
  await run('deleteUserAttributes', { userAttributeKeys: ['name'] })
  await run('fetchMFAPreference')
  const admin = await administrator(started)
  await admin.setUserPoolMfaConfig({
    UserPoolId: (await server.ready).userPoolId,
    MfaConfiguration: 'OPTIONAL',
    SoftwareTokenMfaConfiguration: { Enabled: true },
  })
  // The cast is true of this call, and only the table forgets it.
  const { sharedSecret } = (await run('setUpTOTP')) as auth.SetUpTOTPOutput
  await run('verifyTOTPSetup', { code: totp(sharedSecret, server.clock.now()) })
  await run('updateMFAPreference', { totp: 'DISABLED' })
  await run('updatePassword', { oldPassword: password, newPassword: 'Battery-Staple-2' })
  await run('signOut', { global: true })
  await run('resetPassword', { username: email })
  const confirmationCode = lastCode(started, email)
  await run('confirmResetPassword', { username: email, newPassword: password, confirmationCode })
  net.faults.push(
    json(200, { ChallengeName: 'NEW_PASSWORD_REQUIRED', Session: 's', ChallengeParameters: {} }),
  )
  await run('signIn', { username: email, password })
  net.faults.push(json(400, { __type: 'InvalidPasswordException', message: 'weak' }))
  await run('confirmSignIn', { challengeResponse: 'weak' }).catch(() => {})
  await admin.updateUserPool({
    UserPoolId: (await server.ready).userPoolId,
    AutoVerifiedAttributes: ['email'],
    DeviceConfiguration: { ChallengeRequiredOnNewDevice: true },
  })
  await run('signIn', { username: email, password })
  await run('fetchDevices')
  await run('rememberDevice')
  await run('forgetDevice')
  await admin.updateUserPool({
    UserPoolId: (await server.ready).userPoolId,
    AutoVerifiedAttributes: ['email'],
    Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'WEB_AUTHN'] } },
  })
  await admin.updateUserPoolClient({
    UserPoolId: (await server.ready).userPoolId,
    ClientId: started.userPoolClientId,
    ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_USER_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
  })
  const { passkey } = stubPlatform('with JSON')
  await run('associateWebAuthnCredential')
  await run('listWebAuthnCredentials')
  await auth.signOut(context)
  await run('signInWithPasskey')
  await run('deleteWebAuthnCredential', { credentialId: passkey.id })
  await run('deleteUser')
  const oauth = {
    domain: 'login.example',
    scopes: [],
    redirectSignIn: ['app://callback'],
    redirectSignOut: ['app://'],
    responseType: 'code',
  }
  Object.assign(context.config.Auth?.Cognito ?? {}, { loginWith: { oauth } })
  await run('signInWithRedirect', { options: { authSessionOpener: async () => {} } })
  await run('completeSignInWithRedirect', { url: 'app://callback?state=another' })

  expect([...done].sort()).toEqual(names)
  expect(touched).toEqual([])
  expect(events).toEqual([])
  stop()
})

test('a call for the signed-in user sends one request, and none to an identity pool', async () => {
  const started = await start()
  const { config, anotherContext } = started
  Object.assign((config.Auth as { Cognito: object }).Cognito, { identityPoolId: 'us-east-1:1' })
  const context = anotherContext()
  await signedInUser({ ...started, context })
  for (const name of forSignedIn) {
    started.net.sent.length = 0
    const answered = name === 'getCurrentUser' ? [] : [json(400, { __type: 'NewException' })]
    started.net.faults.push(...answered)
    await errorOf(invoke(name, context))
    expect(started.net.sent, name).toHaveLength(answered.length)
  }
})

test('every value may be stored asynchronously', async () => {
  const items = new Map<string, string>()
  const later = <Value>(value: () => Value) =>
    new Promise<Value>((resolve) => setTimeout(() => resolve(value()), 1))
  const storage: auth.KeyValueStorage = {
    getItem: (key) => later(() => items.get(key) ?? null),
    setItem: (key, value) => later(() => items.set(key, value)),
    removeItem: (key) => later(() => items.delete(key)),
  }
  const started = await start({ storage })
  await confirmedUser(started)
  const { context, net } = started
  net.faults.push(
    json(200, { ChallengeName: 'NEW_PASSWORD_REQUIRED', Session: 's', ChallengeParameters: {} }),
  )
  await auth.signIn(context, { username, password })
  expect(items.get('CognitoSignInState.signInSession')).toBe('s')
  await auth.signIn(context, { username, password })
  expect([...items.keys()].filter((key) => key.startsWith('CognitoSignInState.'))).toEqual([])
  await auth.fetchAuthSession(context, { forceRefresh: true })
  expect(await auth.getCurrentUser(context)).toMatchObject({ signInDetails: { loginId: username } })
  await auth.signOut(context)
  // Nothing is left to be done when a call has ended.
  expect([...items.keys()]).toEqual([])
  await auth.signIn(context, { username, password })
  net.faults.push(answerLost)
  await errorOf(auth.deleteUser(context))
  expect(items.size).toBeGreaterThan(0)
})
