import {
  type AuthContext,
  AuthError,
  deleteUserAttributes,
  fetchAuthSession,
  fetchUserAttributes,
  resendSignUpCode,
  resetPassword,
  signIn,
  signOut,
  signUp,
  updateMFAPreference,
} from '@amulet/auth'
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import packageJson from '../package.json' with { type: 'json' }
import { version } from '../src/version.js'
import {
  answerLost,
  blackHole,
  htmlPage,
  json,
  offline,
  PASSWORD,
  signedInUser,
  start,
  tooMany,
} from './start.js'

const input = { username: 'ada@example.com', password: PASSWORD }

afterEach(() => vi.unstubAllGlobals())

describe('a request', () => {
  test('has the headers of the protocol and nothing else of ours', async () => {
    const { context, net } = await start()
    await signUp(context, input)
    const { headers, url } = net.sent[0] ?? expect.fail('nothing was sent')
    expect(url).toBe('https://cognito-idp.us-east-1.amazonaws.com/')
    expect(Object.fromEntries(headers)).toEqual({
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'AWSCognitoIdentityProviderService.SignUp',
      'cache-control': 'no-store',
      'x-amz-user-agent': `amulet-auth/${version}`,
      'amz-sdk-invocation-id': expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      'amz-sdk-request': 'attempt=1; max=3',
    })
    expect(version).toBe(packageJson.version)
  })

  test('has an id of its own even where a page without https has no UUIDs', async () => {
    const { context, net } = await start()
    vi.stubGlobal('crypto', { getRandomValues: crypto.getRandomValues.bind(crypto) })
    for (const username of ['ada@example.com', 'bob@example.com'])
      await signUp(context, { ...input, username })
    const ids = net.sent.map(({ headers }) => headers.get('amz-sdk-invocation-id'))
    expect(ids).toEqual([expect.stringMatching(/./), expect.stringMatching(/./)])
    expect(ids[0]).not.toBe(ids[1])
  })

  test('carries the headers the application adds, and tells both products', async () => {
    const { context, net } = await start({
      headers: async () => ({ 'x-trace': '7', 'X-Amz-User-Agent': 'app/1', 'cache-control': 'max-age=0' }),
    })
    await signUp(context, input)
    const { headers } = net.sent[0] ?? expect.fail('nothing was sent')
    expect(headers.get('x-trace')).toBe('7')
    expect(headers.get('x-amz-user-agent')).toBe(`app/1 amulet-auth/${version}`)
    expect(headers.get('cache-control')).toBe('max-age=0')
  })

  test('goes to the endpoint of the configuration, whole, and without a warning', async () => {
    const { anotherContext, config, net } = await start()
    const { Cognito } = config.Auth as { Cognito: { userPoolEndpoint?: string } }
    Cognito.userPoolEndpoint = 'https://example.com/pool/'
    const warn = vi.spyOn(console, 'warn')
    onTestFinished(() => warn.mockRestore())
    await signUp(anotherContext(), input).catch(() => {})
    expect(warn).not.toHaveBeenCalled()
    expect(net.sent[0]?.url).toBe('https://example.com/pool/')
  })

  test('carries what the page’s script for threat protection has collected', async () => {
    const { context, net } = await start()
    const getData = vi.fn().mockReturnValueOnce('encoded').mockReturnValueOnce(undefined)
    vi.stubGlobal('AmazonCognitoAdvancedSecurityData', { getData })
    await signUp(context, input)
    await signUp(context, input).catch(() => {})
    expect(net.sent.map(({ body }) => body.UserContextData)).toEqual([{ EncodedData: 'encoded' }, undefined])
    expect(getData).toHaveBeenCalledWith(input.username, expect.any(String), expect.any(String))
  })
})

test.each([
  ['eu-west-1_x', 'https://cognito-idp.eu-west-1.amazonaws.com/'],
  ['cn-north-1_x', 'https://cognito-idp.cn-north-1.amazonaws.com.cn/'],
  ['us-gov-west-1_x', 'https://cognito-idp.us-gov-west-1.amazonaws.com/'],
])('the pool %s is asked at %s', async (userPoolId, url) => {
  const { anotherContext, config, net } = await start()
  Object.assign((config.Auth as { Cognito: object }).Cognito, { userPoolId })
  await signUp(anotherContext(), input)
  expect(net.sent[0]?.url).toBe(url)
})

test.each(['nonsense', '_x'])('the pool id %s is InvalidUserPoolId', async (userPoolId) => {
  const { anotherContext, config, net } = await start()
  Object.assign((config.Auth as { Cognito: object }).Cognito, { userPoolId })
  await expect(signUp(anotherContext(), input)).rejects.toMatchObject({
    name: 'InvalidUserPoolId',
    message: 'Invalid user pool id provided.',
  })
  expect(net.sent).toEqual([])
})

