import { Agent, request as httpRequest } from 'node:http'
import { connect, type Socket } from 'node:net'
import type { LogEntry } from '@amulet/server'
import { expect, onTestFinished, test } from 'vitest'
import { startProduction } from './production.js'
import { PASSWORD, type Started, start } from './start.js'

const TARGET = 'AWSCognitoIdentityProviderService.'

/** The protocol's bare request: what the body is, and how it is labelled, is up to the test. */
function post(
  app: Started,
  body: BodyInit | undefined,
  headers: Record<string, string> = { 'x-amz-target': `${TARGET}SignUp` },
  path = '/',
) {
  return app.server.fetch(
    new Request(`http://localhost${path}`, { method: 'POST', headers, ...(body !== undefined && { body }) }),
  )
}

const signUpBody = (app: Started, more: object = {}) => ({
  ClientId: app.userPoolClientId,
  Username: 'ada@example.com',
  Password: PASSWORD,
  ...more,
})

/** Signing up the user that a refused request named works: nothing of the request was kept. */
async function nothingWasStored(app: Started, Username = 'ada@example.com') {
  expect(app.server.inbox.list()).toEqual([])
  const { status } = await app.call('SignUp', signUpBody(app, { Username }))
  expect(status).toBe(200)
}

test('an answer has the protocol’s content type and a request id, and so has an error', async () => {
  const app = await start()
  const fine = await app.call('SignUp', signUpBody(app))
  const refused = await app.call('SignUp', signUpBody(app))
  for (const { headers } of [fine, refused]) {
    expect(headers.get('content-type')).toBe('application/x-amz-json-1.1')
    expect(headers.get('x-amzn-requestid')).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    )
  }
  expect(fine.headers.get('x-amzn-requestid')).not.toBe(refused.headers.get('x-amzn-requestid'))
  expect(refused.status).toBe(400)
  expect(refused.text).toBe('{"__type":"UsernameExistsException","message":"User already exists"}')
  expect(refused.headers.get('x-amzn-errortype')).toBe('UsernameExistsException:')
  expect(refused.headers.get('x-amzn-errormessage')).toBe('User already exists')
})

test.each([
  ['an operation there is not', `${TARGET}MakeCoffee`, 'MakeCoffee'],
  ['the name of something every object has', `${TARGET}constructor`, 'constructor'],
  ['__proto__', `${TARGET}__proto__`, undefined],
  ['an operation in other letters', `${TARGET}signup`, 'signup'],
  ['an operation of another service', 'DynamoDB_20120810.GetItem', 'DynamoDB_20120810.GetItem'],
  ['an operation without its service', 'SignUp', 'SignUp'],
  ['no operation', undefined, undefined],
  ['an empty name', '', undefined],
  ['the service alone', TARGET, undefined],
  ['something with signs in it', `${TARGET}Sign-Up`, undefined],
  ['something long', `${TARGET}${'x'.repeat(65)}`, undefined],
])('a target that names %s is an unknown operation, and the answer says which', async (_, target, named) => {
  const log: LogEntry[] = []
  const app = await start({ log: (entry) => log.push(entry) })
  const headers: Record<string, string> = target === undefined ? {} : { 'x-amz-target': target }
  const response = await post(app, JSON.stringify(signUpBody(app)), headers)
  expect(response.status).toBe(400)
  const message = named && `This server has no operation ${named}.`
  expect(JSON.parse(await response.text())).toEqual({
    __type: 'UnknownOperationException',
    ...(message && { message }),
  })
  expect(response.headers.get('x-amzn-errortype')).toBe('UnknownOperationException:')
  expect(response.headers.get('x-amzn-errormessage')).toBe(message ?? null)
  expect(log).toMatchObject([{ operation: 'unknown' }])
  expect(log[0]?.unknownOperation).toBe(named)
  expect('unknownOperation' in (log[0] ?? {})).toBe(named !== undefined)
  await nothingWasStored(app)
})

test.each([
  ['no JSON', '{"ClientId":'],
  ['JSON and something after it', '{}{}'],
  ['a form', 'ClientId=a&Username=b'],
  ['bytes that are no UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])],
  ['a number', '7'],
  ['a text', '"SignUp"'],
  ['null', 'null'],
  ['a list', '[]'],
  ['100,000 brackets', '['.repeat(100_000) + ']'.repeat(100_000)],
])('a body that is %s is a SerializationException', async (_, body) => {
  const app = await start()
  const response = await post(app, body)
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ __type: 'SerializationException' })
  await nothingWasStored(app)
})

