import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sharedDatabase } from './fresh-database.js'
import { RUNS, SEED } from './fuzz.js'
import { ADMIN, awsSdk, send, sendSigned, signRequest, startProduction } from './production.js'
import { start } from './start.js'
import { stillClock } from './still-clock.js'

const MISMATCH = {
  __type: 'InvalidSignatureException',
  message:
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
}

test('the AWS SDK administers with each of the configured keys', async () => {
  const second = { accessKeyId: 'second', secretAccessKey: 'another-secret-of-another-administrator' }
  const app = await startProduction({ adminCredentials: [ADMIN, second] })
  const admin = await awsSdk(app)
  const { UserPool } = await admin.createUserPool({ PoolName: 'Made in production' })
  const other = await awsSdk(app, { credentials: second })
  const { UserPools } = await other.listUserPools({ MaxResults: 10 })
  expect(UserPools).toMatchObject([{ Id: UserPool?.Id, Name: 'Made in production' }])
})

test.each([
  {
    who: 'an unknown access key',
    config: { credentials: { ...ADMIN, accessKeyId: 'AKIDNOBODY' } },
    answer: {
      name: 'UnrecognizedClientException',
      message: 'The security token included in the request is invalid.',
    },
  },
  {
    who: 'a wrong secret',
    config: { credentials: { ...ADMIN, secretAccessKey: `${ADMIN.secretAccessKey}x` } },
    answer: { name: 'InvalidSignatureException', message: MISMATCH.message },
  },
  {
    who: 'temporary credentials, which are not given out here',
    config: { credentials: { ...ADMIN, sessionToken: 'FwoGZXIvYXdzEXAMPLE' } },
    answer: {
      name: 'UnrecognizedClientException',
      message: 'The security token included in the request is invalid.',
    },
  },
  {
    who: 'a signature for another region',
    config: { region: 'eu-west-1' },
    answer: {
      name: 'InvalidSignatureException',
      message: "Credential should be scoped to a valid region, not 'eu-west-1'. ",
    },
  },
])('the AWS SDK with $who is refused', async ({ config, answer }) => {
  const app = await startProduction()
  const admin = await awsSdk(app, config)
  await expect(admin.createUserPool({ PoolName: 'x' })).rejects.toMatchObject(answer)
  expect((await sendSigned(app, 'ListUserPools', { MaxResults: 1 })).body.UserPools).toEqual([])
})

test('the AWS SDK on a machine with a wrong clock corrects it by the answer and continues', async () => {
  const app = await startProduction()
  const admin = await awsSdk(app, { systemClockOffset: -3600_000 })
  expect((await admin.listUserPools({ MaxResults: 1 })).UserPools).toEqual([])
})

test('a signature is valid for five minutes before and after its date', async () => {
  const now = Date.UTC(2030, 0, 1, 12)
  const app = await startProduction({ clock: stillClock(now) })
  const at = (milliseconds: number) => new Date(now + milliseconds)
  const list = (date: Date) => sendSigned(app, 'ListUserPools', { MaxResults: 1 }, { date })
  expect((await list(at(-300_000))).status).toBe(200)
  expect((await list(at(300_000))).status).toBe(200)
  expect((await list(at(-301_000))).body).toEqual({
    __type: 'InvalidSignatureException',
    message:
      'Signature expired: 20300101T115459Z is now earlier than 20300101T115500Z (20300101T120000Z - 5 min.)',
  })
  expect((await list(at(301_000))).body).toEqual({
    __type: 'InvalidSignatureException',
    message:
      'Signature not yet current: 20300101T120501Z is still later than 20300101T120500Z (20300101T120000Z + 5 min.)',
  })
})

test('a replayed request is refused by every node', async () => {
  const database = await sharedDatabase()
  const [one, two] = [await startProduction(database), await startProduction(database)]
  const overheard = await signRequest('CreateUserPool', { PoolName: 'Once' })
  expect((await send(one, overheard)).status).toBe(200)
  for (const app of [one, two]) {
    app.server.clock.advance(10)
    expect((await send(app, overheard)).body).toEqual({
      __type: 'InvalidSignatureException',
      message: 'This signature has been used already. Sign each request anew.',
    })
  }
  const { body } = await sendSigned(two, 'ListUserPools', { MaxResults: 10 })
  expect(body.UserPools).toHaveLength(1)
})

