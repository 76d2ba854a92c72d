import { expect, test } from 'vitest'
import { answerChoice, choose, srpExchange, startChoice, told } from './choice.js'
import { PASSWORD, type Started } from './start.js'

const INCORRECT = 'NotAuthorizedException: Incorrect username or password.'
const INVALID = 'NotAuthorizedException: Invalid session for the user.'
const USED = 'NotAuthorizedException: Invalid session for the user, session can only be used once.'
const EXPIRED = 'NotAuthorizedException: Invalid session for the user, session is expired.'

const WRONG = 'Wrong-Horse-1'

test('without a preference the user gets the choices, and may send the password with the choice', async () => {
  const app = await startChoice()
  const first = await choose(app)
  expect(first.body).toEqual({
    ChallengeName: 'SELECT_CHALLENGE',
    Session: expect.any(String),
    ChallengeParameters: {},
    AvailableChallenges: ['PASSWORD_SRP', 'PASSWORD'],
  })
  const { Session } = first.body
  expect(Session.length).toBeLessThanOrEqual(2048)
  const select = (ANSWER: string, more = {}) =>
    answerChoice(app, 'SELECT_CHALLENGE', Session, { ANSWER, ...more })
  expect(told(await select('EMAIL_OTP'))).toBe(
    'InvalidParameterException: EMAIL_OTP is not one of the challenges that were offered.',
  )
  // A wrong password leaves the choice open, and what was chosen is answered by itself as well.
  expect(told(await select('PASSWORD', { PASSWORD: WRONG }))).toBe(INCORRECT)
  const asked = await select('PASSWORD')
  expect(asked.body).toEqual({
    ChallengeName: 'PASSWORD',
    Session: expect.any(String),
    ChallengeParameters: {},
  })
  const byItself = (PASSWORD: string) => answerChoice(app, 'PASSWORD', asked.body.Session, { PASSWORD })
  expect(told(await byItself(WRONG))).toBe(INCORRECT)
  expect(told(await byItself(PASSWORD))).toBe('tokens')
  // Of all that come of a choice, one is answered right.
  expect(told(await select('PASSWORD', { PASSWORD }))).toBe(USED)
  expect(told(await byItself(PASSWORD))).toBe(USED)
  const again = (await choose(app)).body.Session
  expect(told(await answerChoice(app, 'SELECT_CHALLENGE', again, { ANSWER: 'PASSWORD', PASSWORD }))).toBe(
    'tokens',
  )
})

test('a preferred password is sent along, or asked for', async () => {
  const app = await startChoice()
  expect(told(await choose(app, 'PASSWORD', { PASSWORD: WRONG }))).toBe(INCORRECT)
  expect(told(await choose(app, 'PASSWORD', { PASSWORD }))).toBe('tokens')
  const asked = await choose(app, 'PASSWORD')
  expect(told(asked)).toBe('PASSWORD')
  expect(told(await answerChoice(app, 'PASSWORD', asked.body.Session, { PASSWORD }))).toBe('tokens')
  // What the user cannot prove is not what the sign-in begins with, and neither is nonsense.
  for (const preferred of ['EMAIL_OTP', 'WEB_AUTHN', 'PASSWORD_VERIFIER', '__proto__'])
    expect(told(await choose(app, preferred, { PASSWORD })), preferred).toBe('SELECT_CHALLENGE')
  expect(told(await choose(app, undefined, { PASSWORD }))).toBe('SELECT_CHALLENGE')
})

test('an empty value beside a choice counts as missing: it is asked for, and does not count as a guess', async () => {
  const app = await startChoice()
  const { Session } = (await choose(app)).body
  const select = (ANSWER: string, more: Record<string, string>) =>
    answerChoice(app, 'SELECT_CHALLENGE', Session, { ANSWER, ...more })
  for (let i = 0; i < 6; i++) {
    expect(told(await choose(app, 'PASSWORD', { PASSWORD: '' }))).toBe('PASSWORD')
    expect(told(await select('PASSWORD', { PASSWORD: '' }))).toBe('PASSWORD')
  }
  expect(told(await choose(app, 'PASSWORD_SRP', { SRP_A: '' }))).toBe('PASSWORD_SRP')
  const asked = await select('PASSWORD_SRP', { SRP_A: '' })
  expect(told(asked)).toBe('PASSWORD_SRP')
  expect(told(await answerChoice(app, 'PASSWORD_SRP', asked.body.Session, { SRP_A: '' }))).toBe(
    'InvalidParameterException: Missing required parameter SRP_A',
  )
  // Six wrong passwords would have locked the account.
  expect(told(await select('PASSWORD', { PASSWORD }))).toBe('tokens')
})

