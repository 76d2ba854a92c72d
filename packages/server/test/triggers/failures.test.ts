import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import type { AmuletServer, LogEntry, ServerOptions } from '@amulet/server'
import { createServer } from '@amulet/server'
import { Webhook } from 'standardwebhooks'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { createServer as createBuiltServer } from '../../dist/index.js'
import { call, PASSWORD } from '../start.js'
import config, { failures, PreSignUp, successes } from './failing.config.mjs'
import { lambdaResult, listening } from './lambda-emulator.js'
import { handlerOf, refused, startWithFunctions } from './start-with-functions.js'

const FILE = fileURLToPath(new URL('failing.config.mjs', import.meta.url))
const { functions, ...withoutFunctions } = config

/** Each way to run a function, as a server that runs one so. */
const RUNNERS: Record<string, (options: ServerOptions) => Promise<AmuletServer> | AmuletServer> = {
  'in place': (options) => createServer({ ...options, config: withoutFunctions, functions }),
  // Threads run what is built.
  'in a thread': (options) =>
    createBuiltServer({ ...options, config: withoutFunctions, functionsFile: FILE }),
  async 'by the Lambda API'(options) {
    const lambdaEndpoint = await listening(async ({ body }) => {
      const { failed, payload } = await lambdaResult(PreSignUp, body)
      return { body: payload, ...(failed && { headers: { 'x-amz-function-error': 'Unhandled' } }) }
    })
    return createServer({ ...options, config: { ...withoutFunctions, lambdaEndpoint } })
  },
  async 'by a webhook'(options) {
    const secret = `whsec_${randomBytes(32).toString('base64')}`
    const url = await listening(async ({ body, headers }) => {
      // Throws unless the signature is right.
      new Webhook(secret).verify(body, headers as Record<string, string>)
      const { failed, payload } = await lambdaResult(PreSignUp, body)
      return { status: failed ? 400 : 200, body: payload }
    })
    return createServer({
      ...options,
      config: { ...withoutFunctions, webhooks: { PreSignUp: { url, secret } } },
    })
  },
}

async function started(runner: string) {
  const log: LogEntry[] = []
  const make = RUNNERS[runner]
  if (!make) throw new Error(`There is no runner ${runner}.`)
  const server = await make({ log: (entry) => log.push(entry) })
  onTestFinished(() => server.close())
  await server.ready
  return {
    log,
    signUp: (Username: string) =>
      call(server, 'SignUp', { ClientId: 'triggers', Username, Password: PASSWORD }),
    users: async () =>
      (await call(server, 'ListUsers', { UserPoolId: 'us-east-1_Triggers1' })).body.Users.map(
        ({ Username }) => Username,
      ),
  }
}

const threw = (text: string) => `UserLambdaValidationException: PreSignUp failed with error ${text}.`
const EMPTY = 'InvalidLambdaResponseException: Invalid lambda function output : Invalid JSON'
const NOT_THE_EVENT = 'InvalidLambdaResponseException: Unrecognizable lambda output'
const NO_TEXT =
  'callback called with Error argument, but there was a problem while retrieving one or more of its message, name, and stack'

/** What the caller is told of each failure. */
const TOLD: Record<string, string> = {
  throws: threw('No sign-ups today'),
  throwsAtOnce: threw('not a function'),
  throwsText: threw('just a text'),
  throwsObject: threw('[object Object]'),
  throwsNothing: threw(NO_TEXT),
  throwsTrap: threw(NO_TEXT),
  callsBackError: threw('by callback'),
  callsBackText: threw('a text by callback'),
  isDone: threw('done'),
  fails: threw('failed'),
  returnsNothing: EMPTY,
  returnsNull: EMPTY,
  returnsText: NOT_THE_EVENT,
  returnsNumber: NOT_THE_EVENT,
  returnsList: NOT_THE_EVENT,
  returnsNoResponse: NOT_THE_EVENT,
  wrongTypes: NOT_THE_EVENT,
  listForObject: NOT_THE_EVENT,
  proto: NOT_THE_EVENT,
  cycle: EMPTY,
  bigint: EMPTY,
  megabyte: NOT_THE_EVENT,
  deep: NOT_THE_EVENT,
}
/** What cannot be written as JSON fails at AWS Lambda already, in the words of JavaScript. */
const NO_JSON = ['cycle', 'bigint']

test('each failure has an expectation', () =>
  expect(Object.keys(TOLD).toSorted()).toEqual(failures.toSorted()))