const TWICE = {
  __type: 'ThrottlingException',
  message: 'The same request was signed twice within a second. Sign it again.',
}

test('a request that is sent again unchanged is refused at once', async () => {
  const app = await startProduction({ clock: stillClock() })
  const date = new Date(app.server.clock.now())
  const sent: Record<string, string>[] = [{}, { 'amz-sdk-invocation-id': 'one' }]
  for (const headers of sent) {
    const request = await signRequest('ListUserPools', { MaxResults: 1 }, { headers, date })
    expect((await send(app, request)).status).toBe(200)
    expect((await send(app, request)).body).toEqual(TWICE)
  }
})

test('of two equal requests within a second, reads are both answered, and the second write is throttled', async () => {
  const app = await startProduction({ clock: stillClock() })
  const invocation = async (operation: string, input: object) => {
    const request = await signRequest(operation, input, { date: new Date(app.server.clock.now()) })
    return (id: string) =>
      send(app, { ...request, headers: { ...request.headers, 'amz-sdk-invocation-id': id } })
  }
  const read = await invocation('ListUserPools', { MaxResults: 1 })
  expect((await read('one')).status).toBe(200)
  expect((await read('two')).status).toBe(200)
  expect((await read('one')).body).toEqual(TWICE)
  const write = await invocation('CreateUserPool', { PoolName: 'Once' })
  expect((await write('one')).status).toBe(200)
  expect((await write('two')).body).toEqual(TWICE)
  app.server.clock.advance(3)
  for (const late of [read, write])
    expect((await late('three')).body.__type).toBe('InvalidSignatureException')
})

test('only the beginning of a far too long invocation id counts', async () => {
  const app = await startProduction({ clock: stillClock() })
  const request = await signRequest(
    'ListUserPools',
    { MaxResults: 1 },
    { date: new Date(app.server.clock.now()) },
  )
  const read = (id: string) =>
    send(app, { ...request, headers: { ...request.headers, 'amz-sdk-invocation-id': id } })
  expect((await read(`${'x'.repeat(64)}1`)).status).toBe(200)
  expect((await read(`${'x'.repeat(64)}2`)).body).toEqual(TWICE)
  expect((await read(`${'x'.repeat(63)}2`)).status).toBe(200)
})

test('blanks around the parts of a signature are ignored', async () => {
  const app = await startProduction()
  const request = await signRequest('CreateUserPool', CREATE)
  const authorization = (request.headers.authorization ?? '').replace(/,/g, ' ,').replace(/=/g, ' = ')
  expect((await send(app, { ...request, headers: { ...request.headers, authorization } })).status).toBe(200)
})

test('a request that failed by a fault of the server may be repeated unchanged for two seconds', async () => {
  let fails = true
  const clock = stillClock()
  const app = await startProduction({
    clock,
    randomBytes(size) {
      if (fails) throw new Error('no randomness here')
      return randomBytes(size)
    },
  })
  const signed = () => signRequest('CreateUserPool', CREATE, { date: new Date(clock.now()) })
  const again = await signed()
  expect((await send(app, again)).status).toBe(500)
  clock.advance(1.999)
  expect((await send(app, again)).status).toBe(500)
  fails = false
  clock.advance(1.999)
  expect((await send(app, again)).status).toBe(200)
  fails = true
  const late = await signed()
  expect((await send(app, late)).status).toBe(500)
  fails = false
  clock.advance(2)
  expect((await send(app, late)).body).toEqual({
    __type: 'InvalidSignatureException',
    message: 'This signature has been used already. Sign each request anew.',
  })
})

test('a signature without a date is refused, and each missing part is named', async () => {
  const app = await startProduction()
  const { url, headers, body } = await signRequest('ListUserPools', { MaxResults: 1 })
  const { 'x-amz-date': _, ...undated } = headers
  const message = "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header."
  expect((await send(app, { url, headers: undated, body })).body).toEqual({
    __type: 'IncompleteSignatureException',
    message,
  })
  const authorization = 'AWS4-HMAC-SHA256 Credential=a/b/c/d/e'
  expect((await send(app, { url, headers: { ...undated, authorization }, body })).body).toEqual({
    __type: 'IncompleteSignatureException',
    message: `Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. ${message}`,
  })
})

const CREATE = { PoolName: 'Signed' }

