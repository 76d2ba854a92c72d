import { EventEmitter, once } from 'node:events'
import type { FunctionHandler, TriggerEvent } from '@amulet/server'
import { expect, onTestFinished, test, vi } from 'vitest'
import { openDatabase } from '../../src/db/database.js'
import { newDevice, proveDevice } from '../device-client.js'
import { sharedDatabase } from '../fresh-database.js'
import { srpBegin } from '../srp-sign-in.js'
import { type Answer, PASSWORD } from '../start.js'
import { stillClock } from '../still-clock.js'
import { totp } from '../totp.js'
import { ADA, startCustom } from './custom-auth.js'
import { CLIENT, POOL, refused } from './start-with-functions.js'

const WRONG = 'NotAuthorizedException: Incorrect username or password.'
const USED = 'NotAuthorizedException: Invalid session for the user, session can only be used once.'
const UNRECOGNIZABLE = 'InvalidLambdaResponseException: Unrecognizable lambda output'
const hides = { client: { PreventUserExistenceErrors: 'ENABLED' } }

/** What came of a request: a challenge's name, tokens, or what it was refused with. */
const told = (answer: Answer) =>
  answer.status === 200 ? (answer.body.ChallengeName ?? 'tokens') : refused(answer)

/** The code of a first factor that was sent to Ada's number, once it has arrived. */
const codeBySms = ({ server }: Pick<Awaited<ReturnType<typeof startCustom>>, 'server'>): Promise<string> =>
  vi.waitFor(
    () => {
      const sent = server.inbox.last('+15555550100')?.code
      expect(sent).toMatch(/^\d{8}$/)
      return String(sent)
    },
    { timeout: 20_000 },
  )

/** Names one challenge after another, then issues tokens. SRP_A is no challenge that was named. */
const naming =
  (...names: string[]): FunctionHandler =>
  async (event) => {
    const done = (event.request.session ?? []).filter(({ challengeName }) => names.includes(challengeName))
    const name = names[done.length]
    if (name === undefined) event.response.issueTokens = true
    else event.response.challengeName = name
    return event
  }

/** Asks until the answer is right, or ends after five. */
const untilRight: FunctionHandler = async (event) => {
  const { session = [] } = event.request
  if (session.at(-1)?.challengeResult) event.response.issueTokens = true
  else if (session.length >= 5) event.response.failAuthentication = true
  else event.response.challengeName = 'CUSTOM_CHALLENGE'
  return event
}

const create: FunctionHandler = async (event) => {
  event.response.publicChallengeParameters = { question: 'colour', USERNAME: 'eve' }
  event.response.privateChallengeParameters = { answer: 'red' }
  event.response.challengeMetadata = `round ${event.request.session?.length}`
  return event
}
const verify: FunctionHandler = async (event) => {
  event.response.answerCorrect =
    event.request.challengeAnswer === event.request.privateChallengeParameters?.answer
  return event
}
const asking = { define: untilRight, create, verify }

/** A handler that keeps its events, in the order in which they came. */
function recording() {
  const events: TriggerEvent[] = []
  const record =
    (handler: FunctionHandler): FunctionHandler =>
    (event, context, callback) => {
      events.push(structuredClone(event))
      return handler(event, context, callback)
    }
  return { events, record }
}

test('the functions see who signs in, every answer so far, and what came with the answer at hand', async () => {
  const { events, record } = recording()
  const app = await startCustom({
    define: record(untilRight),
    create: record(create),
    verify: record(verify),
  })
  const asked = await app.begin('ada', {}, { ClientMetadata: { from: 'first' } })
  expect(asked.body.ChallengeParameters).toEqual({ question: 'colour', USERNAME: 'ada' })
  const again = await app.reply(asked, 'blue', { ClientMetadata: { from: 'second' } })
  expect(told(await app.reply(again, 'red'))).toBe('tokens')
  const wrong = {
    challengeName: 'CUSTOM_CHALLENGE',
    challengeResult: false,
    challengeMetadata: 'round 0',
  }
  const right = { challengeName: 'CUSTOM_CHALLENGE', challengeResult: true, challengeMetadata: 'round 1' }
  const verified = { challengeAnswer: 'blue', privateChallengeParameters: { answer: 'red' } }
  const second = { clientMetadata: { from: 'second' } }
  expect(
    events.map(({ triggerSource, request: { userAttributes: _, ...rest } }) => [
      triggerSource.replace(/_Authentication$/, ''),
      rest,
    ]),
  ).toEqual([
    ['DefineAuthChallenge', { session: [] }],
    ['CreateAuthChallenge', { session: [], challengeName: 'CUSTOM_CHALLENGE' }],
    ['VerifyAuthChallengeResponse', { ...verified, ...second }],
    ['DefineAuthChallenge', { session: [wrong], ...second }],
    ['CreateAuthChallenge', { session: [wrong], challengeName: 'CUSTOM_CHALLENGE', ...second }],
    ['VerifyAuthChallengeResponse', { ...verified, challengeAnswer: 'red' }],
    ['DefineAuthChallenge', { session: [wrong, right] }],
  ])
  expect(events[0]).toMatchObject({
    version: '1',
    userName: 'ada',
    callerContext: { clientId: CLIENT },
    request: { userAttributes: { email: 'ada@birch.example', 'cognito:user_status': 'CONFIRMED' } },
    response: { challengeName: null, issueTokens: null, failAuthentication: null },
  })
})