describe.each(Object.keys(RUNNERS))('a function that runs %s', (runner) => {
  test('and fails in any way causes the error of the service, and no user is stored', async () => {
    const { signUp, users, log } = await started(runner)
    const told: Record<string, string> = {}
    for (const failure of failures) {
      const answer = await signUp(failure)
      expect(answer.status, failure).toBe(400)
      told[failure] = refused(answer)
    }
    const remote = runner.startsWith('by ')
    for (const failure of failures)
      if (remote && NO_JSON.includes(failure))
        expect(told[failure]).toMatch(/^UserLambdaValidationException: /)
      else expect(told[failure], failure).toBe(TOLD[failure])
    expect(await users()).toEqual([])
    expect(Object.hasOwn(Object.prototype, 'autoVerifyEmail')).toBe(false)
    // Whom it was about, and where the function threw.
    const entry = log.find(({ operation }) => operation === 'SignUp')
    expect(entry?.subject).toMatch(/^[0-9a-f]{32}$/)
    expect(entry?.cause).toMatchObject({
      name: 'FunctionFailure',
      message: expect.stringMatching(
        /^The function PreSignUp of PreSignUp threw at \S*failing\.config\.mjs:4:\d+\.$/,
      ),
      cause: { message: 'No sign-ups today' },
    })
    const signUps = log.filter(({ operation }) => operation === 'SignUp')
    for (const [failure, words] of [
      // Text that is thrown has no place.
      ['throwsText', 'just a text'],
      ['callsBackText', 'a text by callback'],
      ['returnsNothing', 'answers with the event'],
      ['returnsNoResponse', 'answers with the event'],
    ] as const) {
      const failed = signUps[failures.indexOf(failure)]?.cause
      expect(failed instanceof Error && `${failed.message} ${failed.cause}`, failure).toContain(words)
    }
  })

  test('and answers in any style confirms the user', async () => {
    const { signUp, users } = await started(runner)
    for (const success of successes)
      expect((await signUp(success)).body, success).toMatchObject({ UserConfirmed: true })
    expect((await users()).toSorted()).toEqual(successes.toSorted())
  })
})

test('a handler that takes only the event and returns no promise has answered nothing, as at AWS Lambda', async () => {
  const app = await startWithFunctions({ PreSignUp: (event) => event })
  expect(refused(await app.signUp('ada'))).toBe(EMPTY)
})

test('a function that does not answer in time is tried three times, and one that throws once', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  const slow = await handlerOf('33-slow.cjs')
  let runs = 0
  const app = await startWithFunctions({
    PreSignUp: (event, context, callback) => {
      runs++
      return event.userName === 'throws' ? Promise.reject(new Error('no')) : slow(event, context, callback)
    },
  })
  const answer = app.signUp('slow')
  for (let tried = 1; tried <= 3; tried++) {
    await vi.waitFor(() => expect(runs).toBe(tried), { interval: 1 })
    await vi.advanceTimersByTimeAsync(5000)
  }
  expect(refused(await answer)).toBe(
    'UnexpectedLambdaException: PreSignUp failed with error Socket timeout while invoking Lambda function.',
  )
  await app.signUp('throws')
  expect(runs).toBe(4)
})

test('runs beyond the number of threads wait for others', async () => {
  const { signUp } = await started('in a thread')
  const answers = await Promise.all(Array.from({ length: 40 }, (_, i) => signUp(`takesAWhile-${i}`)))
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
})

test('a function in a thread that never ends, exits or takes all memory does not stop others', async () => {
  const { signUp, log } = await started('in a thread')
  const deadly = Promise.all(
    ['exits', 'exitsQuietly', 'throwsLater', 'rejectsUnheard', 'takesAllMemory', 'loops'].map(
      async (name) => [name, refused(await signUp(name))] as const,
    ),
  )
  for (const success of successes) expect((await signUp(success)).status).toBe(200)
  const told = Object.fromEntries(await deadly)
  const exited = (how: string) =>
    expect.stringMatching(
      new RegExp(
        `^UserLambdaValidationException: PreSignUp failed with error RequestId: \\S{36} Error: ${how}\\.$`,
      ),
    )
  expect(told).toEqual({
    exits: exited('Runtime exited with error: exit status 129'),
    exitsQuietly: exited('Runtime exited without providing a reason'),
    throwsLater: threw('too late to catch'),
    rejectsUnheard: threw('nobody waits for this'),
    takesAllMemory: exited('Runtime exited with error: signal: killed'),
    loops:
      'UnexpectedLambdaException: PreSignUp failed with error Socket timeout while invoking Lambda function.',
  })
  expect((await signUp('throws')).status).toBe(400)
  expect(log.every(({ status }) => status < 500)).toBe(true)
  // No place of the server's own is taken for that of a throw.
  const messages = log.map(({ cause }) => `${cause instanceof Error ? cause.message : ''}`)
  expect(messages).toContainEqual(
    expect.stringMatching(/threw: .* Runtime exited with error: exit status 129$/),
  )
  expect(messages).toContainEqual(expect.stringMatching(/threw at \S*failing\.config\.mjs:\d+:\d+\.$/))
  expect(messages.join()).not.toContain('function-thread')
})

test('user input in the error of a function causes no delay, and is not taken for a place in its code', async () => {
  const { signUp, log } = await startWithFunctions({
    PreSignUp: ({ request }) => {
      throw new Error(`Unknown code ${Object.values(request.clientMetadata ?? {}).join('')}`)
    },
  })
  const value = '\n'.repeat(131_072)
  const typed = [{ a: value, b: value, c: `${value.slice(1)}x` }, { a: '\n    at check (/made-up.js:1:1)\n' }]
  for (const ClientMetadata of typed) {
    expect((await signUp('ada', { ClientMetadata })).status).toBe(400)
    expect(log.at(-1)?.cause).toMatchObject({
      message: expect.stringMatching(
        /^The function PreSignUp of PreSignUp threw at \S*failures\.test\.ts:\d+:\d+\.$/,
      ),
    })
  }
})

test.each([
  ['a number', 5],
  ['a list, as of call sites', []],
])('an error whose stack is %s is still the error of its function', async (_, stack) => {
  const { signUp } = await startWithFunctions({
    PreSignUp: () => {
      throw Object.assign(new Error('No sign-ups today'), { stack })
    },
  })
  expect(refused(await signUp('ada'))).toBe(
    'UserLambdaValidationException: PreSignUp failed with error No sign-ups today.',
  )
})