/** A PASSWORD_VERIFIER in each of the ways to it. */
const WAYS: Record<string, (app: Started, SRP_A: string) => ReturnType<typeof choose>> = {
  'preferred, SRP_A along': (app, SRP_A) => choose(app, 'PASSWORD_SRP', { SRP_A }),
  async 'preferred, then SRP_A'(app, SRP_A) {
    const { body } = await choose(app, 'PASSWORD_SRP')
    expect(body).toEqual({
      ChallengeName: 'PASSWORD_SRP',
      Session: expect.any(String),
      ChallengeParameters: {},
    })
    return await answerChoice(app, 'PASSWORD_SRP', body.Session, { SRP_A })
  },
  async 'chosen, SRP_A along'(app, SRP_A) {
    const { Session } = (await choose(app)).body
    return await answerChoice(app, 'SELECT_CHALLENGE', Session, { ANSWER: 'PASSWORD_SRP', SRP_A })
  },
}

test.each(Object.entries(WAYS))(
  'SRP, %s: the verifier comes with a session, which the answer has to include',
  async (_, way) => {
    const app = await startChoice()
    const { SRP_A, prove } = srpExchange(app)
    const asked = await way(app, SRP_A)
    expect(told(asked)).toBe('PASSWORD_VERIFIER')
    const { Session } = asked.body
    expect(Session.length).toBeLessThanOrEqual(2048)
    const responses = await prove(asked)
    const verify = (session: string | undefined, given = responses) =>
      answerChoice(app, 'PASSWORD_VERIFIER', session, given)
    expect(told(await verify(undefined))).toBe(
      'InvalidParameterException: Missing required parameter Session',
    )
    const other = await way(app, srpExchange(app).SRP_A)
    expect(told(await verify(other.body.Session))).toBe(INCORRECT)
    expect(told(await verify('A'.repeat(40)))).toBe(INCORRECT)
    // None of it has used the block up.
    expect(told(await verify(Session))).toBe('tokens')
    expect(told(await verify(Session))).toBe(INCORRECT)
  },
)

test('a wrong SRP proof uses up its secret block, but not the choice', async () => {
  const app = await startChoice()
  const { Session } = (await choose(app)).body
  const select = (responses: Record<string, string>) =>
    answerChoice(app, 'SELECT_CHALLENGE', Session, responses)
  const { SRP_A, prove } = srpExchange(app)
  const asked = await select({ ANSWER: 'PASSWORD_SRP', SRP_A })
  const verify = async (password: string) =>
    told(await answerChoice(app, 'PASSWORD_VERIFIER', asked.body.Session, await prove(asked, password)))
  expect(await verify(WRONG)).toBe(INCORRECT)
  expect(await verify(PASSWORD)).toBe(INCORRECT)
  const again = await select({ ANSWER: 'PASSWORD_SRP', SRP_A })
  const responses = await prove(again)
  expect(told(await answerChoice(app, 'PASSWORD_VERIFIER', again.body.Session, responses))).toBe('tokens')
  expect(told(await select({ ANSWER: 'PASSWORD', PASSWORD }))).toBe(USED)
})

test('the session of an unproven first factor can be answered by another choice, and other sessions cannot', async () => {
  const app = await startChoice()
  const begun = async (preferred: string) => (await choose(app, preferred)).body.Session
  const bySelect = async (Session: string) =>
    told(await answerChoice(app, 'SELECT_CHALLENGE', Session, { ANSWER: 'PASSWORD', PASSWORD }))
  for (const preferred of ['PASSWORD', 'PASSWORD_SRP'])
    expect(await bySelect(await begun(preferred)), preferred).toBe('tokens')
  const { SRP_A, prove } = srpExchange(app)
  const verifier = await choose(app, 'PASSWORD_SRP', { SRP_A })
  expect(await bySelect(verifier.body.Session)).toBe(INVALID)
  expect(
    told(await answerChoice(app, 'PASSWORD_VERIFIER', verifier.body.Session, await prove(verifier))),
  ).toBe('tokens')
  // By another name than its own: refused.
  const Session = await begun('PASSWORD_SRP')
  expect(told(await answerChoice(app, 'PASSWORD', Session, { PASSWORD }))).toBe(INVALID)
  expect(
    told(await answerChoice(app, 'SOFTWARE_TOKEN_MFA', Session, { SOFTWARE_TOKEN_MFA_CODE: '123456' })),
  ).toBe(INVALID)
  const select = (await choose(app)).body.Session
  expect(told(await answerChoice(app, 'PASSWORD', select, { PASSWORD }))).toBe(INVALID)
})