test.each([
  {
    what: 'another body',
    change: (request: SignedRequest) => ({ ...request, body: JSON.stringify({ PoolName: 'Tampered' }) }),
  },
  {
    what: 'another operation',
    change: (request: SignedRequest) => ({
      ...request,
      headers: { ...request.headers, 'x-amz-target': 'AWSCognitoIdentityProviderService.ListUserPools' },
    }),
  },
  {
    what: 'another host',
    change: (request: SignedRequest) => ({
      ...request,
      headers: { ...request.headers, host: 'elsewhere.example' },
    }),
  },
  {
    what: 'another path',
    change: (request: SignedRequest) => ({ ...request, url: 'http://localhost/us-east-1_Another00' }),
  },
  {
    what: 'a query',
    change: (request: SignedRequest) => ({ ...request, url: 'http://localhost/?__proto__=1' }),
  },
  {
    what: 'another date',
    change: (request: SignedRequest) => ({
      ...request,
      headers: {
        ...request.headers,
        'x-amz-date': (request.headers['x-amz-date'] ?? '').replace(/\d\dZ$/, (seconds) =>
          seconds === '00Z' ? '01Z' : '00Z',
        ),
      },
    }),
  },
  {
    what: 'a signature that is nearly right',
    change: (request: SignedRequest) => ({
      ...request,
      headers: {
        ...request.headers,
        authorization: (request.headers.authorization ?? '').replace(/.$/, (end) =>
          end === '0' ? '1' : '0',
        ),
      },
    }),
  },
])('a request with $what than the signed one is refused', async ({ change }) => {
  const app = await startProduction()
  const signed = await signRequest('CreateUserPool', CREATE)
  expect((await send(app, change(signed))).body).toEqual(MISMATCH)
  // What was refused does not use the signature up.
  expect((await send(app, signed)).status).toBe(200)
})

type SignedRequest = Awaited<ReturnType<typeof signRequest>>

test('a path and a query are accepted as they were signed and sent', async () => {
  const app = await startProduction()
  const path = '/us-east-1_Whatever0?b=2&a=1%202'
  expect((await sendSigned(app, 'CreateUserPool', CREATE, { path })).status).toBe(200)
})

test('a hash of the body in a header has to match the body', async () => {
  const app = await startProduction()
  for (const hash of ['UNSIGNED-PAYLOAD', '0'.repeat(64)])
    expect(
      (await sendSigned(app, 'CreateUserPool', CREATE, { headers: { 'x-amz-content-sha256': hash } })).body,
    ).toEqual({
      __type: 'InvalidSignatureException',
      message: "The provided 'x-amz-content-sha256' header does not match what was computed.",
    })
})

test.each([
  ['x-amz-target', 'X-Amz-Target'],
  ['host', 'Host'],
])('%s must be signed', async (header, shown) => {
  const app = await startProduction()
  const { body } = await sendSigned(app, 'CreateUserPool', CREATE, { unsigned: [header] })
  expect(body).toEqual({
    __type: 'InvalidSignatureException',
    message: `'${shown}' must be a 'SignedHeader' in the AWS Authorization.`,
  })
})

test('a signature for another service is refused', async () => {
  const app = await startProduction()
  const { body } = await sendSigned(app, 'CreateUserPool', CREATE, { service: 'cognito-identity' })
  expect(body).toEqual({
    __type: 'InvalidSignatureException',
    message: "Credential should be scoped to correct service: 'cognito-idp'. ",
  })
})