test('a pool without the functions says so, and so does a client without the flow', async () => {
  const NOT_CONFIGURED =
    'InvalidParameterException: Custom auth lambda trigger is not configured for the user pool.'
  const without = await startCustom({}, { lambdaConfig: {} })
  expect(refused(await without.begin())).toBe(NOT_CONFIGURED)
  expect(refused(await without.begin('nobody'))).toBe(NOT_CONFIGURED)
  const onlyDefine = await startCustom(
    { define: untilRight },
    { lambdaConfig: { DefineAuthChallenge: 'arn:aws:lambda:us-east-1:0:function:DefineAuthChallenge' } },
  )
  expect(refused(await onlyDefine.begin())).toBe(NOT_CONFIGURED)
  const password = await startCustom(
    { define: naming('PASSWORD_VERIFIER') },
    { lambdaConfig: { DefineAuthChallenge: 'arn:aws:lambda:us-east-1:0:function:DefineAuthChallenge' } },
  )
  expect(told(await (await password.beginWithSrp()).prove())).toBe('tokens')
  const notAllowed = await startCustom(asking, {
    client: { ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'] },
  })
  expect(refused(await notAllowed.begin())).toBe(
    'InvalidParameterException: CUSTOM_AUTH is not enabled for the client.',
  )
})

test('the second factor follows the password and is in the history, and none is added without one', async () => {
  const { events, record } = recording()
  const clock = stillClock()
  const app = await startCustom(
    { define: record(naming('PASSWORD_VERIFIER', 'CUSTOM_CHALLENGE')), create, verify },
    { clock },
  )
  await app.manage('SetUserPoolMfaConfig', {
    MfaConfiguration: 'ON',
    SoftwareTokenMfaConfiguration: { Enabled: true },
  })
  const { prove } = await app.beginWithSrp()
  const setUp = await prove()
  expect(setUp.body.ChallengeName).toBe('MFA_SETUP')
  const made = (await app.call('AssociateSoftwareToken', { Session: setUp.body.Session }))
    .body as unknown as { SecretCode: string; Session: string }
  const proven = await app.call('VerifySoftwareToken', {
    Session: made.Session,
    UserCode: totp(made.SecretCode, clock.now()),
  })
  const asked = await app.respond('MFA_SETUP', proven.body.Session, {})
  expect(told(asked)).toBe('CUSTOM_CHALLENGE')
  expect(told(await app.reply(asked, 'red'))).toBe('tokens')
  clock.advance(60)
  const second = await (await app.beginWithSrp()).prove()
  expect(told(second)).toBe('SOFTWARE_TOKEN_MFA')
  // No answer of a function takes its place.
  expect(refused(await app.respond('CUSTOM_CHALLENGE', second.body.Session, { ANSWER: 'red' }))).toBe(
    'NotAuthorizedException: Invalid session for the user.',
  )
  const answered = await app.respond('SOFTWARE_TOKEN_MFA', second.body.Session, {
    SOFTWARE_TOKEN_MFA_CODE: totp(made.SecretCode, clock.now()),
  })
  expect(told(answered)).toBe('CUSTOM_CHALLENGE')
  expect(events.at(-1)?.request.session).toEqual(
    ['SRP_A', 'PASSWORD_VERIFIER', 'SOFTWARE_TOKEN_MFA'].map((challengeName) => ({
      challengeName,
      challengeResult: true,
      challengeMetadata: null,
    })),
  )
  const without = await startCustom(asking)
  await without.manage('SetUserPoolMfaConfig', {
    MfaConfiguration: 'ON',
    SoftwareTokenMfaConfiguration: { Enabled: true },
  })
  expect(told(await without.reply(await without.begin(), 'red'))).toBe('tokens')
})

test('a code by SMS that a function asks for first does not replace the second factor', async () => {
  const app = await startCustom({ define: naming('SMS_MFA', 'PASSWORD_VERIFIER'), create, verify })
  await app.manage('SetUserPoolMfaConfig', {
    MfaConfiguration: 'ON',
    SoftwareTokenMfaConfiguration: { Enabled: true },
  })
  const { answer, prove } = await app.beginWithSrp()
  expect(told(answer)).toBe('SMS_MFA')
  const SMS_MFA_CODE = await codeBySms(app)
  const verifier = await app.respond('SMS_MFA', answer.body.Session, { SMS_MFA_CODE })
  expect(told(verifier)).toBe('PASSWORD_VERIFIER')
  expect(told(await prove(PASSWORD, verifier))).toBe('MFA_SETUP')
})

test('challenges of functions may come before the password', async () => {
  const app = await startCustom({ define: naming('CUSTOM_CHALLENGE', 'PASSWORD_VERIFIER'), create, verify })
  const { answer, prove } = await app.beginWithSrp()
  expect(told(answer)).toBe('CUSTOM_CHALLENGE')
  const verifier = await app.reply(answer, 'red')
  expect(told(verifier)).toBe('PASSWORD_VERIFIER')
  expect(told(await prove(PASSWORD, verifier))).toBe('tokens')
  const other = await app.beginWithSrp()
  expect(told(await other.prove('Wrong-1', await app.reply(other.answer, 'red')))).toBe(WRONG)
})

test('the verifier of a password is valid only with its session', async () => {
  const app = await startCustom({ define: naming('PASSWORD_VERIFIER') })
  const one = await app.beginWithSrp()
  const two = await app.beginWithSrp()
  expect(refused(await one.prove(PASSWORD, one.answer, { Session: undefined }))).toBe(
    'InvalidParameterException: Missing required parameter Session',
  )
  expect(refused(await one.prove(PASSWORD, one.answer, { Session: two.answer.body.Session }))).toBe(WRONG)
  expect(told(await one.prove())).toBe('tokens')
})

test('an SRP_A is valid for one password, whatever the function asks for after it', async () => {
  const app = await startCustom({ define: naming('PASSWORD_VERIFIER', 'PASSWORD_VERIFIER') })
  const { prove } = await app.beginWithSrp()
  expect(told(await prove())).toBe(UNRECOGNIZABLE)
})

test('a name that does not exist is challenged like one that does, and never gets tokens', async () => {
  const { events, record } = recording()
  const app = await startCustom(
    { define: record(untilRight), create: record(create), verify: record(verify) },
    hides,
  )
  const asked = await app.begin('nobody')
  expect(asked.body.ChallengeParameters).toEqual({ question: 'colour', USERNAME: 'nobody' })
  const replied = await app.reply(asked, 'blue', {}, { USERNAME: 'nobody' })
  expect(told(replied)).toBe('CUSTOM_CHALLENGE')
  expect(told(await app.reply(replied, 'red', {}, { USERNAME: 'nobody' }))).toBe(WRONG)
  expect(told(await app.reply(replied, 'red', {}, { USERNAME: 'nobody' }))).toBe(USED)
  expect(events).toHaveLength(7)
  for (const { userName, request } of events)
    expect([userName, request.userNotFound, request.userAttributes]).toEqual(['nobody', true, {}])
  events.length = 0
  const real = await app.reply(await app.begin(), 'blue')
  expect(told(await app.reply(real, 'red'))).toBe('tokens')
  for (const { request } of events) expect(request).not.toHaveProperty('userNotFound')
  // At once, and by SRP.
  const issuing = await startCustom({ define: naming('PASSWORD_VERIFIER') }, hides)
  const { answer, prove } = await issuing.beginWithSrp('nobody')
  expect(told(answer)).toBe('PASSWORD_VERIFIER')
  expect(told(await prove())).toBe(WRONG)
  const atOnce = await startCustom({ define: naming() }, hides)
  expect(told(await atOnce.begin('nobody'))).toBe(WRONG)
  expect(told(await atOnce.begin())).toBe('tokens')
})

test('where existence is not hidden, functions do not run for unknown names', async () => {
  const { events, record } = recording()
  const app = await startCustom({ ...asking, define: record(untilRight) })
  expect(told(await app.begin('nobody'))).toBe('UserNotFoundException: User does not exist.')
  expect(
    told(
      await app.manage('AdminInitiateAuth', {
        ClientId: CLIENT,
        AuthFlow: 'CUSTOM_AUTH',
        AuthParameters: { USERNAME: 'nobody' },
      }),
    ),
  ).toBe('UserNotFoundException: User does not exist.')
  expect(events).toEqual([])
})

test('errors of functions reach the caller for known and unknown names alike', async () => {
  const failing: FunctionHandler = async () => {
    throw new Error('not today')
  }
  const app = await startCustom({ ...asking, define: failing }, hides)
  for (const name of ['ada', 'nobody'])
    expect(told(await app.begin(name))).toBe(
      'UserLambdaValidationException: DefineAuthChallenge failed with error not today.',
    )
})

test('administrators sign users in by the same challenges', async () => {
  const app = await startCustom(asking)
  const asked = await app.manage('AdminInitiateAuth', {
    ClientId: CLIENT,
    AuthFlow: 'CUSTOM_AUTH',
    AuthParameters: { USERNAME: 'ada' },
  })
  expect(told(asked)).toBe('CUSTOM_CHALLENGE')
  const answer = (Session: string, ANSWER: string) =>
    app.manage('AdminRespondToAuthChallenge', {
      ClientId: CLIENT,
      ChallengeName: 'CUSTOM_CHALLENGE',
      Session,
      ChallengeResponses: { USERNAME: 'ada', ANSWER },
    })
  const again = await answer(asked.body.Session, 'blue')
  expect(told(await answer(again.body.Session, 'red'))).toBe('tokens')
})

const Username = 'ada'
const states: [string, (app: Awaited<ReturnType<typeof startCustom>>) => Promise<unknown>, string][] = [
  [
    'disabled',
    (app) => app.manage('AdminDisableUser', { Username }),
    'NotAuthorizedException: User is disabled.',
  ],
  [
    'to reset the password',
    (app) => app.manage('AdminResetUserPassword', { Username }),
    'PasswordResetRequiredException: Password reset required for the user',
  ],
]
test.each(states)(
  'a user who is %s is refused at once, or once the functions would issue tokens',
  async (_state, change, failure) => {
    const shows = await startCustom(asking, { pool: { users: [verified] } })
    await change(shows)
    expect(told(await shows.begin())).toBe(failure)
    const hiding = await startCustom(asking, { ...hides, pool: { users: [verified] } })
    await change(hiding)
    const asked = await hiding.begin()
    expect(told(asked)).toBe('CUSTOM_CHALLENGE')
    const again = await hiding.reply(asked, 'blue')
    expect(told(again)).toBe('CUSTOM_CHALLENGE')
    expect(told(await hiding.reply(again, 'red'))).toBe(failure)
  },
)
const verified = {
  ...ADA,
  UserAttributes: [...ADA.UserAttributes, { Name: 'email_verified', Value: 'true' }],
}

test('a user who is not confirmed learns it at once, or in place of tokens', async () => {
  const failure = 'UserNotConfirmedException: User is not confirmed.'
  const shows = await startCustom(asking)
  await shows.signUp('bob')
  expect(told(await shows.begin('bob'))).toBe(failure)
  const hiding = await startCustom(asking, hides)
  await hiding.signUp('bob')
  const asked = await hiding.begin('bob')
  expect(told(asked)).toBe('CUSTOM_CHALLENGE')
  expect(told(await hiding.reply(asked, 'red', {}, { USERNAME: 'bob' }))).toBe(failure)
})

test('a temporary password is replaced, after which the function is not asked again', async () => {
  const { events, record } = recording()
  const users = [{ ...ADA, Temporary: true }]
  const app = await startCustom({ ...asking, define: record(untilRight) }, { pool: { users } })
  const asked = await app.reply(await app.begin(), 'red')
  expect(told(asked)).toBe('NEW_PASSWORD_REQUIRED')
  expect(
    told(await app.respond('NEW_PASSWORD_REQUIRED', asked.body.Session, { NEW_PASSWORD: 'Fresh-Horse-2' })),
  ).toBe('tokens')
  expect(events).toHaveLength(2)
})

test.each([
  ['nothing', {}],
  ['a challenge that there is not', { challengeName: 'GUESS' }],
  ['a challenge that functions cannot name', { challengeName: 'SOFTWARE_TOKEN_MFA' }],
  ['a password without SRP_A', { challengeName: 'PASSWORD_VERIFIER' }],
  ['a device without its key', { challengeName: 'DEVICE_SRP_AUTH' }],
  ['texts for what is true or false', { issueTokens: 'true' }],
  ['numbers for names', { challengeName: 7 }],
  ['a megabyte', { challengeName: 'x'.repeat(1_000_000) }],
  ['__proto__', JSON.parse('{ "__proto__": { "issueTokens": true } }')],
])('a function that answers %s is refused for every name', async (_what, response) => {
  const app = await startCustom(
    { ...asking, define: async (event) => ({ ...event, response }) as never },
    hides,
  )
  for (const name of ['ada', 'nobody']) expect(told(await app.begin(name))).toBe(UNRECOGNIZABLE)
})

test.each([
  [undefined, 'answered neither a challenge nor an end.'],
  ['GUESS', 'named GUESS, which is not a challenge that a function can name.'],
  ['x'.repeat(200), `named ${'x'.repeat(128)}, which is not a challenge that a function can name.`],
  ['PASSWORD_VERIFIER', 'named PASSWORD_VERIFIER, for which the client has sent no SRP_A.'],
  ['DEVICE_SRP_AUTH', 'named DEVICE_SRP_AUTH, for which the request named no device.'],
])('the log says why a challenge cannot be asked: %s', async (challengeName, what) => {
  const define: FunctionHandler = async (event) => ({
    ...event,
    response: { ...(challengeName && { challengeName }) },
  })
  const app = await startCustom({ ...asking, define })
  expect(told(await app.begin())).toBe(UNRECOGNIZABLE)
  expect(app.log.at(-1)?.cause).toMatchObject({
    message: `The function DefineAuthChallenge of DefineAuthChallenge ${what}`,
  })
})

test.each([
  ['ended by the function', 'failAuthentication', 'DefineAuthChallenge has ended the sign-in.'],
  ['of a name without a user', 'issueTokens', 'There is no user of that name, so there are no tokens.'],
])('the log of dev says why a sign-in brings no tokens: one %s', async (_, response, reason) => {
  const define: FunctionHandler = async (event) => ({ ...event, response: { [response]: true } })
  const app = await startCustom({ ...asking, define }, hides)
  expect(told(await app.begin('nobody'))).toBe(WRONG)
  expect(app.log.at(-1)?.reason).toBe(reason)
})

test('a sign-in that a function both fails and gives tokens fails', async () => {
  const app = await startCustom({
    ...asking,
    define: async (event) => ({ ...event, response: { issueTokens: true, failAuthentication: true } }),
  })
  expect(told(await app.begin())).toBe(WRONG)
})

test.each([
  ['parameters that are no texts', { publicChallengeParameters: { a: 1 } }],
  ['private parameters that are a text', { privateChallengeParameters: 'red' }],
  ['metadata that is an object', { challengeMetadata: {} }],
  ['more metadata than is kept', { challengeMetadata: 'x'.repeat(70_000) }],
  ['a megabyte', { privateChallengeParameters: { a: 'x'.repeat(1_000_000) } }],
  ['__proto__', { publicChallengeParameters: JSON.parse('{ "__proto__": "a" }') }],
])('a challenge of %s is refused', async (_what, response) => {
  const app = await startCustom({
    ...asking,
    create: async (event) => ({ ...event, response }) as never,
  })
  expect(told(await app.begin())).toBe(UNRECOGNIZABLE)
})

test.each([
  ['a text', 'true'],
  ['a number', 1],
  ['nothing', undefined],
  ['false', false],
])('an answer is not right when the function says %s', async (_what, answerCorrect) => {
  const app = await startCustom({
    ...asking,
    verify: async (event) => ({ ...event, response: { answerCorrect } }) as never,
  })
  const asked = await app.begin()
  const answer = told(await app.reply(asked, 'red'))
  expect(['CUSTOM_CHALLENGE', UNRECOGNIZABLE]).toContain(answer)
  expect(answer === 'CUSTOM_CHALLENGE').toBe(answerCorrect === undefined || answerCorrect === false)
})

test('a function that never ends the challenges does not prolong a sign-in', async () => {
  const app = await startCustom({ ...asking, define: naming(...Array(60).fill('CUSTOM_CHALLENGE')) })
  let asked = await app.begin()
  for (let round = 0; round < 49; round++) asked = await app.reply(asked, 'red')
  expect(told(asked)).toBe('CUSTOM_CHALLENGE')
  expect(told(await app.reply(asked, 'red'))).toBe(WRONG)
})

/** A function that waits, if it is to, until it is let go. */
function held(handler: FunctionHandler, waits: (event: TriggerEvent) => boolean = () => true) {
  const events = new EventEmitter()
  const began = once(events, 'began')
  const released = once(events, 'released')
  const runs: TriggerEvent[] = []
  const waiting: FunctionHandler = async (event, context, callback) => {
    runs.push(event)
    if (waits(event)) {
      events.emit('began')
      await released
    }
    return await handler(event, context, callback)
  }
  return { waiting, began, release: () => events.emit('released'), runs }
}

test('of two simultaneous answers to one challenge, at two servers, the function judges one', async () => {
  const database = await sharedDatabase()
  const { waiting, began, release, runs } = held(verify)
  const left = await startCustom({ ...asking, verify: waiting }, database)
  const right = await startCustom({ ...asking, verify: waiting }, { ...database, clock: left.server.clock })
  const asked = await left.begin()
  const first = left.reply(asked, 'blue')
  await began
  for (const app of [left, right]) expect(told(await app.reply(asked, 'red'))).toBe(USED)
  release()
  const next = await first
  expect(told(next)).toBe('CUSTOM_CHALLENGE')
  expect(runs).toHaveLength(1)
  expect(told(await right.reply(asked, 'red'))).toBe(USED)
  expect(told(await right.reply(next, 'red'))).toBe('tokens')
})

test('an answer for which the function threw, or did not answer in time, can be sent again', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  let runs = 0
  const app = await startCustom({
    ...asking,
    verify: (event, context, callback) => {
      if (event.request.challengeAnswer === 'green') return verify(event, context, callback)
      runs++
      if (runs === 1) return Promise.reject(new Error('busy'))
      return runs <= 4 ? new Promise(() => {}) : verify(event, context, callback)
    },
  })
  const before = await app.begin()
  expect(told(await app.reply(before, 'green'))).toBe('CUSTOM_CHALLENGE')
  const asked = await app.begin()
  expect(told(await app.reply(asked, 'red'))).toBe(
    'UserLambdaValidationException: VerifyAuthChallengeResponse failed with error busy.',
  )
  const slow = app.reply(asked, 'red')
  for (let tried = 2; tried <= 4; tried++) {
    await vi.waitFor(() => expect(runs).toBe(tried), { interval: 1 })
    await vi.advanceTimersByTimeAsync(5000)
  }
  expect(told(await slow)).toBe(
    'UnexpectedLambdaException: VerifyAuthChallengeResponse failed with error Socket timeout while invoking Lambda function.',
  )
  expect(told(await app.reply(asked, 'red'))).toBe('tokens')
  // Sessions that were answered before stay used up.
  expect(told(await app.reply(before, 'red'))).toBe(USED)
})