test.each([
  [{ Username: 7 }, 'class java.lang.Integer can not be converted to an String'],
  [{ Username: 7.5 }, 'class java.lang.Double can not be converted to an String'],
  [{ Username: true }, 'class java.lang.Boolean can not be converted to an String'],
  [{ Username: { name: 'ada' } }, 'Start of structure or map found where not expected.'],
  [{ Username: ['ada'] }, 'Start of list found where not expected.'],
  [{ UserAttributes: { Name: 'email' } }, 'Start of structure or map found where not expected.'],
  [{ UserAttributes: 'email' }, 'Unexpected field type'],
  [{ UserAttributes: ['email'] }, 'Unexpected field type'],
  [{ ClientMetadata: [1] }, 'Start of list found where not expected.'],
  [{ ClientMetadata: { key: 1 } }, 'class java.lang.Integer can not be converted to an String'],
])('a member of the wrong type is a SerializationException: %j', async (members, message) => {
  const app = await start()
  const { status, body } = await app.call('SignUp', signUpBody(app, members))
  expect(status).toBe(400)
  expect(body).toEqual({ __type: 'SerializationException', message })
  await nothingWasStored(app)
})

test.each([
  [
    'SignUp',
    {},
    "2 validation errors detected: Value at 'clientId' failed to satisfy constraint: Member must not be null; Value at 'username' failed to satisfy constraint: Member must not be null",
  ],
  [
    'SignUp',
    { ClientId: null, Username: 'ada' },
    "1 validation error detected: Value at 'clientId' failed to satisfy constraint: Member must not be null",
  ],
  [
    'SignUp',
    { ClientId: 'a b', Username: 'ada' },
    String.raw`1 validation error detected: Value at 'clientId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w+]+`,
  ],
  [
    'SignUp',
    { ClientId: 'a', Username: 'x'.repeat(129) },
    "1 validation error detected: Value at 'username' failed to satisfy constraint: Member must have length less than or equal to 128",
  ],
  [
    'SignUp',
    { ClientId: 'a', Username: 'ada', Password: 'x'.repeat(257) },
    "1 validation error detected: Value at 'password' failed to satisfy constraint: Member must have length less than or equal to 256",
  ],
  [
    'SignUp',
    {
      ClientId: 'a',
      Username: 'ada',
      UserAttributes: [{ Name: 'email' }, { Name: 'n'.repeat(33), Value: 'v'.repeat(2049) }],
    },
    `2 validation errors detected: Value '${'n'.repeat(33)}' at 'userAttributes.2.member.name' failed to satisfy constraint: Member must have length less than or equal to 32; Value at 'userAttributes.2.member.value' failed to satisfy constraint: Member must have length less than or equal to 2048`,
  ],
  [
    'SignUp',
    { ClientId: 'a', Username: 'ada', UserAttributes: [{ Value: 'x' }] },
    "1 validation error detected: Value null at 'userAttributes.1.member.name' failed to satisfy constraint: Member must not be null",
  ],
  [
    'SignUp',
    { ClientId: 'a', Username: 'ada', UserAttributes: [null] },
    "1 validation error detected: Value null at 'userAttributes.1.member' failed to satisfy constraint: Member must not be null",
  ],
  [
    'InitiateAuth',
    { ClientId: 'a', AuthFlow: 'BAD' },
    "1 validation error detected: Value 'BAD' at 'authFlow' failed to satisfy constraint: Member must satisfy enum value set: [USER_SRP_AUTH, REFRESH_TOKEN_AUTH, REFRESH_TOKEN, CUSTOM_AUTH, ADMIN_NO_SRP_AUTH, USER_PASSWORD_AUTH, ADMIN_USER_PASSWORD_AUTH, USER_AUTH]",
  ],
  [
    'InitiateAuth',
    {},
    "2 validation errors detected: Value null at 'authFlow' failed to satisfy constraint: Member must not be null; Value at 'clientId' failed to satisfy constraint: Member must not be null",
  ],
  [
    'ConfirmSignUp',
    { ClientId: 'a', Username: 'ada', ConfirmationCode: '1 2' },
    String.raw`1 validation error detected: Value '1 2' at 'confirmationCode' failed to satisfy constraint: Member must satisfy regular expression pattern: [\S]+`,
  ],
  [
    'GetUser',
    { AccessToken: '' },
    "1 validation error detected: Value at 'accessToken' failed to satisfy constraint: Member must satisfy regular expression pattern: [A-Za-z0-9-_=.]+",
  ],
])('broken constraints of %s %j are named', async (operation, input, message) => {
  const app = await start()
  const { status, body, headers } = await app.call(operation, input)
  expect(status).toBe(400)
  expect(body).toEqual({ __type: 'InvalidParameterException', message })
  // A header holds visible ASCII only.
  expect(headers.get('x-amzn-errormessage')).toMatch(/^[\x20-\x7e]+$/)
})

