import { confirmSignIn, fetchAuthSession, signIn } from '@amulet/auth'
import { expect, onTestFinished, test } from 'vitest'
import { flows } from '../src/sign-in/flows.js'
import type { AnswerTo, Ask, UserAnswerTo } from '../src/sign-in/step.js'
import { answers, asks } from '../src/sign-in/steps.js'
import { userAnswers } from '../src/sign-in/user-answers.js'
import { json, start } from './start.js'

// That a challenge or a flow is one entry of a table: toy entries, for challenges that there are not, or in their place.

/** Puts an entry into a table for the time of one test. */
function put<Entry>(table: Record<string, Entry>, name: string, entry: Entry) {
  const before = table[name]
  table[name] = entry
  onTestFinished(() => {
    if (before) table[name] = before
    else delete table[name]
  })
}

function addStep(name: string, step: { ask: Ask; answer: UserAnswerTo } | { ask?: never; answer: AnswerTo }) {
  if (step.ask) {
    put(asks, name, step.ask)
    put(userAnswers, name, step.answer)
  } else put(answers, name, step.answer)
}

const challenge = (ChallengeName: string, more: object = {}) =>
  json(200, { ChallengeName, Session: `session of ${ChallengeName}`, ChallengeParameters: {}, ...more })

const payload = { sub: 'ada-id', username: 'ada', iat: 1, exp: 9e9 }
const token = `e30.${Buffer.from(JSON.stringify(payload)).toString('base64url')}.c2ln`
const tokens = json(200, { AuthenticationResult: { AccessToken: token } })

const options = { authFlowType: 'USER_PASSWORD_AUTH' as const }

test('a challenge for the user is asked by its entry, and what the user gives is sent by it', async () => {
  const { context, net } = await start()
  addStep('CARRIER_PIGEON', {
    ask: () => ({ signInStep: 'CONFIRM_SIGN_IN_WITH_SMS_CODE' }),
    answer: (_challenge, _attempt, _context, { challengeResponse }) => ({
      ChallengeResponses: { CARRIER_PIGEON_CODE: challengeResponse },
    }),
  })
  net.faults.push(challenge('CARRIER_PIGEON', { ChallengeParameters: { USERNAME: 'ada-id' } }))
  expect(await signIn(context, { username: 'ada', password: 'x', options })).toEqual({
    isSignedIn: false,
    nextStep: { signInStep: 'CONFIRM_SIGN_IN_WITH_SMS_CODE' },
  })
  net.faults.push(tokens)
  expect(await confirmSignIn(context, { challengeResponse: '123456' })).toMatchObject({ isSignedIn: true })
  expect(net.sent.at(-1)?.body).toEqual({
    ClientId: expect.any(String),
    ChallengeName: 'CARRIER_PIGEON',
    Session: 'session of CARRIER_PIGEON',
    ChallengeResponses: { USERNAME: 'ada-id', CARRIER_PIGEON_CODE: '123456' },
  })
})

test('a challenge that has no part for the user is answered at once, by signIn and by confirmSignIn', async () => {
  const { context, net } = await start()
  addStep('DEVICE_SRP_AUTH', {
    answer: async ({ Session }) => ({ ChallengeResponses: { DEVICE_KEY: `after ${Session}` } }),
  })
  net.faults.push(challenge('DEVICE_SRP_AUTH'), challenge('NEW_PASSWORD_REQUIRED'))
  const input = { username: 'ada', password: 'x', options: { ...options, clientMetadata: { a: 'b' } } }
  expect(await signIn(context, input)).toMatchObject({ isSignedIn: false })
  net.faults.push(challenge('DEVICE_SRP_AUTH'), tokens)
  expect(await confirmSignIn(context, { challengeResponse: 'y' })).toMatchObject({ isSignedIn: true })
  expect(net.sent.map(({ body }) => [body.ChallengeName, body.ClientMetadata])).toEqual([
    [undefined, { a: 'b' }],
    ['DEVICE_SRP_AUTH', { a: 'b' }],
    ['NEW_PASSWORD_REQUIRED', undefined],
    ['DEVICE_SRP_AUTH', undefined],
  ])
  expect(net.sent.at(-1)?.body.ChallengeResponses).toEqual({
    USERNAME: 'ada',
    DEVICE_KEY: 'after session of DEVICE_SRP_AUTH',
  })
})

test('an answer can lead to the next step without a request, and be sent as another challenge’s', async () => {
  const { context, net } = await start()
  // The choice of a password is such an answer.
  net.faults.push(challenge('SELECT_CHALLENGE'))
  await signIn(context, { username: 'ada', password: 'x', options })
  expect(await confirmSignIn(context, { challengeResponse: 'PASSWORD' })).toEqual({
    isSignedIn: false,
    nextStep: { signInStep: 'CONFIRM_SIGN_IN_WITH_PASSWORD' },
  })
  expect(net.sent).toHaveLength(1)
  net.faults.push(tokens)
  await confirmSignIn(context, { challengeResponse: 'my password' })
  expect(net.sent.at(-1)?.body).toMatchObject({
    ChallengeName: 'SELECT_CHALLENGE',
    Session: 'session of SELECT_CHALLENGE',
    ChallengeResponses: { USERNAME: 'ada', ANSWER: 'PASSWORD', PASSWORD: 'my password' },
  })
})

test('a step can ask the service for something first, and goes on with the session it got', async () => {
  const { context, net } = await start()
  addStep('NEW_CHALLENGE', {
    async ask(asked) {
      asked.Session = 'another session'
      return { signInStep: 'CONTINUE_SIGN_IN_WITH_EMAIL_SETUP' }
    },
    answer: () => ({ ChallengeResponses: {} }),
  })
  net.faults.push(challenge('NEW_CHALLENGE'))
  await signIn(context, { username: 'ada', password: 'x', options })
  net.faults.push(tokens)
  await confirmSignIn(context, { challengeResponse: 'a@example.com' })
  expect(net.sent.at(-1)?.body).toMatchObject({ Session: 'another session' })
})

test('a flow is one entry, with an AuthFlow of its own and without a password', async () => {
  const { context, net } = await start()
  put(flows, 'BY_PIGEON', async () => ({ AuthFlow: 'PIGEON_AUTH', AuthParameters: { A: 'b' } }))
  net.faults.push(tokens)
  const authFlowType = 'BY_PIGEON' as 'USER_AUTH'
  await signIn(context, { username: 'ada', options: { authFlowType } })
  expect(net.sent.at(-1)?.body).toEqual({
    ClientId: expect.any(String),
    AuthFlow: 'PIGEON_AUTH',
    AuthParameters: { USERNAME: 'ada', A: 'b' },
  })
  expect((await fetchAuthSession(context)).tokens?.signInDetails).toEqual({ loginId: 'ada', authFlowType })
})

test('a proof of the password answers one challenge, and not a second', async () => {
  const { context, net } = await start()
  const ChallengeParameters = { USER_ID_FOR_SRP: 'ada', SALT: 'ff', SRP_B: '5', SECRET_BLOCK: 'AA==' }
  const verifier = challenge('PASSWORD_VERIFIER', { ChallengeParameters })
  net.faults.push(verifier, verifier, verifier)
  await expect(signIn(context, { username: 'ada', password: 'x' })).rejects.toMatchObject({
    name: 'SignInException',
    message: expect.stringContaining('PASSWORD_VERIFIER'),
  })
  expect(net.operations()).toEqual(['InitiateAuth', 'RespondToAuthChallenge'])
})