test.each(['AdminUserGlobalSignOut', 'AdminDisableUser', 'AdminDeleteUser'])(
  'a user whose sign-in is ended by %s gets no tokens, before the function runs or while it does',
  async (operation) => {
    const { waiting, began, release } = held(untilRight, ({ request }) => request.session?.length === 1)
    const app = await startCustom(
      { ...asking, define: waiting },
      { pool: { users: [ADA, { ...ADA, Username: 'bob' }] } },
    )
    const during = app.reply(await app.begin(), 'red')
    await began
    await app.manage(operation, { Username: 'ada' })
    release()
    expect(told(await during)).toMatch(/^NotAuthorizedException/)
    const asked = await app.begin('bob')
    await app.manage(operation, { Username: 'bob' })
    expect(told(await app.reply(asked, 'red', {}, { USERNAME: 'bob' }))).toMatch(/^NotAuthorizedException/)
  },
)

test('a session is valid only for its user, client and challenge, and within its time', async () => {
  const clock = stillClock()
  const app = await startCustom(asking, {
    clock,
    pool: { users: [ADA, { Username: 'bob', Password: PASSWORD }] },
  })
  const INVALID = 'NotAuthorizedException: Invalid session for the user.'
  const asked = await app.begin()
  expect(told(await app.reply(asked, 'red', {}, { USERNAME: 'bob' }))).toBe(INVALID)
  expect(told(await app.respond('SMS_MFA', asked.body.Session, { SMS_MFA_CODE: '123456' }))).toBe(INVALID)
  expect(told(await app.reply(asked, ''))).toBe(
    'InvalidParameterException: Missing required parameter ANSWER',
  )
  expect(told(await app.reply(asked, 'red'))).toBe('tokens')
  const late = await app.begin()
  clock.advance(180)
  expect(told(await app.reply(late, 'red'))).toBe(
    'NotAuthorizedException: Invalid session for the user, session is expired.',
  )
})