test('an empty body counts as an empty object, and null as a member left out', async () => {
  const app = await start()
  const empty = await post(app, undefined)
  expect(await empty.json()).toMatchObject({ __type: 'InvalidParameterException' })
  const { status } = await app.call('SignUp', signUpBody(app, { UserAttributes: null, ClientMetadata: null }))
  expect(status).toBe(200)
})

test('an operation without output is answered with 200 and no body', async () => {
  const app = await start()
  await app.call('SignUp', signUpBody(app))
  const { status, text, headers } = await app.call('AdminDeleteUser', {
    UserPoolId: app.userPoolId,
    Username: 'ada@example.com',
  })
  expect([status, text]).toEqual([200, ''])
  expect([headers.get('content-type'), headers.get('content-length')]).toEqual([
    'application/x-amz-json-1.1',
    '0',
  ])
})

test('unknown members and headers are ignored', async () => {
  const app = await start()
  const response = await post(app, JSON.stringify(signUpBody(app, { Colour: 'blue' })), {
    'x-amz-target': `${TARGET}SignUp`,
    'content-type': 'text/plain',
    authorization: 'AWS4-HMAC-SHA256 Credential=nobody',
    'x-amz-user-agent': 'aws-amplify/6',
    'x-amz-security-token': 'anything',
  })
  expect(response.status).toBe(200)
})

test('keys with a meaning in JavaScript are plain data', async () => {
  const app = await start()
  const body = `{"__proto__":{"Password":"${PASSWORD}"},"constructor":{"prototype":{"polluted":"yes"}},"ClientId":"${app.userPoolClientId}","Username":"ada@example.com","ClientMetadata":{"__proto__":"x","toString":"y"},"UserAttributes":[{"Name":"__proto__","Value":"z"}]}`
  const inherited = await post(app, body)
  // The password that came by way of a prototype is not there.
  expect(await inherited.json()).toMatchObject({ __type: 'InvalidParameterException' })
  const attribute = await app.call(
    'SignUp',
    signUpBody(app, { UserAttributes: [{ Name: '__proto__', Value: 'z' }] }),
  )
  expect(attribute.body.__type).toBe('InvalidParameterException')
  expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
  await nothingWasStored(app)
})

test('the API is also at the path of the pool’s id', async () => {
  const app = await start()
  const response = await post(
    app,
    JSON.stringify(signUpBody(app)),
    { 'x-amz-target': `${TARGET}SignUp` },
    `/${app.userPoolId}`,
  )
  expect(response.status).toBe(200)
})

test.each([
  ['PUT', '/'],
  ['DELETE', '/'],
  ['PATCH', '/us-east-1_AmuletDev'],
  ['GET', '/nothing/here'],
  ['POST', '/nothing/here'],
  ['GET', '/%2e%2e/%2e%2e/etc/passwd'],
  ['GET', '/.env'],
])('%s %s does not exist', async (method, path) => {
  const app = await start()
  const response = await app.server.fetch(
    new Request(`http://localhost${path}`, {
      method,
      headers: { 'x-amz-target': `${TARGET}SignUp` },
      ...(method !== 'GET' && { body: JSON.stringify(signUpBody(app)) }),
    }),
  )
  expect(response.status).toBe(404)
  expect(await response.text()).toBe('')
  await nothingWasStored(app)
})

