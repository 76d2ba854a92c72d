import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { createHistogram } from 'node:perf_hooks'
import type { AmuletServer, LogEntry } from '@amulet/server'
import { expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '../src/db/database.js'
import { healthEndpoints } from '../src/http/health.js'
import { mergeMetrics } from '../src/http/merge-metrics.js'
import { createMetrics, processLines } from '../src/http/metrics.js'
import { startProduction } from './production.js'
import { call, start } from './start.js'
import { stillClock } from './still-clock.js'

const get = (server: AmuletServer, path: string, headers: Record<string, string> = {}) =>
  server.fetch(new Request(`http://localhost/_amulet/${path}`, { headers }))

test('endpoints for development do not exist in production', async () => {
  const { server } = await startProduction()
  for (const [method, path] of [
    ['GET', '/'],
    ['GET', '/_amulet/inbox'],
    ['DELETE', '/_amulet/inbox'],
    ['POST', '/_amulet/clock'],
    ['POST', '/_amulet/passkeys'],
    ['POST', '/_amulet/reset'],
    ['GET', '/_amulet/metrics'],
    ['GET', '/_amulet/'],
  ] as const) {
    const response = await server.fetch(
      new Request(`http://localhost${path}`, {
        method,
        headers: { accept: 'text/html' },
        ...(method === 'POST' && { body: '{"advanceSeconds":1}' }),
      }),
    )
    expect([method, path, response.status]).toEqual([method, path, 404])
  }
})

test('production starts with an empty database', async () => {
  const app = await startProduction()
  expect(app).toMatchObject({ userPoolId: '', userPoolClientId: '' })
})

test.each([
  { lacks: 'a root key', options: { rootKey: undefined }, says: /root key/ },
  { lacks: 'administrators', options: { adminCredentials: [] }, says: /administrators/ },
  {
    lacks: 'a secret worth the name',
    options: { adminCredentials: [{ accessKeyId: 'admin', secretAccessKey: 'admin' }] },
    says: /too short/,
  },
  {
    lacks: 'an access key id that fits in a signature',
    options: { adminCredentials: [{ accessKeyId: 'a/b', secretAccessKey: 'x'.repeat(40) }] },
    says: /letters, digits and underscores/,
  },
  { lacks: 'a token that cannot be guessed', options: { metricsToken: 'metrics' }, says: /too short/ },
])('production without $lacks does not start', async ({ options, says }) => {
  await expect(startProduction(options)).rejects.toMatchObject({
    name: 'StartError',
    message: expect.stringMatching(says),
  })
})

test('the process is up and ready as long as its database answers', async () => {
  const { server } = await startProduction()
  expect(await (await get(server, 'health')).json()).toEqual({ status: 'up' })
  const ready = await get(server, 'ready')
  expect([ready.status, await ready.json()]).toEqual([200, { status: 'ready' }])
  expect(ready.headers.get('cache-control')).toBe('no-store')
  await server.close()
  expect((await get(server, 'health')).status).toBe(200)
  expect((await get(server, 'ready')).status).toBe(503)
})

test('many readiness checks at the same moment ask the database once', async () => {
  const { db, space } = await openDatabase('sqlite::memory:')
  onTestFinished(() => db.destroy())
  let asked = 0
  const counting = db.withPlugin({
    transformQuery({ node }) {
      asked++
      return node
    },
    transformResult: async ({ result }) => result,
  })
  const app = healthEndpoints(
    { db: counting, space, clock: stillClock(), randomBytes },
    { isStopping: () => false },
  )
  const statuses = async (times: number) =>
    (await Promise.all(Array.from({ length: times }, () => app.request('/ready')))).map(
      ({ status }) => status,
    )
  expect(new Set(await statuses(50))).toEqual(new Set([200]))
  expect(asked).toBe(1)
  // The answer is not kept: a later request is told how it is then.
  await statuses(1)
  expect(asked).toBe(2)
  await db.destroy()
  expect(await statuses(1)).toEqual([503])
})

test('once there is room on the disk again, the readiness check writes no more', async () => {
  const { db, space } = await openDatabase('sqlite::memory:')
  onTestFinished(() => db.destroy())
  const statements: string[] = []
  const watched = db.withPlugin({
    transformQuery({ node }) {
      statements.push(node.kind)
      return node
    },
    transformResult: async ({ result }) => result,
  })
  space.ranOut = true
  const app = healthEndpoints(
    { db: watched, space, clock: stillClock(), randomBytes },
    { isStopping: () => false },
  )
  expect((await app.request('/ready')).status).toBe(200)
  expect(statements).toEqual(['RawNode', 'InsertQueryNode', 'DeleteQueryNode'])
  expect((await app.request('/ready')).status).toBe(200)
  expect(statements.slice(3)).toEqual(['RawNode'])
  expect(await db.selectFrom('consumed_challenges').select('id').execute()).toEqual([])
})

test('a server whose database does not answer reports in time that it is not ready', async () => {
  const { db, space } = await openDatabase('sqlite::memory:')
  onTestFinished(() => db.destroy())
  const silent = db.withPlugin({
    transformQuery: ({ node }) => node,
    transformResult: () => new Promise(() => {}),
  })
  const app = healthEndpoints(
    { db: silent, space, clock: stillClock(), randomBytes },
    { isStopping: () => false },
  )
  const response = await app.request('/ready')
  expect([response.status, await response.json()]).toEqual([503, { status: 'database does not answer' }])
})

test('a stopping server reports that it is not ready while it still answers', async () => {
  const { server } = await start()
  const { url } = await server.listen()
  const closed = server.close({ drainSeconds: 5 })
  const ready = await fetch(`${url}/_amulet/ready`)
  expect([ready.status, await ready.json()]).toEqual([503, { status: 'stopping' }])
  expect((await fetch(`${url}/_amulet/health`)).status).toBe(200)
  expect((await call(server, 'GetUser', { AccessToken: 'x' })).body.__type).toBe('NotAuthorizedException')
  await closed
  await expect(fetch(`${url}/_amulet/health`)).rejects.toThrow()
})

test('requests under way are answered before the database is closed, wherever they came from', async () => {
  let delivered = () => {}
  const sent = new Promise<void>((resolve) => {
    delivered = resolve
  })
  let asked = () => {}
  const waiting = new Promise<void>((resolve) => {
    asked = resolve
  })
  const { server, userPoolClientId: ClientId } = await start({
    deliver: async () => {
      asked()
      await sent
    },
  })
  const signUp = call(server, 'SignUp', {
    ClientId,
    Username: 'ada@example.com',
    Password: 'Correct-Horse-1',
  })
  await waiting
  let closed = false
  const closing = server.close().then(() => {
    closed = true
  })
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect(closed).toBe(false)
  delivered()
  expect((await signUp).status).toBe(200)
  await closing
})

test('a request that is not finished is not waited for any longer than ten seconds', async () => {
  const { server } = await start()
  const { url } = await server.listen()
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  socket.on('error', () => {})
  socket.write('POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\nExpect: 100-continue\r\n\r\n{')
  // The request has reached the server, which says so, before it is asked to stop.
  const said = await new Promise<Buffer>((resolve) => socket.once('data', resolve))
  expect(said.toString()).toMatch(/^HTTP\/1\.1 100 /)
  const started = performance.now()
  await server.close()
  const waited = performance.now() - started
  expect(waited).toBeGreaterThan(9_000)
  // By itself the request would be given up after thirty seconds.
  expect(waited).toBeLessThan(25_000)
})

const TOKEN = 'a-token-for-the-metrics'

test('the metrics need the token', async () => {
  const { server } = await startProduction({ metricsToken: TOKEN })
  const parts = [TOKEN.slice(0, -1), `${TOKEN}x`, ''].map((token) => `Bearer ${token}`)
  for (const authorization of [undefined, 'Bearer nonsense', 'Bearer', ...parts, `Basic ${TOKEN}`, TOKEN])
    expect((await get(server, 'metrics', authorization ? { authorization } : {})).status).toBe(401)
  const response = await get(server, 'metrics', { authorization: `Bearer ${TOKEN}` })
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
})

test('the metrics count requests by operation and exception, and how long they took', async () => {
  const { server } = await startProduction({ metricsToken: TOKEN })
  await call(server, 'GetUser', { AccessToken: 'x' })
  await call(server, 'GetUser', { AccessToken: 'y' })
  for (const name of ['NoSuchOperation', 'NoSuchOperation"}']) await call(server, name, {})
  await server.fetch(new Request('http://localhost/us-east-1_Secret/.well-known/jwks.json'))
  await server.fetch(new Request('http://localhost/whatever/"somebody/typed'))
  const response = await get(server, 'metrics', { authorization: `Bearer ${TOKEN}` })
  const text = await response.text()
  const value = (series: string) =>
    Number(
      text
        .split('\n')
        .find((line) => line.startsWith(`${series} `))
        ?.split(' ')
        .at(-1),
    )
  expect(
    value('amulet_requests_total{operation="GetUser",status="400",exception="NotAuthorizedException"}'),
  ).toBe(2)
  const duration = (rest: string) => value(`amulet_request_duration_seconds_${rest}`)
  expect(duration('count{operation="GetUser"}')).toBe(2)
  expect(duration('bucket{operation="GetUser",le="+Inf"}')).toBe(2)
  expect(duration('bucket{operation="GetUser",le="10"}')).toBe(2)
  expect(duration('sum{operation="GetUser"}')).toBeGreaterThan(0)
  expect(value('process_resident_memory_bytes')).toBeGreaterThan(1e6)
  expect(value('process_cpu_seconds_total')).toBeGreaterThan(0)
  expect(
    value('amulet_requests_total{operation="unknown",status="400",exception="UnknownOperationException"}'),
  ).toBe(2)
  // What was typed is no label: there would be no end of them.
  expect(text).toContain('operation="GET /:userPoolId/.well-known/jwks.json"')
  expect(text).not.toMatch(/Secret|somebody|NoSuchOperation/)
  for (const line of text.trimEnd().split('\n'))
    expect(line).toMatch(/^(# (HELP|TYPE) \w+ .+|\w+(\{(\w+="[^"\\\n]*",?)*\})? [\d.e+-]+)$/)
})

test('a request is counted with its outcome and in every bucket that its duration fits in', () => {
  const metrics = createMetrics()
  onTestFinished(() => metrics.stop())
  const record = (operation: string, status: number, milliseconds: number, exception?: string) =>
    metrics.record({ operation, status, milliseconds, ...(exception !== undefined && { exception }) })
  record('GetUser', 200, 250)
  record('GetUser', 200, 500)
  record('GetUser', 400, 16_000, 'NotAuthorizedException')
  record('SignUp', 200, 1)
  const lines = metrics.text().split('\n')
  expect(lines.filter((line) => line.startsWith('amulet_requests_total'))).toEqual([
    'amulet_requests_total{operation="GetUser",status="200",exception=""} 2',
    'amulet_requests_total{operation="GetUser",status="400",exception="NotAuthorizedException"} 1',
    'amulet_requests_total{operation="SignUp",status="200",exception=""} 1',
  ])
  const name = 'amulet_request_duration_seconds'
  const bucket = (bound: string, count: number) =>
    `${name}_bucket{operation="GetUser",le="${bound}"} ${count}`
  expect(lines.filter((line) => line.startsWith(name) && line.includes('GetUser'))).toEqual([
    ...['0.001', '0.0025', '0.005', '0.01', '0.025', '0.05', '0.1'].map((bound) => bucket(bound, 0)),
    bucket('0.25', 1),
    ...['0.5', '1', '2.5', '5', '10'].map((bound) => bucket(bound, 2)),
    bucket('+Inf', 3),
    `${name}_sum{operation="GetUser"} 16.75`,
    `${name}_count{operation="GetUser"} 3`,
  ])
  expect(lines).toContain(`${name}_bucket{operation="SignUp",le="0.001"} 1`)
})

test('the metrics report what the process uses, and the delay of the event loop without the sampling interval', () => {
  const delays = createHistogram()
  for (let looks = 0; looks < 98; looks++) delays.record(20e6)
  delays.record(520e6)
  delays.record(1020e6)
  const before = process.cpuUsage()
  const values = new Map([...processLines(delays)].map((line) => line.split(' ', 2) as [string, string]))
  const after = process.cpuUsage()
  const value = (name: string) => Number(values.get(name))
  const cpu = value('process_cpu_seconds_total') * 1e6
  expect(cpu).toBeGreaterThanOrEqual(before.user + before.system)
  expect(cpu).toBeLessThanOrEqual(after.user + after.system)
  const started = (performance.timeOrigin / 1000 - value('process_start_time_seconds')) | 0
  expect(Math.abs(started)).toBeLessThan(5)
  expect(value('nodejs_eventloop_lag_mean_seconds')).toBeCloseTo(0.015, 4)
  expect(value('nodejs_eventloop_lag_p99_seconds')).toBeCloseTo(0.5, 2)
  // There are no figures before the first look.
  expect([...processLines(createHistogram())]).toContain('nodejs_eventloop_lag_mean_seconds 0')
})

test('metrics of several workers are one text, each sample with its worker', () => {
  const own = (count: number) =>
    [
      '# HELP a_total A.',
      '# TYPE a_total counter',
      `a_total{b="c d"} ${count}`,
      '# HELP e E.',
      '# TYPE e gauge',
      'e 1',
      '',
    ].join('\n')
  expect(
    mergeMetrics(
      new Map([
        ['1', own(3)],
        ['2', own(4)],
      ]),
    ),
  ).toBe(
    [
      '# HELP a_total A.',
      '# TYPE a_total counter',
      'a_total{worker="1",b="c d"} 3',
      'a_total{worker="2",b="c d"} 4',
      '# HELP e E.',
      '# TYPE e gauge',
      'e{worker="1"} 1',
      'e{worker="2"} 1',
      '',
    ].join('\n'),
  )
})

test('pages and endpoints of OAuth are logged by their routes, and other addresses as one', async () => {
  const entries: LogEntry[] = []
  const { server } = await start({ log: (entry) => entries.push(entry) })
  const post = { method: 'POST', body: '' }
  for (const [path, init] of [
    ['/oauth2/authorize?client_id=none'],
    ['/oauth2/token'],
    ['/login?client_id=none'],
    ['/login?client_id=none', post],
    ['/logout'],
    ['/error'],
    ['/branding/us-east-1_AmuletDev/ALL/1'],
    ['/us-east-1_AmuletDev/.well-known/none'],
    ['/api', post],
  ] as const)
    await server.fetch(new Request(`http://localhost${path}`, init))
  expect(entries.map(({ operation }) => operation)).toEqual([
    'GET /oauth2/authorize',
    'GET /oauth2/token',
    'GET /login',
    'POST /login',
    'GET /logout',
    'GET /error',
    'GET /branding/:userPoolId/:scope/:version',
    'GET /*',
    'POST /*',
  ])
  expect(entries.at(-1)).toMatchObject({ status: 404, reason: 'There is nothing at /api' })
})

test('every request is logged once, with the id that the answer has', async () => {
  const entries: LogEntry[] = []
  const { server } = await start({ log: (entry) => entries.push(entry), trustProxy: true })
  const response = await server.fetch(
    new Request('http://localhost/us-east-1_AmuletDev/.well-known/openid-configuration', {
      headers: { 'x-forwarded-for': '192.0.2.1' },
    }),
  )
  const answer = await call(server, 'GetUser', { AccessToken: 'x' })
  const unknown = await call(server, 'NoSuchOperation', {})
  // What has no value is not there.
  expect(entries).toStrictEqual([
    {
      requestId: response.headers.get('x-amzn-requestid'),
      operation: 'GET /:userPoolId/.well-known/openid-configuration',
      status: 200,
      milliseconds: expect.any(Number),
      clientAddress: '192.0.2.1',
    },
    {
      requestId: answer.headers.get('x-amzn-requestid'),
      operation: 'GetUser',
      status: 400,
      milliseconds: expect.any(Number),
      exception: 'NotAuthorizedException',
    },
    {
      requestId: unknown.headers.get('x-amzn-requestid'),
      operation: 'unknown',
      unknownOperation: 'NoSuchOperation',
      status: 400,
      milliseconds: expect.any(Number),
      exception: 'UnknownOperationException',
    },
  ])
})