test.each([
  {
    authorization: undefined,
    type: 'MissingAuthenticationTokenException',
    says: 'Missing Authentication Token',
  },
  {
    authorization: 'Bearer abc',
    type: 'MissingAuthenticationTokenException',
    says: 'Missing Authentication Token',
  },
  {
    authorization: 'AWS4-HMAC-SHA1 Credential=a',
    type: 'IncompleteSignatureException',
    says: 'AWS4-HMAC-SHA1',
  },
  { authorization: 'AWS4-HMAC-SHA256', type: 'IncompleteSignatureException', says: "requires 'Credential'" },
  {
    authorization: 'AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=c',
    type: 'IncompleteSignatureException',
    says: 'exactly 5',
  },
  {
    authorization: `AWS4-HMAC-SHA256 Credential=${ADMIN.accessKeyId}/20200101/us-east-1/cognito-idp/aws4_request, SignedHeaders=host, Signature=c`,
    type: 'InvalidSignatureException',
    says: "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20200101' != '20300101', from '20300101T000000Z'.",
  },
  {
    authorization: `AWS4-HMAC-SHA256 Credential=${ADMIN.accessKeyId}/20300101/us-east-1/cognito-idp/aws4, SignedHeaders=host, Signature=c`,
    type: 'InvalidSignatureException',
    says: "Credential should be scoped with a valid terminator: 'aws4_request'. ",
  },
  {
    authorization: `AWS4-HMAC-SHA256 Credential=${ADMIN.accessKeyId}/20300101/us-east-1/cognito-idp/aws4_request/x, SignedHeaders=host, Signature=c`,
    type: 'IncompleteSignatureException',
    says: 'exactly 5',
  },
  {
    authorization: `AWS4-HMAC-SHA256 Credential=${ADMIN.accessKeyId}/20300101/us-east-1/cognito-idp/aws4_request, SignedHeaders=host;x-amz-date;x-amz-target;x-nothing, Signature=c`,
    type: 'InvalidSignatureException',
    says: "'x-nothing' is named as a SignedHeader, but it does not exist in the HTTP request.",
  },
])('$authorization is refused as a signature', async ({ authorization, type, says }) => {
  const app = await startProduction()
  const { status, body } = await send(app, {
    url: 'http://localhost/',
    headers: {
      'x-amz-target': 'AWSCognitoIdentityProviderService.ListUserPools',
      'x-amz-date': '20300101T000000Z',
      ...(authorization !== undefined && { authorization }),
    },
    body: '{"MaxResults":1}',
  })
  expect([status, body.__type]).toEqual([400, type])
  expect(body.message).toContain(says)
})

test('a public operation ignores credentials, even wrong ones', async () => {
  const app = await startProduction()
  for (const authorization of ['Bearer abc', 'AWS4-HMAC-SHA256 Credential=nonsense'])
    expect(
      (
        await send(app, {
          url: 'http://localhost/',
          headers: { 'x-amz-target': 'AWSCognitoIdentityProviderService.GetUser', authorization },
          body: '{"AccessToken":"nonsense"}',
        })
      ).body,
    ).toEqual({ __type: 'NotAuthorizedException', message: 'Invalid Access Token' })
})

test('in development any credentials are accepted, or none, unless some are configured', async () => {
  const open = await start()
  expect((await open.call('ListUserPools', { MaxResults: 1 })).status).toBe(200)
  const closed = await start({ adminCredentials: [ADMIN] })
  expect((await closed.call('ListUserPools', { MaxResults: 1 })).body.__type).toBe(
    'MissingAuthenticationTokenException',
  )
  expect((await sendSigned(closed, 'ListUserPools', { MaxResults: 1 })).status).toBe(200)
})

test('any content of the headers is answered by the protocol', {
  timeout: 60_000 + RUNS * 300,
}, async () => {
  const app = await startProduction()
  const { headers } = await signRequest('ListUserPools', { MaxResults: 1 })
  const parts = (headers.authorization ?? '').split(/([ ,;=/]+)/)
  const nonsense = fc.stringMatching(/^[ -~]{0,20}$/)
  // The right header with some parts gone, doubled or replaced.
  const authorization = fc
    .array(fc.tuple(fc.constantFrom('keep', 'drop', 'double', 'replace'), nonsense), {
      minLength: parts.length,
      maxLength: parts.length,
    })
    .map((changes) =>
      parts
        .map((part, index) => {
          const [change, other] = changes[index] ?? []
          if (change === 'drop') return ''
          if (change === 'double') return part + part
          return change === 'replace' ? other : part
        })
        .join(''),
    )
  const date = fc.oneof(nonsense, fc.constantFrom(headers['x-amz-date'] ?? '', '99999999T999999Z'))
  await fc.assert(
    fc.asyncProperty(fc.oneof(authorization, nonsense), date, async (given, at) => {
      const { status, body } = await send(app, {
        url: 'http://localhost/',
        headers: { ...headers, authorization: given, 'x-amz-date': at },
        body: '{"MaxResults":1}',
      })
      expect([status, body.__type]).toEqual([
        400,
        expect.stringMatching(
          /^(MissingAuthenticationToken|IncompleteSignature|InvalidSignature|UnrecognizedClient)Exception$/,
        ),
      ])
    }),
    { numRuns: 5 * RUNS, seed: SEED },
  )
})