test('a page of any origin may call the API and read its answers', async () => {
  const app = await start()
  const asked = 'content-type,x-amz-target,x-amz-user-agent,cache-control,x-something-new'
  for (const path of ['/', `/${app.userPoolId}`, `/${app.userPoolId}/.well-known/jwks.json`]) {
    const preflight = await app.server.fetch(
      new Request(`http://localhost${path}`, {
        method: 'OPTIONS',
        headers: {
          origin: 'https://app.example',
          'access-control-request-method': 'POST',
          'access-control-request-headers': asked,
        },
      }),
    )
    expect(preflight.status).toBe(200)
    expect(preflight.headers.get('access-control-allow-origin')).toBe('*')
    expect(preflight.headers.get('access-control-allow-methods')).toContain('POST')
    expect(preflight.headers.get('access-control-allow-headers')).toBe(asked)
    expect(preflight.headers.get('access-control-max-age')).toBe('172800')
    // It says by itself how long it may be kept.
    expect(preflight.headers.get('cache-control')).toBeNull()
    expect(preflight.headers.get('access-control-allow-credentials')).toBeNull()
  }
  for (const response of [
    await post(app, JSON.stringify(signUpBody(app))),
    await post(app, '{'),
    await post(app, '{}', { 'x-amz-target': 'nonsense' }),
  ]) {
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    expect(response.headers.get('access-control-expose-headers')).toBe(
      'x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date',
    )
  }
})

test('answers are not cached and have the type that they say, except for public documents', async () => {
  const app = await start()
  const get = (path: string, headers: Record<string, string> = {}) =>
    app.server.fetch(new Request(`http://localhost${path}`, { headers }))
  for (const response of [
    await post(app, JSON.stringify(signUpBody(app))),
    await post(app, '{'),
    await post(app, '{}', { 'x-amz-target': 'nonsense' }),
    await get('/'),
    await get('/', { accept: 'text/html' }),
    await get('/nothing/here'),
    await get('/_amulet/inbox'),
    await get('/_amulet/health'),
    await get('/_amulet/ready'),
    await get('/confirmUser'),
    await get('/us-east-1_None/.well-known/jwks.json'),
    await get('/oauth2/authorize'),
    await get(`/oauth2/authorize?client_id=${app.userPoolClientId}&response_type=code`),
    await get('/oauth2/idpresponse'),
    await get('/saml2/logout'),
    await get('/logout'),
    await get('/error'),
    await get('/login'),
  ]) {
    expect(response.headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/)
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
  }
  for (const [path, seconds] of [
    [`/${app.userPoolId}/.well-known/jwks.json`, 3600],
    [`/${app.userPoolId}/.well-known/openid-configuration`, 86_400],
    ['/cognito-identity/.well-known/openid-configuration', 86_400],
  ])
    expect([path, (await get(`${path}`)).headers.get('cache-control')]).toEqual([
      path,
      `public, max-age=${seconds}`,
    ])
})

test.each(['jwks.json', 'openid-configuration'])(
  'the document %s of a pool that does not exist is not found',
  async (name) => {
    const app = await start()
    const get = async (pool: string) => {
      const response = await app.server.fetch(new Request(`http://localhost/${pool}/.well-known/${name}`))
      return [response.status, await response.json()]
    }
    expect(await get('us-east-1_None')).toEqual([
      404,
      { message: 'User pool us-east-1_None does not exist.' },
    ])
    expect(await get(app.userPoolId)).toEqual([200, expect.objectContaining({})])
  },
)

test('a pool has metadata for providers of SAML, and one that does not exist has none', async () => {
  const app = await start()
  const get = (pool: string) => app.server.fetch(new Request(`http://localhost/${pool}/saml2/metadata`))
  const metadata = await get(app.userPoolId)
  expect([metadata.status, metadata.headers.get('content-type')]).toEqual([
    200,
    'application/samlmetadata+xml',
  ])
  expect(await metadata.text()).toContain(`entityID="urn:amazon:cognito:sp:${app.userPoolId}"`)
  const none = await get('us-east-1_None')
  expect([none.status, await none.json()]).toEqual([
    404,
    { message: 'User pool us-east-1_None does not exist.' },
  ])
})

