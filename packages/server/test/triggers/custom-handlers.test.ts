import { expect, test } from 'vitest'
import { startCustom } from './custom-auth.js'
import { handlerOf, handlers, refused } from './start-with-functions.js'

// The handlers of custom authentication as projects write them, and what callers see of them.

const WRONG = 'NotAuthorizedException: Incorrect username or password.'
const hides = { client: { PreventUserExistenceErrors: 'ENABLED' } }

const question = async () => ({
  define: await handlerOf('01-define-srp-then-question.cjs'),
  create: await handlerOf('02-create-third-round-only.cjs'),
  verify: await handlerOf('03-verify-equal.cjs'),
})

test('a password by SRP and then a question lead to tokens', async () => {
  const app = await startCustom(await question())
  const { answer, prove } = await app.beginWithSrp()
  expect(answer.body).toMatchObject({
    ChallengeName: 'PASSWORD_VERIFIER',
    Session: expect.any(String),
    ChallengeParameters: { USERNAME: 'ada', USER_ID_FOR_SRP: 'ada' },
  })
  const asked = await prove()
  expect(asked.body).toMatchObject({ ChallengeName: 'CUSTOM_CHALLENGE', Session: expect.any(String) })
  expect(asked.body.ChallengeParameters).toEqual({ trigger: 'true', USERNAME: 'ada' })
  const { body } = await app.reply(asked, 'silver')
  expect(body.AuthenticationResult.AccessToken).toBeTypeOf('string')
  expect(body.ChallengeParameters).toEqual({})
})

test('a wrong answer ends the sign-in where the function says so, and a wrong password always', async () => {
  const app = await startCustom(await question())
  const first = await app.beginWithSrp()
  const asked = await first.prove()
  expect(refused(await app.reply(asked, 'gold'))).toBe(WRONG)
  expect(refused(await app.reply(asked, 'silver'))).toBe(
    'NotAuthorizedException: Invalid session for the user, session can only be used once.',
  )
  const second = await app.beginWithSrp()
  expect(refused(await second.prove('Wrong-1'))).toBe(WRONG)
  // The secret block was one guess.
  expect(refused(await second.prove())).toBe(WRONG)
})

test('a function that expects SRP ends a sign-in without it', async () => {
  const app = await startCustom(await question())
  expect(refused(await app.begin())).toBe(WRONG)
  // Only CHALLENGE_NAME makes it one with SRP.
  expect(refused(await app.begin('ada', { SRP_A: 'abcdef' }))).toBe(WRONG)
  expect(refused(await app.begin('ada', { CHALLENGE_NAME: 'SRP_A' }))).toBe(
    'InvalidParameterException: Missing required parameter SRP_A',
  )
  expect(refused(await app.begin('ada', { CHALLENGE_NAME: 'SRP_A', SRP_A: '0' }))).toMatch(
    /^InvalidParameterException/,
  )
})

test('a mailed code has three tries, each with a session of its own', async () => {
  const { define, create, verify, sent } = await handlers('04-mail-code-trio.mjs')
  const mails = sent as unknown as { to: string; pin: string }[]
  const app = await startCustom({ define, create, verify })
  let asked = await app.begin()
  const sessions = new Set<string>()
  for (const wrong of ['1', '2']) {
    expect(asked.body.ChallengeParameters).toEqual({ email: 'ada@birch.example', USERNAME: 'ada' })
    sessions.add(asked.body.Session)
    const next = await app.reply(asked, wrong)
    expect(refused(await app.reply(asked, mails.at(-1)?.pin ?? ''))).toMatch(
      'NotAuthorizedException: Invalid session for the user',
    )
    asked = next
  }
  sessions.add(asked.body.Session)
  expect(sessions.size).toBe(3)
  expect(mails).toHaveLength(1)
  expect(refused(await app.reply(asked, '3'))).toBe(WRONG)
  const again = await app.reply(await app.begin(), '0')
  expect((await app.reply(again, mails.at(-1)?.pin ?? '')).body.AuthenticationResult).toBeDefined()
})

test('a link is mailed to an address of the answer’s metadata, and errors of the functions reach the caller', async () => {
  const { define, create, verify, outbox } = await handlers('05-magic-link-trio.ts')
  const mails = outbox as unknown as { url: string }[]
  const app = await startCustom({ define, create, verify })
  const back = { ClientMetadata: { back: 'https://app.birch.example/in' } }
  const asked = await app.begin('ada', {}, back)
  expect(asked.body.ChallengeParameters).toEqual({ challenge: 'ASK', USERNAME: 'ada' })
  const unknown = { ClientMetadata: { back: 'https://elsewhere.example' } }
  expect(refused(await app.reply(asked, '__dummy__', unknown))).toBe(
    'UserLambdaValidationException: CreateAuthChallenge failed with error Unknown return address.',
  )
  const mailed = await app.reply(await app.begin(), '__dummy__', back)
  expect(mailed.body.ChallengeParameters).toEqual({ USERNAME: 'ada' })
  expect(refused(await app.reply(mailed, 'no JSON'))).toMatch(
    'UserLambdaValidationException: VerifyAuthChallengeResponse failed with error Unexpected token',
  )
  // What threw has judged nothing: the answer may be given again.
  const k = mails.at(-1)?.url.split('#')[1]
  expect((await app.reply(mailed, JSON.stringify({ k }))).body.AuthenticationResult).toBeDefined()
})

test('one function behind three triggers throws with its message, or leads to tokens', async () => {
  const handler = await handlerOf('06-custom-auth-python-like.cjs')
  const app = await startCustom(
    { define: handler, create: handler, verify: handler },
    { pool: { users: [{ Username: 'ada', Password: 'Password-1' }] } },
  )
  const { prove } = await app.beginWithSrp()
  expect(refused(await prove('Password-1'))).toBe(
    'UserLambdaValidationException: CreateAuthChallenge failed with error no mailbox on file.',
  )
  await app.manage('AdminUpdateUserAttributes', {
    Username: 'ada',
    UserAttributes: [{ Name: 'email', Value: 'ada@birch.example' }],
  })
  const asked = await (await app.beginWithSrp()).prove('Password-1')
  expect(asked.body.ChallengeParameters).toEqual({ USERNAME: 'ada' })
  expect((await app.reply(asked, '481516')).body.AuthenticationResult).toBeDefined()
})

test('a response that is replaced counts the tries down in its metadata', async () => {
  const { define, create, verify } = await handlers('31-define-replaces-response.cjs')
  const app = await startCustom({ define, create, verify })
  let asked = await app.begin()
  for (const left of ['5', '4', '3', '2', '1']) {
    expect(asked.body.ChallengeParameters).toEqual({ left, USERNAME: 'ada' })
    asked = await app.reply(asked, 'wrong')
  }
  expect(refused(asked)).toBe(WRONG)
  const second = await app.reply(await app.begin(), 'wrong')
  expect((await app.reply(second, '2718')).body.AuthenticationResult).toBeDefined()
})

test('a handler that calls a missing function fails with the text of its error', async () => {
  const { define } = await handlers('31-define-replaces-response.cjs')
  const app = await startCustom(
    { define, create: await handlerOf('32-create-bare-callback.cjs') },
    { ...hides },
  )
  const failure =
    'UserLambdaValidationException: CreateAuthChallenge failed with error callback is not defined.'
  expect(refused(await app.begin())).toBe(failure)
  expect(refused(await app.begin('nobody'))).toBe(failure)
})
