import { randomUUID } from 'node:crypto'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import type { ServerOptions } from '@amulet/server'
import { expect, test } from 'vitest'
import { logLine } from '../src/cli/log-line.js'
import { amulet, amuletDev } from './amulet.js'
import { sendSigned, startProduction } from './production.js'
import { PASSWORD, type Started, start } from './start.js'

// A server for development takes any credentials and shows its inbox. These are the pages that a developer may have
// open beside it, and what a browser sends for them.

interface Sent {
  method?: string
  path?: string
  headers?: Record<string, string>
  body?: string
}

/** As a browser would, which `fetch` of Node would not: the `Host` is what the test says. */
async function send(url: string, { method = 'GET', path = '/', headers = {}, body }: Sent) {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    httpRequest(new URL(path, url), { method, headers }, resolve).on('error', reject).end(body)
  })
  return { status: response.statusCode, headers: response.headers, text: await text(response) }
}

async function listening(options: ServerOptions = {}, at: { host?: string } = {}) {
  const app = await start(options)
  const { listeningAt } = await app.server.listen(at)
  const { port } = new URL(listeningAt)
  return { ...app, port, send: (sent: Sent) => send(`http://127.0.0.1:${port}`, sent) }
}

const target = (operation: string) => ({
  'x-amz-target': `AWSCognitoIdentityProviderService.${operation}`,
  'content-type': 'application/x-amz-json-1.1',
})

const getUser = (app: Started, Username: string): Sent => ({
  method: 'POST',
  headers: target('AdminGetUser'),
  body: JSON.stringify({ UserPoolId: app.userPoolId, Username }),
})
const signUp = (app: Started, Username = 'ada@example.com'): Sent => ({
  method: 'POST',
  headers: target('SignUp'),
  body: JSON.stringify({ ClientId: app.userPoolClientId, Username, Password: PASSWORD }),
})

/** What only a developer may do, each with the answer that shows that it was done. */
const forDevelopers: [what: string, sent: (app: Started) => Sent, done: number][] = [
  ['reading the inbox', () => ({ path: '/_amulet/inbox' }), 200],
  ['reading the inbox of one address', () => ({ path: '/_amulet/inbox?to=ada@example.com' }), 200],
  ['emptying the inbox', () => ({ path: '/_amulet/inbox', method: 'DELETE' }), 204],
  [
    'moving the clock',
    () => ({ path: '/_amulet/clock', method: 'POST', body: '{"advanceSeconds":60}' }),
    200,
  ],
  [
    'moving the clock as text, for which a browser sends no preflight',
    () => ({
      path: '/_amulet/clock',
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: '{"advanceSeconds":60}',
    }),
    200,
  ],
  [
    'adding a passkey',
    () => ({
      path: '/_amulet/passkeys',
      method: 'POST',
      body: JSON.stringify({
        username: 'ada@example.com',
        id: randomUUID(),
        rpId: 'localhost',
        publicKey: 'AAAA',
      }),
    }),
    200,
  ],
  ['resetting', () => ({ path: '/_amulet/reset', method: 'POST' }), 204],
  ['an administrator’s operation', (app) => getUser(app, 'ada@example.com'), 200],
  [
    'an administrator’s operation as text',
    (app) => {
      const sent = getUser(app, 'ada@example.com')
      return { ...sent, headers: { ...sent.headers, 'content-type': 'text/plain' } }
    },
    200,
  ],
  [
    'an administrator’s operation below a pool',
    (app) => ({ ...getUser(app, 'ada@example.com'), path: `/${app.userPoolId}` }),
    200,
  ],
  [
    'a signed operation',
    (app) => {
      const sent = getUser(app, 'ada@example.com')
      const authorization = 'AWS4-HMAC-SHA256 Credential=a/20270101/us-east-1/cognito-idp/aws4_request'
      return { ...sent, headers: { ...sent.headers, authorization } }
    },
    200,
  ],
]

const FOREIGN = [
  'https://evil.example',
  'http://evil.example:9230',
  'http://localhost.evil.example',
  'http://127.0.0.1.evil.example',
  'http://evillocalhost',
  'http://192.168.1.5:5173',
  'http://128.0.0.1',
  'http://[::2]:5173',
  'http://[::ffff:192.0.2.1]',
  'http://host.docker.internal:5173',
  'chrome-extension://localhost',
  'null',
  '',
]

test.each(forDevelopers)('%s is refused to a page of another origin', async (_, sent, done) => {
  const app = await listening()
  await app.send(signUp(app))
  const now = app.server.clock.now()
  for (const origin of FOREIGN) {
    const request = sent(app)
    const refused = await app.send({ ...request, headers: { ...request.headers, origin } })
    expect([origin, refused.status]).toEqual([origin, 403])
    expect(JSON.parse(refused.text)).toEqual({
      __type: 'ForbiddenException',
      message: expect.stringMatching(/^A page of another origin may not do this/),
    })
    for (const name of Object.keys(refused.headers)) expect(name).not.toMatch(/^access-control-/)
  }
  expect(app.server.inbox.list()).toHaveLength(1)
  expect(app.server.clock.now() - now).toBeLessThan(60_000)
  expect((await app.send(getUser(app, 'ada@example.com'))).status).toBe(200)
  expect((await app.send(sent(app))).status).toBe(done)
})