test('pages are in no frame, and in production a browser that came by https comes by it for a year', async () => {
  const { server } = await startProduction({ trustProxy: true })
  const promise = async (url: string, headers: Record<string, string> = {}) => {
    const page = await server.fetch(new Request(`${url}/error`, { headers }))
    expect(page.headers.get('x-frame-options')).toBe('DENY')
    return page.headers.get('strict-transport-security')
  }
  expect(await promise('https://auth.example.com')).toBe('max-age=31536000')
  expect(await promise('http://auth.example.com', { 'x-forwarded-proto': 'https' })).toBe('max-age=31536000')
  expect(await promise('http://auth.example.com', { 'x-forwarded-proto': 'http, HTTPS' })).toBe(
    'max-age=31536000',
  )
  for (const [url, headers] of [
    ['http://auth.example.com', {}],
    ['https://auth.example.com', { 'x-forwarded-proto': 'https, http' }],
    // Other programs of this machine may be at the same name, without TLS.
    ['https://localhost', {}],
    ['https://pool.localhost', {}],
    ['https://127.0.0.1', {}],
    ['https://[::1]', {}],
  ] as const)
    expect(await promise(url, headers), url).toBeNull()
  const development = await start()
  const page = await development.server.fetch(new Request('https://auth.example.com/error'))
  expect(page.headers.get('strict-transport-security')).toBeNull()
})

/** One connection to a listening server, kept alive over several requests. */
async function oneConnection(app: Started) {
  const { url } = await app.server.listen()
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  onTestFinished(() => agent.destroy())
  const sockets = new Set<Socket>()
  return {
    url,
    sockets,
    send: (body: Buffer, headers: Record<string, string> = { 'x-amz-target': `${TARGET}SignUp` }) =>
      new Promise<{ status: number | undefined; body: { __type?: string } }>((resolve, reject) => {
        const sent = httpRequest(url, { method: 'POST', agent, headers }, (response) => {
          let text = ''
          response.setEncoding('utf8').on('data', (chunk: string) => {
            text += chunk
          })
          response.once('end', () => resolve({ status: response.statusCode, body: JSON.parse(text) }))
        })
        sent.once('socket', (socket) => sockets.add(socket))
        sent.once('error', reject)
        sent.end(body)
      }),
  }
}

const TEN_MEGABYTES = Buffer.alloc(10 * 1024 * 1024, ' ')

test.each([
  ['with its length', { 'x-amz-target': `${TARGET}SignUp`, 'content-length': String(TEN_MEGABYTES.length) }],
  ['in chunks', { 'x-amz-target': `${TARGET}SignUp`, 'transfer-encoding': 'chunked' }],
])('a body of 10 MB sent %s is refused, and the connection carries the next request', async (_, headers) => {
  const app = await start()
  const connection = await oneConnection(app)
  const refused = await connection.send(TEN_MEGABYTES, headers)
  expect(refused).toMatchObject({ status: 413, body: { __type: 'RequestEntityTooLargeException' } })
  const next = await connection.send(Buffer.from(JSON.stringify(signUpBody(app))))
  expect(next.status).toBe(200)
  expect(connection.sockets.size).toBe(1)
})

test('refused requests leave the connection open for the next one', async () => {
  const app = await start()
  const connection = await oneConnection(app)
  expect((await connection.send(Buffer.from('{"Client'))).body.__type).toBe('SerializationException')
  expect((await connection.send(Buffer.from('{}'), { 'x-amz-target': 'x' })).body.__type).toBe(
    'UnknownOperationException',
  )
  expect((await connection.send(Buffer.from('{}'))).body.__type).toBe('InvalidParameterException')
  expect((await connection.send(Buffer.from(JSON.stringify(signUpBody(app))))).status).toBe(200)
  expect(connection.sockets.size).toBe(1)
})

test('at most a hundred broken constraints are reported, so that the answer stays small', async () => {
  const app = await start()
  const attributes = (count: number) => signUpBody(app, { UserAttributes: Array(count).fill({}) })
  const few = await app.call('SignUp', attributes(99))
  expect(few.body.message.split('; ')).toHaveLength(99)
  expect(few.body.message).toMatch(
    /^99 validation errors detected: Value null at 'userAttributes\.1\.member\.name'/,
  )
  // As many as a body has room for.
  const many = await app.call('SignUp', attributes(340_000))
  expect(many.body.message.split('; ')).toHaveLength(100)
  expect(many.body.message).toMatch(
    /^100 validation errors detected: .*'userAttributes\.100\.member\.name' [^;]*$/,
  )
  expect(many.text.length).toBeLessThan(16_384)
})

