import { connect, type Socket } from 'node:net'
import { createServer, type ServerOptions } from '@amulet/server'
import { expect, onTestFinished, test } from 'vitest'
import { listen } from '../src/http/listen.js'
import { createRateLimit } from '../src/http/rate-limit.js'
import { sendSigned, startProduction } from './production.js'
import { type Started, start } from './start.js'
import { stillClock } from './still-clock.js'

const TOO_MANY = { __type: 'TooManyRequestsException', message: 'Too many requests' }

/** Whether an operation that is open to all is answered, for a client as the proxy in front saw it. */
async function isAnswered({ server }: Started, forwardedFor: string): Promise<boolean> {
  const response = await server.fetch(
    new Request('http://localhost/', {
      method: 'POST',
      headers: {
        'x-amz-target': 'AWSCognitoIdentityProviderService.GetUser',
        'x-forwarded-for': forwardedFor,
      },
      body: '{"AccessToken":"nonsense"}',
    }),
  )
  const body = await response.json()
  if (body.__type === 'NotAuthorizedException') return true
  expect([response.status, body]).toEqual([400, TOO_MANY])
  return false
}

async function answersOf(app: Started, forwardedFor: string, requests: number): Promise<number> {
  let answered = 0
  for (let i = 0; i < requests; i++) if (await isAnswered(app, forwardedFor)) answered++
  return answered
}

// No tokens come in while the requests go out.
const limited = (options: ServerOptions = {}) =>
  startProduction({
    rateLimit: { perSecond: 2, burst: 5 },
    trustProxy: true,
    clock: stillClock(),
    ...options,
  })

test('a client address gets its burst, then its rate, and others are not delayed', async () => {
  const app = await limited()
  expect(await answersOf(app, '192.0.2.1', 8)).toBe(5)
  expect(await answersOf(app, '192.0.2.2', 5)).toBe(5)
  app.server.clock.advance(1)
  expect(await answersOf(app, '192.0.2.1', 5)).toBe(2)
  app.server.clock.advance(3600)
  expect(await answersOf(app, '192.0.2.1', 8)).toBe(5)
})

test('only the last entry of X-Forwarded-For is the proxy’s; what the client wrote before it counts for nothing', async () => {
  const app = await limited()
  expect(await answersOf(app, '192.0.2.1', 5)).toBe(5)
  expect(await isAnswered(app, '203.0.113.9, 192.0.2.1')).toBe(false)
  expect(await isAnswered(app, '203.0.113.9,::ffff:192.0.2.1')).toBe(false)
  expect(await isAnswered(app, '192.0.2.1, 203.0.113.9')).toBe(true)
})

test('the addresses of one IPv6 network count as one', async () => {
  const app = await limited()
  expect(await answersOf(app, '2001:db8:0:1::a', 5)).toBe(5)
  expect(await isAnswered(app, '2001:0db8::1:ffff:ffff:ffff:ffff')).toBe(false)
  expect(await isAnswered(app, '2001:db8:0:2::a')).toBe(true)
})

test('administrators are not limited', async () => {
  const app = await limited()
  const headers = { 'x-forwarded-for': '192.0.2.1' }
  expect(await answersOf(app, '192.0.2.1', 6)).toBe(5)
  for (let i = 0; i < 8; i++)
    expect(
      (
        await sendSigned(
          app,
          'ListUserPools',
          { MaxResults: 1 + i },
          { headers, unsigned: ['x-forwarded-for'] },
        )
      ).status,
    ).toBe(200)
  expect(await isAnswered(app, '192.0.2.1')).toBe(false)
})

test('a request with wrong credentials of an administrator counts towards the limit', async () => {
  const app = await limited()
  const attempt = async () => {
    const response = await app.server.fetch(
      new Request('http://localhost/', {
        method: 'POST',
        headers: {
          'x-amz-target': 'AWSCognitoIdentityProviderService.ListUserPools',
          'x-forwarded-for': '192.0.2.1',
        },
        body: '{"MaxResults":1}',
      }),
    )
    return (await response.json()).__type
  }
  for (let i = 0; i < 5; i++) expect(await attempt()).toBe('MissingAuthenticationTokenException')
  expect(await attempt()).toBe('TooManyRequestsException')
  expect(await isAnswered(app, '192.0.2.1')).toBe(false)
})