describe('the endpoint', () => {
  const configured = async (userPoolEndpoint: string, options = {}) => {
    const { anotherContext, config, net } = await start()
    Object.assign((config.Auth as { Cognito: object }).Cognito, { userPoolEndpoint })
    return { context: anotherContext(options), net }
  }

  test.each([
    '',
    '/pool',
    'nonsense',
    'localhost:9230',
    'ftp://localhost/',
    'https://',
    'https://me:secret@localhost/',
  ])('%j is refused by name, and nothing is sent: not to the page’s own server either', async (endpoint) => {
    for (const { context, net } of [
      await configured(endpoint),
      await configured('https://example.com/', { endpoint }),
    ]) {
      await expect(signIn(context, input)).rejects.toMatchObject({
        name: 'InvalidUserPoolEndpoint',
        message: 'Invalid user pool endpoint provided.',
        recoverySuggestion: expect.stringContaining('userPoolEndpoint'),
        retryable: false,
      })
      expect(net.sent).toEqual([])
    }
  })

  test.each([
    'http://localhost:9230',
    'https://[::1]:9230/us-east-1_x',
    'HTTPS://bücher.example/a path?with=more',
  ])('%s is sent to', async (endpoint) => {
    const { context, net } = await configured(endpoint)
    await signUp(context, input).catch(() => {})
    expect(net.sent[0]?.url).toBe(new URL(endpoint).href)
  })

  test('of the options takes the place of the one in the configuration', async () => {
    const { context, net } = await configured('https://example.com/', { endpoint: 'http://localhost:9230/' })
    await signUp(context, input)
    expect(net.sent[0]?.url).toBe('http://localhost:9230/')
  })
})

describe('an error of the service', () => {
  test.each<[string, object, Record<string, string>]>([
    ['a header', {}, { 'x-amzn-errortype': 'CodeMismatchException:http://internal.amazon.com/coral/' }],
    ['__type with a namespace', { __type: 'com.amazonaws.cognito#CodeMismatchException' }, {}],
    ['code', { code: 'CodeMismatchException,more' }, {}],
  ])('has the name given by %s', async (_, body, headers) => {
    const { context, net } = await start()
    net.faults.push(
      json(400, { ...body, Message: 'No' }, { ...headers, 'x-amzn-requestid': 'r-1', 'x-amz-id-2': 'e-1' }),
    )
    await expect(signUp(context, input)).rejects.toMatchObject({
      name: 'CodeMismatchException',
      message: 'No',
      retryable: false,
      metadata: { httpStatusCode: 400, requestId: 'r-1', extendedRequestId: 'e-1' },
    })
  })

  test('has the name of a gateway’s numeric code, and is tried again like every fault', async () => {
    const { context, net } = await start()
    const gateway = json(503, { code: 503, message: 'Service Unavailable' })
    net.faults.push(gateway, gateway, gateway)
    await expect(resetPassword(context, { username: 'ada@example.com' })).rejects.toMatchObject({
      name: '503',
      message: 'Service Unavailable',
      retryable: true,
      metadata: { httpStatusCode: 503 },
    })
  })

  test('without a name is UnknownError, with the names of what the answer has as its cause', async () => {
    const { context, net } = await start()
    net.faults.push(json(403, { blocked: true, rule: 7 }))
    await expect(signUp(context, input)).rejects.toMatchObject({
      name: 'UnknownError',
      message: 'Unknown error',
      cause: { members: ['blocked', 'rule'] },
      metadata: { httpStatusCode: 403 },
    })
  })

  test('is one class, whatever happened, and serializes to what a log needs', async () => {
    const { context, net } = await start()
    net.faults.push(json(400, { __type: 'InvalidPasswordException', message: 'Too short' }))
    const error = await signUp(context, input).catch((error) => error)
    expect(error).toBeInstanceOf(AuthError)
    expect(error).toBeInstanceOf(Error)
    expect(Object.keys(error).sort()).toEqual([
      'metadata',
      'name',
      'recoverySuggestion',
      'retryable',
      'underlyingError',
    ])
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      name: 'InvalidPasswordException',
      retryable: false,
      metadata: { httpStatusCode: 400 },
    })
    expect(`${error}`).toBe('InvalidPasswordException: Too short')
  })

  test('is either retryable or not, whatever an application makes one of', () => {
    const made = { name: 'Mine', message: 'Mine', retryable: undefined }
    expect(new AuthError(made).retryable).toBe(false)
    expect(new AuthError({ ...made, retryable: true }).retryable).toBe(true)
  })
})