test('long parameters stay at the server until the sign-in ends, and sessions stay short', async () => {
  const database = await sharedDatabase()
  const app = await startCustom(
    {
      define: untilRight,
      create: async (event) => {
        event.response.privateChallengeParameters = { answer: 'red', long: 'n'.repeat(100_000) }
        event.response.challengeMetadata = 'm'.repeat(10_000)
        return event
      },
      verify,
    },
    database,
  )
  const { db } = await openDatabase(database.database)
  onTestFinished(() => db.destroy())
  const rows = () => db.selectFrom('attempt_states').select('id').execute()
  for (const last of ['red', 'blue']) {
    let asked = await app.begin()
    for (let round = 0; round < 4; round++) {
      expect(asked.body.Session.length).toBeLessThanOrEqual(2048)
      asked = await app.reply(asked, 'blue')
    }
    expect(await rows()).not.toEqual([])
    expect(told(await app.reply(asked, last))).toBe(last === 'red' ? 'tokens' : WRONG)
    expect(await rows()).toEqual([])
  }
})

test('parameters at the server are deleted with a password that follows, right or wrong', async () => {
  const database = await sharedDatabase()
  const app = await startCustom(
    {
      define: naming('CUSTOM_CHALLENGE', 'PASSWORD_VERIFIER'),
      create: async (event) => {
        event.response.privateChallengeParameters = { answer: 'red' }
        event.response.challengeMetadata = 'm'.repeat(10_000)
        return event
      },
      verify,
    },
    database,
  )
  const { db } = await openDatabase(database.database)
  onTestFinished(() => db.destroy())
  for (const password of [PASSWORD, 'Wrong-1']) {
    const { answer, prove } = await app.beginWithSrp()
    const asked = await app.reply(answer, 'red')
    expect(told(asked)).toBe('PASSWORD_VERIFIER')
    expect(told(await prove(password, asked))).toBe(password === PASSWORD ? 'tokens' : WRONG)
    expect(await db.selectFrom('attempt_states').select('id').execute()).toEqual([])
  }
})