test('a choice is valid only for its user and client, and within its time', async () => {
  const app = await startChoice()
  await app.call('AdminCreateUser', {
    UserPoolId: app.userPoolId,
    Username: 'eve',
    TemporaryPassword: PASSWORD,
  })
  const created = await app.call('CreateUserPoolClient', {
    UserPoolId: app.userPoolId,
    ClientName: 'Other',
    ExplicitAuthFlows: ['ALLOW_USER_AUTH'],
  })
  const other = { ...app, userPoolClientId: created.body.UserPoolClient.ClientId }
  const { Session } = (await choose(app)).body
  const responses = { ANSWER: 'PASSWORD', PASSWORD }
  const select = (through: Started, more = {}) =>
    answerChoice(through, 'SELECT_CHALLENGE', Session, { ...responses, ...more })
  expect(told(await select(other))).toBe(INVALID)
  expect(told(await select(app, { USERNAME: 'eve' }))).toBe(INVALID)
  app.server.clock.advance(179)
  const asked = await answerChoice(app, 'SELECT_CHALLENGE', Session, { ANSWER: 'PASSWORD' })
  app.server.clock.advance(1)
  expect(told(await select(app))).toBe(EXPIRED)
  // The choice that was made has a time of its own.
  expect(told(await answerChoice(app, 'PASSWORD', asked.body.Session, { PASSWORD }))).toBe('tokens')
  expect(told(await answerChoice(app, 'SELECT_CHALLENGE', 'nonsense-session-text', responses))).toBe(INVALID)
})

test('a truncated session or secret block is refused, and the whole one is accepted', async () => {
  const app = await startChoice()
  const { Session } = (await choose(app)).body
  const cut = (text: string) => [text.slice(0, -2), text.slice(0, text.length / 2), text.slice(4)]
  const password = (session: string) =>
    answerChoice(app, 'SELECT_CHALLENGE', session, { ANSWER: 'PASSWORD', PASSWORD })
  for (const part of cut(Session)) expect(told(await password(part))).toBe(INVALID)
  expect(told(await password('A'.repeat(2049)))).toContain('less than or equal to 2048')
  expect(told(await password(Session))).toBe('tokens')

  const { SRP_A, prove } = srpExchange(app)
  const asked = await choose(app, 'PASSWORD_SRP', { SRP_A })
  const claim = await prove(asked)
  const verify = (session: string, more = {}) =>
    answerChoice(app, 'PASSWORD_VERIFIER', session, { ...claim, ...more })
  const whole = asked.body.Session
  for (const part of cut(whole)) expect(told(await verify(part))).toBe(INCORRECT)
  for (const part of cut(String(claim.PASSWORD_CLAIM_SECRET_BLOCK)))
    expect(told(await verify(whole, { PASSWORD_CLAIM_SECRET_BLOCK: part }))).toBe(INCORRECT)
  expect(told(await verify(whole))).toBe('tokens')
})

test('a client that is not allowed the flow is refused, and administrators may use it', async () => {
  const app = await startChoice()
  const admin = (operation: string, input: object) =>
    app.call(`Admin${operation}`, { UserPoolId: app.userPoolId, ClientId: app.userPoolClientId, ...input })
  const AuthParameters = { USERNAME: 'ada' }
  const first = await admin('InitiateAuth', { AuthFlow: 'USER_AUTH', AuthParameters })
  expect(first.body).toMatchObject({ AvailableChallenges: ['PASSWORD_SRP', 'PASSWORD'] })
  const done = await admin('RespondToAuthChallenge', {
    ChallengeName: 'SELECT_CHALLENGE',
    Session: first.body.Session,
    ChallengeResponses: { USERNAME: 'ada', ANSWER: 'PASSWORD', PASSWORD },
  })
  expect(told(done)).toBe('tokens')
  const created = await app.call('CreateUserPoolClient', { UserPoolId: app.userPoolId, ClientName: 'Other' })
  const other = { ...app, userPoolClientId: created.body.UserPoolClient.ClientId }
  expect(told(await choose(other))).toBe(
    'InvalidParameterException: USER_AUTH flow not enabled for this client',
  )
})