describe('no error carries tokens', () => {
  const tokens = { AccessToken: 'secret-access', RefreshToken: 'secret-refresh', IdToken: 'secret-id' }
  const body = JSON.stringify({ AuthenticationResult: tokens, Session: 'secret-session' })
  const answer = (status: number, text: string) => async () => new Response(text, { status })

  /** All that a log can hold of an error. */
  function everything(error: unknown): string {
    if (!(error instanceof Error)) return JSON.stringify(error) ?? ''
    return [error, error.stack, JSON.stringify(error), everything(error.cause)].join(' ')
  }

  test.each([
    ['a fault that has them', 'UnknownError', answer(500, body)],
    ['a refusal that has them', 'UnknownError', answer(400, body)],
    ['an answer cut in the middle', 'InvalidResponseException', answer(200, body.slice(0, 60))],
    ['an answer that is broken', 'InvalidResponseException', answer(200, '{"RefreshToken":secret-refresh}')],
    ['a short answer that is broken', 'InvalidResponseException', answer(200, '"secret" x')],
    ['a token alone', 'InvalidResponseException', answer(200, '"secret-access"')],
    ['tokens that cannot be read', 'Unknown', answer(200, body)],
  ])('after %s', async (_, name, fault) => {
    const started = await start()
    await signedInUser(started)
    started.net.faults.push(fault, fault, fault)
    const error = await fetchAuthSession(started.context, { forceRefresh: true }).catch((error) => error)
    expect(error).toMatchObject({ name })
    expect(everything(error)).not.toContain('secret')
    const again = started.anotherContext()
    started.net.faults.splice(0, 3, fault)
    const options = { authFlowType: 'USER_PASSWORD_AUTH' as const }
    const other = await signIn(again, { ...input, options }).catch((error) => error)
    expect(other).toMatchObject({ name })
    expect(everything(other)).not.toContain('secret')
  })
})

describe('no answer of the service', () => {
  test('but no network is NetworkError, with what the platform said as its cause', async () => {
    const { context, net } = await start()
    net.faults.push(offline)
    await expect(signUp(context, input)).rejects.toMatchObject({
      name: 'NetworkError',
      message: 'A network error has occurred.',
      retryable: true,
      cause: new TypeError('fetch failed'),
    })
  })

  test.each([
    ['a proxy’s page', htmlPage, 503],
    ['half a body', () => Promise.resolve(new Response('{"UserSub":"1', { status: 200 })), 200],
    ['a bare null', () => Promise.resolve(new Response('null', { status: 200 })), 200],
    ['a list', () => Promise.resolve(new Response(' []', { status: 200 })), 200],
  ])('but %s is InvalidResponseException', async (_, fault, httpStatusCode) => {
    const { context, net } = await start()
    net.faults.push(fault)
    const error = await signUp(context, input).catch((error) => error)
    expect(error).toMatchObject({
      name: 'InvalidResponseException',
      retryable: true,
      metadata: { httpStatusCode },
    })
    expect(error.cause).toBeInstanceOf(Error)
  })

  test('but an empty refusal is UnknownError, or what its header says', async () => {
    const { context, net } = await start()
    net.faults.push(() => Promise.resolve(new Response('', { status: 502 })))
    await expect(signUp(context, input)).rejects.toMatchObject({
      name: 'UnknownError',
      retryable: true,
      cause: {},
      metadata: { httpStatusCode: 502 },
    })
    const headers = { 'x-amzn-errortype': 'ForbiddenException' }
    net.faults.push(() => Promise.resolve(new Response('', { status: 403, headers })))
    await expect(signUp(context, input)).rejects.toMatchObject({
      name: 'ForbiddenException',
      retryable: false,
    })
  })

  test('within the time given rejects with TimeoutError, and the request is given up', async () => {
    const { anotherContext } = await start()
    let signal: AbortSignal | undefined
    const context = anotherContext({
      fetch: (request) => {
        signal = request.signal
        return new Promise(() => {})
      },
    })
    await expect(signUp(context, input, { timeout: 20 })).rejects.toMatchObject({
      name: 'TimeoutError',
      retryable: true,
    })
    expect(signal?.aborted).toBe(true)
  })

  test.each([
    ['Infinity', Number.POSITIVE_INFINITY],
    ['longer than a timer can count', 2 ** 31],
    ['as long as a timer can count', 2 ** 31 - 1],
  ])('however late, is waited for when the time given is %s', async (_, timeout) => {
    const { context, net } = await start()
    let isThere = false
    net.faults.push(async (forward) => {
      // A timer whose delay has wrapped around to nothing would go off before.
      await new Promise((resolve) => setTimeout(resolve, 20))
      isThere = true
      return forward()
    })
    expect(await signUp(context, input, { timeout })).toMatchObject({ isSignUpComplete: false })
    expect(isThere).toBe(true)
  })

  test('within half a minute rejects with TimeoutError when no time is given', async () => {
    const { context, net } = await start()
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    net.faults.push(blackHole)
    const call = signUp(context, input)
    let ended = false
    const outcome = call.catch((error) => {
      ended = true
      return error
    })
    await vi.advanceTimersByTimeAsync(29_999)
    expect(ended).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(await outcome).toMatchObject({ name: 'TimeoutError' })
  })

  test('ends with AbortError when the caller gives up, with the caller’s reason as its cause', async () => {
    const { context, net } = await start()
    net.faults.push(blackHole)
    const controller = new AbortController()
    const call = signUp(context, input, { signal: controller.signal })
    const reason = new Error('left the page')
    setTimeout(() => controller.abort(reason), 20)
    await expect(call).rejects.toMatchObject({ name: 'AbortError', retryable: false, cause: reason })
  })

  test('is asked for when the caller has given up before', async () => {
    const { context, net } = await start()
    await expect(signUp(context, input, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    })
    expect(net.sent).toEqual([])
  })
})