test('parameters at the server stay after a wrong code', async () => {
  const app = await startCustom({
    define: naming('CUSTOM_CHALLENGE', 'SMS_MFA'),
    create: async (event) => {
      event.response.privateChallengeParameters = { answer: 'red' }
      event.response.challengeMetadata = 'm'.repeat(10_000)
      return event
    },
    verify,
  })
  const asked = await app.reply(await app.begin(), 'red')
  expect(told(asked)).toBe('SMS_MFA')
  const answer = (SMS_MFA_CODE: string) => app.respond('SMS_MFA', asked.body.Session, { SMS_MFA_CODE })
  const code = await codeBySms(app)
  expect(told(await answer('wrong'))).toMatch(/^CodeMismatchException/)
  expect(told(await answer(code))).toBe('tokens')
})

test.each(['nobody', 'AdminDisableUser', 'AdminDeleteUser', 'AdminUserGlobalSignOut'])(
  'parameters at the server are deleted where the user may not get the tokens of the function: %s',
  async (ending) => {
    const database = await sharedDatabase()
    const app = await startCustom(
      {
        define: untilRight,
        create: async (event) => {
          event.response.privateChallengeParameters = { answer: 'red' }
          event.response.challengeMetadata = 'm'.repeat(10_000)
          return event
        },
        verify,
      },
      { ...hides, ...database },
    )
    const { db } = await openDatabase(database.database)
    onTestFinished(() => db.destroy())
    const rows = () => db.selectFrom('attempt_states').select('id').execute()
    const USERNAME = ending === 'nobody' ? 'nobody' : 'ada'
    const asked = await app.reply(await app.begin(USERNAME), 'blue', {}, { USERNAME })
    expect(told(asked)).toBe('CUSTOM_CHALLENGE')
    expect(await rows()).not.toEqual([])
    if (ending !== 'nobody') expect((await app.manage(ending, { Username: 'ada' })).status).toBe(200)
    expect(told(await app.reply(asked, 'red', {}, { USERNAME }))).toMatch(/^NotAuthorizedException/)
    expect(await rows()).toEqual([])
  },
)