test.each([
  ['/confirmUser?client_id=a'],
  ['/us-east-1_Example01/.well-known/jwks.json'],
  ['/us-east-1_Example01/.well-known/openid-configuration'],
  ['/us-east-1_Example01/saml2/metadata'],
  ['/oauth2/userInfo'],
  ['/oauth2/authorize'],
  ['/oauth2/idpresponse'],
  ['/saml2/logout'],
  ['/logout'],
  ['/error'],
  ['/login'],
  ['/branding/x'],
])('requests without credentials count towards the limit too: %s', async (path) => {
  const app = await limited()
  const statuses: number[] = []
  for (let i = 0; i < 6; i++) {
    const page = await app.server.fetch(
      new Request(`http://localhost${path}`, { headers: { 'x-forwarded-for': '192.0.2.1' } }),
    )
    statuses.push(page.status)
  }
  expect(statuses.slice(0, 5)).not.toContain(429)
  expect(statuses[5]).toBe(429)
  expect(await isAnswered(app, '192.0.2.1')).toBe(false)
})

const probe = async ({ server }: Started, path: string, address: string, token?: string) => {
  const headers = { 'x-forwarded-for': address, ...(token && { authorization: `Bearer ${token}` }) }
  return (await server.fetch(new Request(`http://localhost/_amulet/${path}`, { headers }))).status
}

test('readiness checks are limited by address, apart from everything else', async () => {
  const app = await limited()
  // Where the address of a proxy is all that is known, a flood of requests is no reason to take the server away.
  expect(await answersOf(app, '192.0.2.1', 8)).toBe(5)
  for (let i = 0; i < 5; i++) expect(await probe(app, 'ready', '192.0.2.1')).toBe(200)
  expect(await probe(app, 'ready', '192.0.2.1')).toBe(429)
  expect(await probe(app, 'ready', '192.0.2.2')).toBe(200)
  expect(await probe(app, 'health', '192.0.2.1')).toBe(200)
  app.server.clock.advance(1)
  expect(await probe(app, 'ready', '192.0.2.1')).toBe(200)
})

test('guesses at the token of the metrics are limited, and over the limit the right one gets no answer either', async () => {
  const app = await limited({ metricsToken: 'a-token-for-the-metrics' })
  for (let i = 0; i < 5; i++) expect(await probe(app, 'metrics', '192.0.2.1', `guess-${i}`)).toBe(401)
  expect(await probe(app, 'metrics', '192.0.2.1', 'a-token-for-the-metrics')).toBe(429)
  expect(await probe(app, 'metrics', '192.0.2.1', 'guess-6')).toBe(429)
  expect(await probe(app, 'metrics', '192.0.2.2', 'a-token-for-the-metrics')).toBe(200)
  app.server.clock.advance(1)
  expect(await probe(app, 'metrics', '192.0.2.1', 'a-token-for-the-metrics')).toBe(200)
})

async function flood(app: Started, requests: number, headers: Record<string, string> = {}) {
  const { url } = await app.server.listen()
  const types = new Map<string, number>()
  for (let i = 0; i < requests; i++) {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'x-amz-target': 'AWSCognitoIdentityProviderService.GetUser', ...headers },
      body: '{"AccessToken":"nonsense"}',
    })
    const { __type } = await response.json()
    types.set(__type, (types.get(__type) ?? 0) + 1)
  }
  return Object.fromEntries(types)
}

test('without a trusted proxy the client address is that of the connection, whatever the headers say', async () => {
  const app = await limited({ trustProxy: false, rateLimit: { perSecond: 2, burst: 3 } })
  expect(await flood(app, 5, { 'x-forwarded-for': '203.0.113.9' })).toEqual({
    NotAuthorizedException: 3,
    TooManyRequestsException: 2,
  })
})

test('a header without an address is ignored, and the address is that of the connection', async () => {
  const app = await limited({ rateLimit: { perSecond: 2, burst: 3 } })
  const answers = [
    await flood(app, 2, { 'x-forwarded-for': 'unknown' }),
    await flood(app, 2, { 'x-forwarded-for': '_hidden' }),
    await flood(app, 2, { 'x-forwarded-for': '203.0.113.9' }),
  ]
  expect(answers).toEqual([
    { NotAuthorizedException: 2 },
    { NotAuthorizedException: 1, TooManyRequestsException: 1 },
    { NotAuthorizedException: 2 },
  ])
})

test('production has a limit by default, development has none, and both can be configured', async () => {
  const burst = async (app: Started) => await answersOf(app, '192.0.2.1', 601)
  const options = { trustProxy: true, clock: stillClock() }
  expect(await burst(await startProduction(options))).toBe(600)
  expect(await burst(await startProduction({ ...options, rateLimit: false }))).toBe(601)
  expect(await burst(await start(options))).toBe(601)
  expect(await burst(await start({ ...options, rateLimit: {} }))).toBe(600)
})

test('any number of addresses does not fill the memory', () => {
  const mayCall = createRateLimit({ perSecond: 1, burst: 1 }, { now: () => 0, advance() {} })
  for (let i = 0; i < 300_000; i++) mayCall(`10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`)
  // The newest are remembered, the oldest forgotten.
  expect(mayCall('10.4.147.223')).toBe(false)
  expect(mayCall('10.0.0.0')).toBe(true)
})

