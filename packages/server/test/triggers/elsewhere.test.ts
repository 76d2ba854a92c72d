import { randomBytes } from 'node:crypto'
import type { AmuletConfig } from '@amulet/server'
import { createServer } from '@amulet/server'
import { Sha256 } from '@smithy/core/checksum'
import { SignatureV4 } from '@smithy/signature-v4'
import { expect, onTestFinished, test, vi } from 'vitest'
import { lambdaResult, listening, type ReceivedRequest, type SentResponse } from './lambda-emulator.js'
import { arn, handlerOf, POOL, refused, startWithFunctions } from './start-with-functions.js'

// Functions that run elsewhere: by the API of AWS Lambda, or by a webhook.

const CREDENTIALS = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'a-secret-of-aws',
  sessionToken: 'a-token',
}

/** A pool whose PreSignUp runs where the configuration says. */
const startElsewhere = (config: AmuletConfig, named = arn('pre-sign-up')) =>
  startWithFunctions({}, { lambdaConfig: { PreSignUp: named }, elsewhere: config })

/** An endpoint that answers one after the other, and the last one from then on. */
async function answering(...answers: SentResponse[]) {
  const received: ReceivedRequest[] = []
  const url = await listening((request) => {
    received.push(request)
    return answers[Math.min(received.length, answers.length) - 1] ?? {}
  })
  return { url, received }
}

test('the Lambda API is called as the AWS SDK calls it, with a signature for the region of the function', async () => {
  const received: ReceivedRequest[] = []
  const handler = await handlerOf('08-pre-signup-autoconfirm-callback.cjs')
  const url = await listening(async (request) => {
    received.push(request)
    const { payload } = await lambdaResult(handler, request.body)
    return { body: payload }
  })
  const app = await startElsewhere(
    { lambdaEndpoint: { url, credentials: async () => CREDENTIALS } },
    'arn:aws:lambda:eu-north-1:111122223333:function:pre-sign-up:live',
  )
  expect((await app.signUp('ada')).body.UserConfirmed).toBe(true)
  const [request] = received
  if (!request) throw new Error('Nothing was received.')
  expect(request).toMatchObject({
    method: 'POST',
    url: '/2015-03-31/functions/pre-sign-up/invocations?Qualifier=live',
    headers: { 'x-amz-invocation-type': 'RequestResponse', 'x-amz-security-token': 'a-token' },
  })
  expect(JSON.parse(request.body)).toMatchObject({ triggerSource: 'PreSignUp_SignUp', userPoolId: POOL })
  const signer = new SignatureV4({
    credentials: CREDENTIALS,
    region: 'eu-north-1',
    service: 'lambda',
    sha256: Sha256,
  })
  const { authorization = '' } = request.headers
  const signedHeaders = /SignedHeaders=([^,]*)/.exec(authorization)?.[1]?.split(';') ?? []
  expect(signedHeaders).toEqual(expect.arrayContaining(['host', 'x-amz-date', 'x-amz-security-token']))
  const date = String(request.headers['x-amz-date'])
  const again = await signer.sign(
    {
      method: 'POST',
      protocol: 'http:',
      hostname: '127.0.0.1',
      path: '/2015-03-31/functions/pre-sign-up/invocations',
      query: { Qualifier: 'live' },
      headers: Object.fromEntries(
        signedHeaders
          .filter((name) => !['x-amz-date', 'x-amz-security-token', 'x-amz-content-sha256'].includes(name))
          .map((name) => [name, String(request.headers[name])]),
      ),
      body: request.body,
    },
    { signingDate: new Date(date.replace(/(....)(..)(..)T(..)(..)(..)Z/, '$1-$2-$3T$4:$5:$6Z')) },
  )
  expect(again.headers.authorization).toBe(authorization)
})

test('an endpoint that refuses is not asked again, and one that fails is asked three times', async () => {
  const missing = await answering({
    status: 404,
    headers: { 'x-amzn-errortype': 'ResourceNotFoundException:http://internal.amazon.com/' },
    body: '{"Type":"User","Message":"Function not found"}',
  })
  const app = await startElsewhere({ lambdaEndpoint: missing.url })
  expect(refused(await app.signUp('ada'))).toBe(
    'UnexpectedLambdaException: PreSignUp invocation failed due to error ResourceNotFoundException.',
  )
  expect(missing.received).toHaveLength(1)

  const failing = await answering({ status: 500, body: '{"__type":"ServiceException"}' })
  const other = await startElsewhere({ lambdaEndpoint: failing.url })
  expect(refused(await other.signUp('ada'))).toBe(
    'UnexpectedLambdaException: PreSignUp invocation failed due to error ServiceException.',
  )
  expect(failing.received).toHaveLength(3)
})

test('an endpoint that recovers is used by the second try', async () => {
  const { url, received } = await answering(
    { status: 503 },
    { body: '{"response":{"autoConfirmUser":true}}' },
  )
  const app = await startElsewhere({ lambdaEndpoint: url })
  expect((await app.signUp('ada')).body.UserConfirmed).toBe(true)
  expect(received).toHaveLength(2)
})