test('a code by SMS that a function asks for is sent to users with a number, and looks the same for others', async () => {
  const app = await startCustom(
    { define: naming('SMS_MFA'), create, verify },
    { ...hides, pool: { users: [ADA, { Username: 'bob', Password: PASSWORD }] } },
  )
  const asked = await app.begin()
  const shown = {
    CODE_DELIVERY_DELIVERY_MEDIUM: 'SMS',
    CODE_DELIVERY_DESTINATION: expect.stringMatching(/^\+\*+\d{4}$/),
  }
  expect(asked.body).toMatchObject({
    ChallengeName: 'SMS_MFA',
    ChallengeParameters: { ...shown, USER_ID_FOR_SRP: 'ada' },
  })
  const code = await codeBySms(app)
  const answer = ({ body }: Answer, SMS_MFA_CODE: string, USERNAME = 'ada') =>
    app.respond('SMS_MFA', body.Session, { USERNAME, SMS_MFA_CODE })
  const MISMATCH = 'CodeMismatchException: Invalid code or auth state for the user.'
  for (const name of ['bob', 'nobody']) {
    const other = await app.begin(name)
    expect(other.body).toMatchObject({
      ChallengeName: 'SMS_MFA',
      ChallengeParameters: { ...shown, USER_ID_FOR_SRP: name },
    })
    expect(told(await answer(other, code, name))).toBe(MISMATCH)
  }
  expect(told(await answer(asked, '00000000'))).toBe(MISMATCH)
  expect(told(await answer(asked, code))).toBe('tokens')
})

test.each([
  ['a number', ADA, 'SMS_MFA'],
  ['no number', { Username: 'ada', Password: PASSWORD }, UNRECOGNIZABLE],
])(
  'after the password, a code by SMS that a function asks for is for users with a number: with %s',
  async (_, user, answer) => {
    const app = await startCustom(
      { define: naming('PASSWORD_VERIFIER', 'SMS_MFA') },
      { pool: { users: [user] } },
    )
    const { prove } = await app.beginWithSrp()
    const asked = await prove()
    expect(told(asked)).toBe(answer)
    if (answer !== 'SMS_MFA') return
    const SMS_MFA_CODE = app.server.inbox.last('+15555550100')?.code
    expect(told(await app.respond('SMS_MFA', asked.body.Session, { SMS_MFA_CODE }))).toBe('tokens')
  },
)

test('the destination of such a code is shown alike, whichever name of the account the previous answer used', async () => {
  const app = await startCustom(
    { define: naming('CUSTOM_CHALLENGE', 'SMS_MFA'), create, verify },
    { ...hides, pool: { UsernameAttributes: ['email'], users: [{ ...ADA, Username: 'ada@birch.example' }] } },
  )
  for (const name of ['ada@birch.example', 'nobody@birch.example']) {
    const shownTo = async (given: (srpName: string) => string) => {
      const asked = await app.begin(name)
      const USERNAME = given(asked.body.ChallengeParameters?.USERNAME ?? '')
      const { body } = await app.reply(asked, 'red', {}, { USERNAME })
      expect(body.ChallengeName).toBe('SMS_MFA')
      return body.ChallengeParameters?.CODE_DELIVERY_DESTINATION
    }
    const shown = await shownTo(() => name)
    expect(shown).toMatch(/^\+\*+\d{4}$/)
    expect(await shownTo((srpName) => srpName)).toBe(shown)
  }
})