test.each([
  ['value', (long: string) => ({ AuthFlow: long, ClientId: 'a' })],
  ['key', (long: string) => ({ AuthFlow: 'USER_AUTH', ClientId: 'a', ClientMetadata: { [long]: long } })],
])('a message repeats the beginning of a long %s', async (_, input) => {
  const { call } = await start()
  const { body, text } = await call('InitiateAuth', input('x'.repeat(500_000)))
  expect(body.message).toMatch(/^1 validation error detected: Value 'x{1024}…' at /)
  expect(text.length).toBeLessThan(4096)
})

test('a value that is far too long is named in an answer with a head that any client can read', async () => {
  const app = await start()
  const { url } = await app.server.listen()
  const PoolName = 'x'.repeat(100_000)
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'x-amz-target': `${TARGET}CreateUserPool` },
    body: JSON.stringify({ PoolName }),
  })
  const message = `1 validation error detected: Value '${PoolName.slice(0, 1024)}…' at 'poolName' failed to satisfy constraint: Member must have length less than or equal to 128`
  expect(await response.json()).toEqual({ __type: 'InvalidParameterException', message })
  expect(response.headers.get('x-amzn-errormessage')).toBe(message.slice(0, 1024))
})

const TOO_LONG = 'My-Secret-1'.repeat(12_000)

test.each([
  ['InitiateAuth', { AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters: { PASSWORD: TOO_LONG } }],
  ['AdminInitiateAuth', { AuthFlow: 'ADMIN_USER_PASSWORD_AUTH', AuthParameters: { PASSWORD: TOO_LONG } }],
  ['RespondToAuthChallenge', { ChallengeName: 'PASSWORD', ChallengeResponses: { PASSWORD: TOO_LONG } }],
  ['AdminRespondToAuthChallenge', { ChallengeName: 'PASSWORD', ChallengeResponses: { PASSWORD: TOO_LONG } }],
  ['VerifySoftwareToken', { UserCode: '123456', FriendlyDeviceName: TOO_LONG }],
])('a message of %s does not repeat what a user has typed', async (operation, input) => {
  const { call, userPoolId: UserPoolId, userPoolClientId: ClientId } = await start()
  const { body } = await call(operation, { UserPoolId, ClientId, ...input })
  expect(body).toEqual({
    __type: 'InvalidParameterException',
    message: expect.stringMatching(
      /^1 validation error detected: Value at '[\w.]+' failed to satisfy constraint: Member must have length less than or equal to 131072$/,
    ),
  })
})

test('bytes that are not HTTP do not disturb other clients', async () => {
  const app = await start()
  const { url } = await app.server.listen()
  const answered = await new Promise<string>((resolve, reject) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    let text = ''
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      text += chunk
    })
    socket.once('error', reject)
    socket.once('close', () => resolve(text))
    // Neither HTTP nor the TLS that is answered on the same port.
    socket.write(Buffer.from([0x80, 0x03, 0x01, 0x00, 0xa5, 0x01, 0x00, 0x0d, 0x0a, 0x0d, 0x0a]))
  })
  expect(answered).toMatch(/^HTTP\/1\.1 400 /)
  const fine = await fetch(url, {
    method: 'POST',
    headers: { 'x-amz-target': `${TARGET}SignUp` },
    body: JSON.stringify(signUpBody(app)),
  })
  expect(fine.status).toBe(200)
})

test.each([
  ['of a length', (length: number) => [`content-length: ${length}`, '']],
  ['in chunks', (length: number) => ['transfer-encoding: chunked', `${length.toString(16)}\r\n`]],
])(
  'a client that leaves in the middle of a body %s leaves nothing behind, and is not reported as a fault',
  async (_, framing) => {
    const logged: LogEntry[] = []
    const app = await start({ log: (entry) => logged.push(entry) })
    const { url } = await app.server.listen()
    const body = JSON.stringify(signUpBody(app))
    const [header, size] = framing(body.length)
    await new Promise<void>((resolve) => {
      const socket = connect(Number(new URL(url).port), '127.0.0.1', () => {
        socket.write(
          `POST / HTTP/1.1\r\nhost: a\r\nx-amz-target: ${TARGET}SignUp\r\n${header}\r\n\r\n${size}${body.slice(0, 20)}`,
          () => setTimeout(() => socket.destroy(), 50),
        )
      })
      socket.once('close', () => resolve())
    })
    await expect.poll(() => logged).toMatchObject([{ status: 400, exception: 'RequestAbortedException' }])
    await nothingWasStored(app)
  },
)
