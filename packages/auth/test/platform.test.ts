import {
  AuthError,
  createAuthContext,
  decodeJWT,
  getCurrentUser,
  isAuthError,
  resetPassword,
  signIn,
  signUp,
} from '@amulet/auth'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { confirmedUser, PASSWORD, start } from './start.js'

// Platforms that lack something, or have something that does not fit: Node with jsdom, React Native, old browsers.

const username = 'ada@example.com'

afterEach(() => vi.unstubAllGlobals())

/** Takes a global away for one call, as a platform has it that never had one. */
async function without(name: keyof typeof globalThis, call: () => Promise<unknown>): Promise<unknown> {
  const descriptor = Object.getOwnPropertyDescriptor(globalThis, name) ?? expect.fail(`no ${name}`)
  Reflect.deleteProperty(globalThis, name)
  try {
    return await call()
  } finally {
    Object.defineProperty(globalThis, name, descriptor)
  }
}

describe('a platform without', () => {
  test.each(['Request', 'AbortController', 'crypto', 'TextEncoder', 'Headers'] as const)(
    '%s is reported by name',
    async (name) => {
      const started = await start()
      await confirmedUser(started)
      const error = await without(name, () =>
        signIn(started.context, { username, password: PASSWORD }).catch((error) => error),
      )
      expect(error).toMatchObject({
        name: 'PlatformNotSupported',
        message: expect.stringContaining(name),
        recoverySuggestion: expect.stringMatching(/./),
        cause: expect.any(Error),
        retryable: false,
      })
      // With it, the same call goes through.
      expect(await signIn(started.context, { username, password: PASSWORD })).toMatchObject({
        isSignedIn: true,
      })
    },
  )

  test.each([
    ['Request', undefined, /Request/],
    ['AbortController', undefined, /AbortController/],
    ['crypto', undefined, /crypto\.getRandomValues/],
    ['crypto', {}, /crypto\.getRandomValues/],
  ])('a %s that is %j is reported as well', async (name, value, message) => {
    const started = await start()
    await confirmedUser(started)
    vi.stubGlobal(name, value)
    const error = await signIn(started.context, { username, password: PASSWORD }).catch((error) => error)
    expect(error).toMatchObject({ name: 'PlatformNotSupported', message: expect.stringMatching(message) })
  })

  test('fetch is reported by name, and not as a network error', async () => {
    const { config } = await start()
    const context = createAuthContext(config)
    await expect(without('fetch', () => resetPassword(context, { username }))).rejects.toMatchObject({
      name: 'PlatformNotSupported',
      message: expect.stringContaining('fetch'),
    })
  })
})

test('any unforeseen error becomes Unknown, with the message of what was thrown', async () => {
  const { anotherContext } = await start()
  const context = anotherContext({ headers: () => ({ 'x-trace': 'two\nlines' }) })
  await expect(signUp(context, { username, password: PASSWORD })).rejects.toMatchObject({
    name: 'Unknown',
    message: 'An unknown error has occurred.',
    recoverySuggestion: expect.stringContaining('two'),
    cause: expect.any(TypeError),
  })
})

test('a Request that refuses the signal, as Node’s does jsdom’s, is made without it, and the call still ends', async () => {
  const started = await start()
  await confirmedUser(started)
  class AnotherSignal extends EventTarget {
    aborted = false
  }
  const Native = Request
  vi.stubGlobal(
    'AbortController',
    class {
      signal = new AnotherSignal()
      abort() {
        this.signal.aborted = true
      }
    },
  )
  vi.stubGlobal(
    'Request',
    class extends Native {
      constructor(url: string, init: RequestInit) {
        if (init.signal instanceof AnotherSignal)
          throw new TypeError('RequestInit: Expected signal to be an instance of AbortSignal.')
        super(url, init)
      }
    },
  )
  expect(await signIn(started.context, { username, password: PASSWORD })).toMatchObject({ isSignedIn: true })
  expect(await getCurrentUser(started.context)).toBeDefined()
  const hanging = started.anotherContext({ fetch: () => new Promise(() => {}) })
  await expect(resetPassword(hanging, { username }, { timeout: 20 })).rejects.toMatchObject({
    name: 'TimeoutError',
  })
})

describe('another copy of the package', () => {
  test('makes errors that this copy recognizes', async () => {
    vi.resetModules()
    const copy = await import('../src/index.js')
    const error = await copy.signIn({ username, password: PASSWORD }).catch((error) => error)
    expect(error instanceof copy.AuthError && !(error instanceof AuthError)).toBe(true)
    expect(isAuthError(error)).toBe(true)
    expect(isAuthError(error, 'AuthTokenConfigException')).toBe(true)
    expect(isAuthError(error, 'NetworkError')).toBe(false)
  })

  test('has errors that pass through our calls unchanged', async () => {
    vi.resetModules()
    const copy = await import('../src/errors.js')
    const { anotherContext } = await start()
    const mine = new copy.AuthError({ name: 'Mine', message: 'mine' })
    const context = anotherContext({ headers: () => Promise.reject(mine) })
    expect(await resetPassword(context, { username }).catch((error) => error)).toBe(mine)
  })

  test.each([undefined, null, '', 'AuthError', {}, new Error('no'), { name: 'Mine', retryable: false }])(
    'has nothing to do with %j',
    (error) => expect(isAuthError(error)).toBe(false),
  )

  test('does not claim what is thrown without a name', () => {
    expect(() => decodeJWT('x')).toThrow('Invalid token')
  })
})