test('guesses at such a code are counted like those of first factors, for every name', async () => {
  const app = await startCustom({ define: naming('SMS_MFA'), create, verify }, hides)
  for (const name of ['ada', 'nobody']) {
    const asked = await app.begin(name)
    const guess = () =>
      app.respond('SMS_MFA', asked.body.Session, { USERNAME: name, SMS_MFA_CODE: '00000000' })
    for (let i = 0; i < 20; i++) expect(told(await guess())).toMatch(/^CodeMismatchException/)
    expect(told(await guess())).toBe('NotAuthorizedException: Password attempts exceeded')
  }
  const code = String(app.server.inbox.last('+15555550100')?.code)
  const asked = await app.begin()
  expect(told(await app.respond('SMS_MFA', asked.body.Session, { SMS_MFA_CODE: code }))).toBe(
    'NotAuthorizedException: Password attempts exceeded',
  )
})

const tracked = { pool: { DeviceConfiguration: { ChallengeRequiredOnNewDevice: true } } }
const as = { userPoolClientId: CLIENT, userPoolId: POOL }
const NO_DEVICE = 'ResourceNotFoundException: Device does not exist.'
const UNKNOWN = { DEVICE_KEY: 'us-east-1_11111111-1111-4111-8111-111111111111' }

test('an unknown device is refused before anything is used up, for names that do not exist too', async () => {
  const { record, events } = recording()
  const app = await startCustom({ ...asking, verify: record(verify) }, { ...tracked, ...hides })
  for (const name of ['ada', 'nobody']) {
    expect(told(await app.begin(name, UNKNOWN))).toBe(NO_DEVICE)
    const asked = await app.begin(name)
    expect(told(await app.reply(asked, 'red', {}, { USERNAME: name, ...UNKNOWN }))).toBe(NO_DEVICE)
    expect(events).toEqual([])
    const { body } = await app.reply(asked, 'red', {}, { USERNAME: name, DEVICE_KEY: null })
    expect(body.__type ?? 'tokens').toBe(name === 'ada' ? 'tokens' : 'NotAuthorizedException')
    events.length = 0
  }
  // With SRP first the verifier is where it is told.
  const password = await startCustom({ define: naming('PASSWORD_VERIFIER') }, { ...tracked, ...hides })
  const { answer, prove } = await password.beginWithSrp('ada', UNKNOWN)
  expect(told(answer)).toBe('PASSWORD_VERIFIER')
  expect(told(await prove())).toBe('tokens')
})

test('a device proves itself before tokens are issued, and the functions are not asked again', async () => {
  const { record, events } = recording()
  const app = await startCustom({ ...asking, define: record(untilRight) }, tracked)
  const device = await newDevice({ ...app, ...as })
  const DEVICE_KEY = device.key
  const asked = await app.reply(await app.begin('ada', { DEVICE_KEY }), 'red', {}, { DEVICE_KEY })
  expect(told(asked)).toBe('DEVICE_SRP_AUTH')
  expect(events).toHaveLength(2)
  const { body } = await proveDevice({ ...app, ...as }, asked, device)
  expect(body.AuthenticationResult).toMatchObject({ AccessToken: expect.any(String) })
  expect(body.AuthenticationResult).not.toHaveProperty('NewDeviceMetadata')
  expect(events).toHaveLength(2)
  expect(told(await app.reply(await app.begin(), 'red'))).toBe('tokens')
})

test('a function may ask for the device itself, and goes on after it', async () => {
  const { record, events } = recording()
  const app = await startCustom(
    { define: record(naming('DEVICE_PASSWORD_VERIFIER', 'CUSTOM_CHALLENGE')), create, verify },
    tracked,
  )
  const device = await newDevice({ ...app, ...as })
  // Its answers are of the verifier, which the function cannot name.
  expect(told(await app.begin('ada', { DEVICE_KEY: device.key }))).toBe(UNRECOGNIZABLE)
  const named = await startCustom(
    {
      ...asking,
      define: record(async (event) => {
        const { session = [] } = event.request
        event.response.challengeName = session.length === 0 ? 'DEVICE_SRP_AUTH' : 'CUSTOM_CHALLENGE'
        event.response.issueTokens = session.length === 3
        return event
      }),
    },
    tracked,
  )
  const known = await newDevice({ ...named, ...as })
  events.length = 0
  const asked = await named.begin('ada', { DEVICE_KEY: known.key })
  expect(told(asked)).toBe('DEVICE_SRP_AUTH')
  const next = await proveDevice({ ...named, ...as }, asked, known)
  expect(told(next)).toBe('CUSTOM_CHALLENGE')
  expect(events.at(-1)?.request.session?.map(({ challengeName }) => challengeName)).toEqual([
    'DEVICE_SRP_AUTH',
    'DEVICE_PASSWORD_VERIFIER',
  ])
  expect(told(await named.reply(next, 'red', {}, { DEVICE_KEY: known.key }))).toBe('tokens')
})