test('an error of a function in another language, or its own time limit, is reported once', async () => {
  const { url, received } = await answering({
    headers: { 'x-amz-function-error': 'Unhandled' },
    body: JSON.stringify({
      errorMessage: "'challengeMetaData'",
      errorType: 'KeyError',
      stackTrace: ['  File "/var/task/index.py", line 4, in handler\n'],
    }),
  })
  const app = await startElsewhere({ lambdaEndpoint: url })
  expect(refused(await app.signUp('ada'))).toBe(
    "UserLambdaValidationException: PreSignUp failed with error 'challengeMetaData'.",
  )
  expect(received).toHaveLength(1)
  expect(app.log.at(-1)?.cause).toMatchObject({
    cause: { name: 'KeyError', stack: expect.stringContaining('/var/task/index.py", line 4') },
  })
})

test('a missing endpoint, or one that redirects, is an error of the run', async () => {
  const { url, received } = await answering({ status: 307, headers: { location: 'https://evil.example/' } })
  for (const lambdaEndpoint of [url, 'http://127.0.0.1:1']) {
    const app = await startElsewhere({ lambdaEndpoint })
    expect(refused(await app.signUp('ada'))).toBe(
      'UnexpectedLambdaException: PreSignUp invocation failed due to error ServiceException.',
    )
    expect((await app.manage('ListUsers')).body.Users).toEqual([])
  }
  expect(received).toHaveLength(3)
})

test('functions of the server take precedence over webhooks, and webhooks over the endpoint', async () => {
  const asked: string[] = []
  const answer = (who: string) => async (): Promise<SentResponse> => {
    asked.push(who)
    return { body: '{"response":{}}' }
  }
  const secret = `whsec_${randomBytes(32).toString('base64')}`
  const url = await listening(answer('webhook'))
  const elsewhere = {
    lambdaEndpoint: await listening(answer('endpoint')),
    webhooks: { both: { url, secret }, hooked: { url, secret } },
  }
  for (const name of ['both', 'hooked', 'other']) {
    const app = await startWithFunctions(
      {
        both: async (event) => {
          asked.push('function')
          return event
        },
      },
      { lambdaConfig: { PreSignUp: arn(name) }, elsewhere },
    )
    expect((await app.signUp('ada')).status).toBe(200)
  }
  expect(asked).toEqual(['function', 'webhook', 'endpoint'])
})

test.each(['lambdaEndpoint', 'webhook'])(
  'a %s that does not answer in time is asked three times',
  async (where) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    let requests = 0
    const url = await listening(() => {
      requests++
      return new Promise(() => {})
    })
    const secret = `whsec_${randomBytes(32).toString('base64')}`
    const app = await startElsewhere(
      where === 'webhook' ? { webhooks: { 'pre-sign-up': { url, secret } } } : { lambdaEndpoint: url },
    )
    const answer = app.signUp('ada')
    for (let tried = 1; tried <= 3; tried++) {
      await vi.waitFor(() => expect(requests).toBe(tried), { interval: 1 })
      await vi.advanceTimersByTimeAsync(5000)
    }
    expect(refused(await answer)).toBe(
      'UnexpectedLambdaException: PreSignUp failed with error Socket timeout while invoking Lambda function.',
    )
  },
)

test('a webhook that fails is asked three times, and one that refuses without a reason once', async () => {
  const secret = `whsec_${randomBytes(32).toString('base64')}`
  for (const [status, requests] of [
    [500, 3],
    [429, 3],
    [403, 1],
  ] as const) {
    const { url, received } = await answering({ status, body: 'no' })
    const app = await startElsewhere({ webhooks: { 'pre-sign-up': { url, secret } } })
    expect(refused(await app.signUp('ada'))).toBe(
      'UnexpectedLambdaException: PreSignUp invocation failed due to error ServiceException.',
    )
    expect(received).toHaveLength(requests)
  }
})

test.each([
  [
    { webhooks: { hook: { url: 'http://example.com/hook', secret: `whsec_${'A'.repeat(32)}` } } },
    'The URL of webhooks.hook must begin with https://.',
  ],
  [
    { webhooks: { hook: { url: 'https://example.com/hook', secret: 'short' } } },
    'The secret of the webhook must be "whsec_" and 24 to 64 bytes in base64. To make one: echo "whsec_$(openssl rand -base64 32)"',
  ],
  [
    { lambdaEndpoint: 'localhost:3001' },
    'lambdaEndpoint must be a URL that begins with http:// or https://.',
  ],
  [
    { lambdaEndpoint: { url: 'http://localhost:3001', credentials: { accessKeyId: 'a' } } },
    'lambdaEndpoint.credentials must be { accessKeyId, secretAccessKey, sessionToken }, or a function that gets them.',
  ],
  [
    { lambdaEndpoint: { url: 'http://localhost:3001', region: 'eu-west-1' } },
    'lambdaEndpoint.region is unknown; known there: url, credentials.',
  ],
])('a configuration with %j is refused at the start', async (config, message) => {
  // Some are not what the types allow.
  const server = createServer({ config: config as AmuletConfig })
  await expect(server.ready).rejects.toMatchObject({ name: 'StartError', message })
})