describe('a request is sent again', () => {
  test('when it was refused for the moment, whatever it does', async () => {
    const { context, net } = await start()
    net.faults.push(tooMany, json(429, { __type: 'SomethingException' }))
    expect(await signUp(context, input)).toMatchObject({ isSignUpComplete: false })
    expect(net.sent.map(({ headers }) => headers.get('amz-sdk-request'))).toEqual([
      'attempt=1; max=3',
      'attempt=2; max=3',
      'attempt=3; max=3',
    ])
    expect(new Set(net.sent.map(({ headers }) => headers.get('amz-sdk-invocation-id'))).size).toBe(1)
  })

  test('three times and no more', async () => {
    const { context, net } = await start()
    net.faults.push(tooMany, tooMany, tooMany, tooMany)
    await expect(signUp(context, input)).rejects.toMatchObject({
      name: 'TooManyRequestsException',
      retryable: true,
    })
    expect(net.sent).toHaveLength(3)
  })

  test('not after the limit of attempts has been reached: that is not throttling', async () => {
    const { context, net } = await start()
    net.faults.push(json(400, { __type: 'LimitExceededException', message: 'Attempt limit exceeded' }))
    await expect(resendSignUpCode(context, input)).rejects.toMatchObject({
      name: 'LimitExceededException',
      retryable: false,
    })
    expect(net.sent).toHaveLength(1)
  })

  test.each([
    ['a dropped connection', answerLost, 'NetworkError'],
    ['a fault of the service', json(500, { __type: 'InternalErrorException' }), 'InternalErrorException'],
    ['a proxy’s page', htmlPage, 'InvalidResponseException'],
  ])('not after %s if it may have created an account or counted an attempt', async (_, fault, name) => {
    const { context, net } = await start()
    net.faults.push(fault, fault)
    await expect(signUp(context, input)).rejects.toMatchObject({ name, retryable: true })
    await expect(signIn(context, input)).rejects.toMatchObject({ name })
    expect(net.operations()).toEqual(['SignUp', 'InitiateAuth'])
  })

  test.each<[string, (context: AuthContext) => Promise<unknown>]>([
    ['GetTokensFromRefreshToken', (context) => fetchAuthSession(context, { forceRefresh: true })],
    ['GetUser', (context) => fetchUserAttributes(context)],
    ['DeleteUserAttributes', (context) => deleteUserAttributes(context, { userAttributeKeys: ['name'] })],
    ['SetUserMFAPreference', (context) => updateMFAPreference(context, { email: 'DISABLED' })],
    ['RevokeToken', (context) => signOut(context)],
    ['GlobalSignOut', (context) => signOut(context, { global: true })],
  ])('after anything if it does no harm twice: %s', async (operation, call) => {
    const started = await start()
    await signedInUser(started)
    started.net.faults.push(offline, htmlPage)
    await call(started.context)
    expect(started.net.operations()).toEqual([operation, operation, operation])
  })

  test('not after the caller has given up', async () => {
    const { context, net } = await start()
    net.faults.push(tooMany, tooMany)
    await expect(signUp(context, input, { timeout: 100 })).rejects.toMatchObject({ name: 'TimeoutError' })
    expect(net.sent).toHaveLength(1)
  })
})

test('a call without a signed-in user sends nothing', async () => {
  const { context, net } = await start()
  await fetchUserAttributes(context).catch(() => {})
  expect(net.sent).toEqual([])
})