test('a sign-in goes on without a device that was forgotten meanwhile, unless the user was signed out everywhere', async () => {
  const { record, events } = recording()
  const app = await startCustom({ ...asking, define: record(untilRight) }, tracked)
  const ada = { UserPoolId: POOL, Username: 'ada' }
  const { SRP_A } = srpBegin()
  const begun = async () => {
    const { key: DEVICE_KEY } = await newDevice({ ...app, ...as })
    const asked = await app.reply(await app.begin('ada', { DEVICE_KEY }), 'red', {}, { DEVICE_KEY })
    expect(told(asked)).toBe('DEVICE_SRP_AUTH')
    events.length = 0
    await app.call('AdminForgetDevice', { ...ada, DeviceKey: DEVICE_KEY })
    return () => app.respond('DEVICE_SRP_AUTH', asked.body.Session, { SRP_A })
  }
  const goOn = await begun()
  expect(told(await goOn())).toBe('tokens')
  expect(events).toEqual([])
  expect(told(await goOn())).toBe(USED)
  const ended = await begun()
  await app.call('AdminUserGlobalSignOut', ada)
  expect(told(await ended())).toBe('NotAuthorizedException: Invalid session for the user.')

  // A function that has named the device says what comes in its place.
  const named = await startCustom(
    {
      ...asking,
      define: record(async (event) => {
        const isFirst = event.request.session?.length === 0
        event.response.challengeName = isFirst ? 'DEVICE_SRP_AUTH' : 'CUSTOM_CHALLENGE'
        return event
      }),
    },
    tracked,
  )
  const { key: DEVICE_KEY } = await newDevice({ ...named, ...as })
  const asked = await named.begin('ada', { DEVICE_KEY })
  await named.call('AdminForgetDevice', { ...ada, DeviceKey: DEVICE_KEY })
  const next = await named.respond('DEVICE_SRP_AUTH', asked.body.Session, { SRP_A })
  expect(told(next)).toBe('CUSTOM_CHALLENGE')
  expect(events.at(-1)?.request.session).toEqual([
    { challengeName: 'DEVICE_SRP_AUTH', challengeResult: false, challengeMetadata: null },
  ])
})

/** Ada answers a code that the function named, which names the device then. */
async function afterCode(app: Awaited<ReturnType<typeof startCustom>>, DEVICE_KEY: string) {
  const code = await app.begin('ada', { DEVICE_KEY })
  expect(told(code)).toBe('SMS_MFA')
  const SMS_MFA_CODE = await codeBySms(app)
  const asked = await app.respond('SMS_MFA', code.body.Session, { SMS_MFA_CODE, DEVICE_KEY })
  expect(told(asked)).toBe('DEVICE_SRP_AUTH')
  return { code, asked }
}

test.each(['the one that it was given', 'that of the code'] as const)(
  'a device that a function asks for after a code is proven with either session, and the function continues: %s',
  async (which) => {
    const { record, events } = recording()
    const app = await startCustom(
      { ...asking, define: record(naming('SMS_MFA', 'DEVICE_SRP_AUTH', 'CUSTOM_CHALLENGE')) },
      { ...tracked, ...hides },
    )
    const device = await newDevice({ ...app, ...as })
    events.length = 0
    const { code, asked } = await afterCode(app, device.key)
    // As amazon-cognito-identity-js, which keeps the session of the code.
    const session = which === 'that of the code' ? code : asked
    const next = await proveDevice({ ...app, ...as }, session, device)
    expect(told(next)).toBe('CUSTOM_CHALLENGE')
    expect(events.at(-1)?.request.session?.map(({ challengeName }) => challengeName)).toEqual([
      'SMS_MFA',
      'DEVICE_SRP_AUTH',
      'DEVICE_PASSWORD_VERIFIER',
    ])
    expect(told(await app.reply(next, 'red', {}, { DEVICE_KEY: device.key }))).toBe('tokens')
    for (const used of [code, asked])
      expect(told(await proveDevice({ ...app, ...as }, used, device))).toBe(USED)
  },
)

test.each(['the one that it was given', 'that of the code'] as const)(
  'a device that comes last after a code is proven with either session, and the function is not asked again: %s',
  async (which) => {
    const { record, events } = recording()
    const app = await startCustom({ define: record(naming('SMS_MFA')) }, { ...tracked, ...hides })
    const device = await newDevice({ ...app, ...as })
    const { code, asked } = await afterCode(app, device.key)
    events.length = 0
    const session = which === 'that of the code' ? code : asked
    expect(told(await proveDevice({ ...app, ...as }, session, device))).toBe('tokens')
    expect(events).toEqual([])
  },
)

test('with either session, the code before the device does not replace the second factor', async () => {
  const app = await startCustom(
    { define: naming('SMS_MFA', 'DEVICE_SRP_AUTH', 'PASSWORD_VERIFIER') },
    { ...tracked, ...hides },
  )
  const device = await newDevice({ ...app, ...as })
  await app.manage('SetUserPoolMfaConfig', {
    MfaConfiguration: 'ON',
    SmsMfaConfiguration: { SmsConfiguration: { SnsCallerArn: 'arn:aws:iam::123456789012:role/sms' } },
  })
  for (const which of ['of the code', 'that was given']) {
    app.server.inbox.clear()
    const { answer: code, prove } = await app.beginWithSrp('ada', { DEVICE_KEY: device.key })
    const SMS_MFA_CODE = await codeBySms(app)
    const answer = { SMS_MFA_CODE, DEVICE_KEY: device.key }
    const asked = await app.respond('SMS_MFA', code.body.Session, answer)
    expect(told(asked)).toBe('DEVICE_SRP_AUTH')
    const next = await proveDevice({ ...app, ...as }, which === 'of the code' ? code : asked, device)
    expect(told(next)).toBe('PASSWORD_VERIFIER')
    expect(told(await prove(PASSWORD, next))).toBe('SMS_MFA')
  }
})

test('the session of a code that led to another challenge cannot be used for a device', async () => {
  const app = await startCustom(
    { ...asking, define: naming('SMS_MFA', 'CUSTOM_CHALLENGE', 'DEVICE_SRP_AUTH') },
    { ...tracked, ...hides },
  )
  const device = await newDevice({ ...app, ...as })
  const code = await app.begin('ada', { DEVICE_KEY: device.key })
  const INVALID = 'NotAuthorizedException: Invalid session for the user.'
  expect(told(await proveDevice({ ...app, ...as }, code, device))).toBe(INVALID)
  const SMS_MFA_CODE = await codeBySms(app)
  await app.respond('SMS_MFA', code.body.Session, { SMS_MFA_CODE })
  expect(told(await proveDevice({ ...app, ...as }, code, device))).toBe(INVALID)
})