test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])(
  'a limit of %s requests a second is refused at the start',
  async (perSecond) => {
    await expect(createServer({ rateLimit: { perSecond } }).ready).rejects.toMatchObject({
      name: 'StartError',
      message: `\`rateLimit.perSecond\` is a number of requests above 0, not ${perSecond}; \`rateLimit: false\` sets no limit.`,
    })
  },
)

test.each([0, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])(
  'a burst of %s requests is none, and the start says so',
  async (burst) => {
    await expect(createServer({ rateLimit: { burst } }).ready).rejects.toMatchObject({
      name: 'StartError',
      message: `\`rateLimit.burst\` is a number of requests, 1 or more, not ${burst}.`,
    })
  },
)

test('a limit of less than one request a second allows a first request at once', () => {
  let now = 0
  const mayCall = createRateLimit({ perSecond: 0.4 }, { now: () => now, advance() {} })
  expect([mayCall('192.0.2.1'), mayCall('192.0.2.1')]).toEqual([true, false])
  now = 2500
  expect([mayCall('192.0.2.1'), mayCall('192.0.2.1')]).toEqual([true, false])
})

test('of many addresses the idle ones are forgotten, and not the one that has used up its requests', () => {
  let now = 0
  const mayCall = createRateLimit({ perSecond: 1, burst: 1 }, { now: () => now, advance() {} })
  const busy = '192.0.2.1'
  mayCall(busy)
  for (let i = 0; i < 99_999; i++) mayCall(`10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`)
  now = 2000
  expect([mayCall(busy), mayCall('192.0.2.2'), mayCall(busy)]).toEqual([true, true, false])
})

test('a body of more than a megabyte is refused with a message, and the connection stays open', async () => {
  const app = await startProduction()
  const { url } = await app.server.listen()
  const post = (body: string) =>
    fetch(url, {
      method: 'POST',
      headers: { 'x-amz-target': 'AWSCognitoIdentityProviderService.GetUser' },
      body,
    })
  const large = await post(JSON.stringify({ AccessToken: 'x'.repeat(1_100_000) }))
  expect([large.status, (await large.json()).__type]).toEqual([413, 'RequestEntityTooLargeException'])
  expect((await (await post('{"AccessToken":"x"}')).json()).__type).toBe('NotAuthorizedException')
})

test('a connection whose request takes too long is cut off', async () => {
  const app = await startProduction()
  const { url } = await app.server.listen()
  const started = performance.now()
  const closed = (head: string) =>
    new Promise<string>((resolve) => {
      const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(head))
      onTestFinished(() => void socket.destroy())
      let received = ''
      socket.setEncoding('utf8').on('data', (text: string) => {
        received += text
      })
      socket.on('error', () => {})
      socket.on('close', () => resolve(received))
    })
  expect(await closed('POST / HTTP/1.1\r\nHost: localhost\r\n')).toMatch(/^HTTP\/1\.1 408 /)
  // A whole request has thirty seconds.
  expect(performance.now() - started).toBeLessThan(29_000)
})

test('a client that does not read its answer is cut off, and a slow or waiting one is not', async () => {
  const over: string[] = []
  let cutOff = () => {}
  const unread = new Promise<void>((resolve) => {
    cutOff = resolve
  })
  const listener = await listen(
    async (request, connection) => {
      const { pathname } = new URL(request.url)
      // It came over a network.
      const { socket } = connection.incoming as { socket: Socket }
      socket.on('close', () => {
        over.push(pathname)
        if (pathname === '/unread') cutOff()
      })
      if (pathname === '/late') await unread
      // More than the system keeps for a socket.
      return new Response(pathname === '/late' ? 'late' : new Uint8Array(64 * 1024 * 1024))
    },
    { port: 0, host: '127.0.0.1' },
  )
  onTestFinished(() => listener.close(0))
  const ask = (path: string) => {
    const socket = connect(Number(new URL(listener.url).port), '127.0.0.1')
    socket.on('error', () => {})
    onTestFinished(() => void socket.destroy())
    socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`)
    return socket
  }
  const slow = ask('/slow')
  const reading = setInterval(() => slow.read(), 50)
  onTestFinished(() => clearInterval(reading))
  const late = text(ask('/late').setEncoding('utf8'))
  ask('/unread')
  await unread
  expect(over).toEqual(['/unread'])
  expect(await late).toMatch(/^HTTP\/1\.1 200 .*late/s)
})

/** The first that comes of an answer. */
const text = (socket: Socket) =>
  new Promise<string>((resolve) => {
    let received = ''
    socket.on('data', (part: string) => {
      received += part
      if (received.endsWith('late')) resolve(received)
    })
  })