test.each(forDevelopers)(
  '%s is allowed for a page of this machine, and for programs',
  async (_, sent, done) => {
    const app = await listening()
    for (const origin of [
      undefined,
      `http://127.0.0.1:${app.port}`,
      'http://localhost:5173',
      'http://localhost',
      'https://localhost:8443',
      'http://app.localhost:3000',
      'http://127.0.0.1:9231',
      'http://127.1.2.3:9231',
      'http://[::1]:9231',
    ]) {
      await app.send(signUp(app))
      const request = sent(app)
      const headers = { ...request.headers, ...(origin !== undefined && { origin }) }
      const answer = await app.send({ ...request, headers })
      expect([origin, answer.status]).toEqual([origin, done])
      expect(answer.headers['access-control-allow-origin']).toBe('*')
    }
  },
)

test('a page of another origin that loads an address without reading it, as an image, takes no message and does not wait', async () => {
  const app = await listening()
  await app.send(signUp(app))
  const loads = (path: string, site: string, more: Record<string, string> = {}) =>
    app.send({
      path,
      headers: { 'sec-fetch-site': site, 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image', ...more },
    })
  const next = '/_amulet/inbox/next?to=ada@example.com'
  for (const site of ['cross-site', 'same-site']) {
    expect((await loads(next, site)).status).toBe(403)
    // A window that is led there, too.
    const navigates = { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }
    expect((await loads(next, site, navigates)).status).toBe(403)
    expect((await loads('/_amulet/inbox', site)).status).toBe(403)
    expect((await loads('/_amulet/inbox', site, { ...navigates, 'sec-fetch-dest': 'iframe' })).status).toBe(
      403,
    )
    // Links lead to the inbox.
    expect((await loads('/_amulet/inbox', site, navigates)).status).toBe(200)
    expect(
      (await loads('/_amulet/inbox', site, { ...navigates, origin: 'https://evil.example' })).status,
    ).toBe(403)
  }
  expect((await loads(next, 'same-origin')).status).toBe(200)
  expect((await loads(`${next}&timeoutSeconds=0`, 'none')).status).toBe(204)
  expect((await app.send({ path: `${next}&timeoutSeconds=0` })).status).toBe(204)
})

test('a page of the server itself at another address may do what a developer may', async () => {
  const app = await listening()
  const host = `192.168.1.5:${app.port}`
  const inbox = (origin: string) => app.send({ path: '/_amulet/inbox', headers: { host, origin } })
  expect((await inbox(`http://${host}`)).status).toBe(200)
  // Another port or scheme is another origin.
  expect((await inbox('http://192.168.1.5:1')).status).toBe(403)
  expect((await inbox(`https://${host}`)).status).toBe(403)
})

test('a preflight request is refused for what a page of another origin may not do', async () => {
  const app = await listening()
  const preflight = (path: string, origin: string) =>
    app.send({
      method: 'OPTIONS',
      path,
      headers: { origin, 'access-control-request-method': 'POST' },
    })
  for (const path of ['/_amulet/inbox', '/_amulet/clock', '/_amulet/passkeys', '/_amulet/reset']) {
    const refused = await preflight(path, 'https://evil.example')
    expect(refused.status).toBe(403)
    expect(refused.headers['access-control-allow-origin']).toBeUndefined()
    const allowed = await preflight(path, 'http://localhost:5173')
    expect([allowed.status, allowed.headers['access-control-allow-origin']]).toEqual([200, '*'])
  }
})

test('operations without credentials stay open to pages of every origin', async () => {
  const app = await listening()
  const headers = { origin: 'https://app.example' }
  const open = async (sent: Sent) => {
    const answer = await app.send({ ...sent, headers: { ...sent.headers, ...headers } })
    expect([answer.status, answer.headers['access-control-allow-origin']]).toEqual([200, '*'])
  }
  await open({ method: 'OPTIONS' })
  await open(signUp(app))
  await open({ ...signUp(app, 'grace@example.com'), path: `/${app.userPoolId}` })
  await open({ path: `/${app.userPoolId}/.well-known/jwks.json` })
  await open({ path: '/_amulet/health' })
})

const EVIL_HOSTS = [
  'evil.example',
  'evil.example:9230',
  'EVIL.example',
  'evil.localhost.example',
  'localhost.',
  '127.0.0.1.evil.example',
  'x.host.docker.internal',
  '.localhost.evil',
  '192.0.2',
]

test('requests to an unknown host name are refused, whatever they ask for', async () => {
  const log: string[] = []
  const app = await listening({ log: (entry) => log.push(logLine(entry, new Date())) })
  for (const host of EVIL_HOSTS)
    for (const sent of [
      signUp(app),
      getUser(app, 'ada@example.com'),
      { path: '/_amulet/inbox' },
      { path: '/_amulet/clock', method: 'POST', body: '{"advanceSeconds":60}' },
      { path: '/_amulet/health' },
      { path: `/${app.userPoolId}/.well-known/jwks.json` },
      { headers: { accept: 'text/html' } },
      { method: 'OPTIONS' },
      { path: '/confirmUser' },
    ] satisfies Sent[]) {
      // As after DNS rebinding: to the browser the page is of the same origin.
      const headers = { ...('headers' in sent && sent.headers), host, origin: `http://${host}` }
      const refused = await app.send({ ...sent, headers })
      expect([host, refused.status]).toEqual([host, 403])
      expect(refused.text).toContain('This server does not answer to the host')
      for (const name of Object.keys(refused.headers)) expect(name).not.toMatch(/^access-control-/)
    }
  expect(app.server.inbox.list()).toEqual([])
  // The developer reads why, and what to do about it.
  expect(log[0]).toMatch(
    / 403 .* ForbiddenException \(This server does not answer to the host "evil\.example"\..* --allow-host/,
  )
})

test('addresses, names of this machine and names without a dot are accepted as hosts', async () => {
  const app = await listening()
  for (const host of [
    'localhost',
    'LOCALHOST:9230',
    'app.localhost:9230',
    '127.0.0.1',
    '192.168.1.5:9230',
    '[::1]:9230',
    '[fe80::1]',
    'amulet',
    'my-laptop:9230',
    'user_pool:9230',
    'host.docker.internal:9230',
  ]) {
    const answer = await app.send({ path: '/_amulet/inbox', headers: { host } })
    expect([host, answer.status]).toEqual([host, 200])
  }
})

test('the host of the URL and allowed hosts are accepted', async () => {
  const app = await listening({
    url: 'https://pool.example.com/base',
    allowHosts: ['Other.example', 'third.example'],
  })
  const status = async (host: string) =>
    (await app.send({ path: '/_amulet/inbox', headers: { host } })).status
  for (const host of ['pool.example.com', 'pool.example.com:443', 'other.example', 'THIRD.example:1'])
    expect([host, await status(host)]).toEqual([host, 200])
  for (const host of ['example.com', 'x.pool.example.com', 'x.other.example'])
    expect([host, await status(host)]).toEqual([host, 403])
})

test('a request that never was on a network may name any host', async () => {
  const app = await start()
  for (const url of ['http://evil.example/_amulet/inbox', 'https://pool.example.com/_amulet/inbox']) {
    const own = { origin: new URL(url).origin }
    for (const headers of [{}, own])
      expect((await app.server.fetch(new Request(url, { headers }))).status).toBe(200)
    const foreign = new Request(url, { headers: { origin: 'https://other.example' } })
    expect((await app.server.fetch(foreign)).status).toBe(403)
  }
})

test('production answers every host and origin, because administrators sign their requests', async () => {
  const app = await startProduction()
  const { url } = await app.server.listen()
  const health = await send(url, { path: '/_amulet/health', headers: { host: 'auth.example.com' } })
  expect(health.status).toBe(200)
  const headers = { origin: 'https://console.example.com' }
  const pools = await sendSigned(app, 'ListUserPools', { MaxResults: 1 }, { headers, unsigned: ['origin'] })
  expect([pools.status, pools.headers.get('access-control-allow-origin')]).toEqual([200, '*'])
})

test.each([
  { allowHosts: ['http://a.example'] },
  { allowHosts: ['a.example:80'] },
  { allowHosts: ['*.example'] },
  { allowHosts: [''] },
])('an invalid host to allow ends the start: %j', async (options) => {
  await expect(start(options)).rejects.toMatchObject({
    name: 'StartError',
    message: expect.stringContaining('`allowHosts` takes names without a scheme or a port'),
  })
})

test('hosts to allow are refused in production, which would ignore them', async () => {
  await expect(startProduction({ allowHosts: ['a.example'] })).rejects.toMatchObject({ name: 'StartError' })
})

test('amulet dev takes the names to answer to as options', async () => {
  const { url } = await amuletDev(['--allow-host', 'one.example', '--allow-host', 'Two.example'])
  const status = async (host: string) =>
    (await send(url, { path: '/_amulet/inbox', headers: { host } })).status
  expect(await status('one.example')).toBe(200)
  expect(await status('two.example:9230')).toBe(200)
  expect(await status('three.example')).toBe(403)
  const wrong = await amulet(['dev', '--allow-host', 'https://one.example'])
  expect([wrong.code, wrong.stderr]).toEqual([
    2,
    expect.stringContaining('--allow-host takes a name without a scheme or a port'),
  ])
})

test('the log line for developers escapes control characters', () => {
  const entry = { requestId: '', operation: 'SignUp', status: 400, milliseconds: 1 }
  const line = logLine({ ...entry, reason: 'no user "a\u001b[2J\r\n\u2028\u202eb"' }, new Date())
  expect(line).toMatch(/ SignUp 400 1\.0 ms \(no user "a \[2J b"\)$/)
})
