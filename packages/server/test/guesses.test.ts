import { randomBytes as systemRandomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { sharedDatabase } from './fresh-database.js'
import { respond, srpChallenge, srpResponses, srpSignIn } from './srp-sign-in.js'
import { type Answer, PASSWORD, passwordSignIn, type Started, signUpAndConfirm, start } from './start.js'
import { stillClock } from './still-clock.js'

// What a password or a proof of one is worth that is tried often, again, or together with others.

const ADA = 'ada@example.com'
const WRONG = 'Wrong-Horse-1'
const INCORRECT = 'Incorrect username or password.'
const EXCEEDED = 'Password attempts exceeded'

const times = <T>(count: number, request: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => request(index)))

/** How often each message was answered; `signed in` for tokens. */
function tally(answers: readonly Answer[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { status, body } of answers) {
    const what = status === 200 ? 'signed in' : String(body.message)
    counts[what] = (counts[what] ?? 0) + 1
  }
  return counts
}

/** Signs in as Ada, by whatever the way is. */
type SignIn = (app: Started, password: string) => Promise<Answer>

async function adminClient(app: Started): Promise<string> {
  const { body } = await app.call('CreateUserPoolClient', {
    UserPoolId: app.userPoolId,
    ClientName: 'backend',
    ExplicitAuthFlows: ['ALLOW_ADMIN_USER_PASSWORD_AUTH'],
  })
  return body.UserPoolClient.ClientId
}

const WAYS: readonly [name: string, prepare: (app: Started) => Promise<SignIn>][] = [
  [
    'USER_PASSWORD_AUTH',
    async () => (app, password) =>
      app.call('InitiateAuth', {
        ClientId: app.userPoolClientId,
        AuthFlow: 'USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME: ADA, PASSWORD: password },
      }),
  ],
  ['SRP', async () => (app, password) => srpSignIn(app, ADA, password)],
  [
    'ADMIN_USER_PASSWORD_AUTH',
    async (first) => {
      const ClientId = await adminClient(first)
      return (app, password) =>
        app.call('AdminInitiateAuth', {
          UserPoolId: app.userPoolId,
          ClientId,
          AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
          AuthParameters: { USERNAME: ADA, PASSWORD: password },
        })
    },
  ],
]

/** Two servers that share nothing but a database and a clock that stands still. */
async function startTwo(): Promise<[Started, Started]> {
  const options = { ...(await sharedDatabase()), clock: stillClock() }
  return [await start(options), await start(options)]
}

test.each(WAYS)(
  'of 59 wrong guesses at the same moment, over two servers, five are judged: %s',
  async (_, prepare) => {
    const apps = await startTwo()
    await signUpAndConfirm(apps[0])
    const signIn = await prepare(apps[0])
    const answers = await times(59, (index) => signIn(apps[index % 2 ? 1 : 0], `${WRONG}${index}`))
    expect(tally(answers)).toEqual({ [INCORRECT]: 5, [EXCEEDED]: 54 })
    // The right one, arriving last, is worth no more than another wrong one.
    expect(tally([await signIn(apps[0], PASSWORD), await signIn(apps[1], WRONG)])).toEqual({ [EXCEEDED]: 2 })
    apps[0].server.clock.advance(1)
    expect(tally([await signIn(apps[1], PASSWORD)])).toEqual({ 'signed in': 1 })
  },
)

test.each(WAYS)(
  '32 simultaneous right sign-ins of one user, over two servers, all succeed: %s',
  async (_, prepare) => {
    const apps = await startTwo()
    await signUpAndConfirm(apps[0])
    const signIn = await prepare(apps[0])
    expect(tally(await times(32, (index) => signIn(apps[index % 2 ? 1 : 0], PASSWORD)))).toEqual({
      'signed in': 32,
    })
  },
)

test('sign-ins at servers whose clocks differ do not lock each other out', async () => {
  const database = await sharedDatabase()
  const ahead = await start({ ...database, clock: stillClock(Date.now() + 60_000) })
  const behind = await start({ ...database, clock: stillClock() })
  await signUpAndConfirm(ahead)
  for (const app of [ahead, behind, ahead, behind]) {
    expect(tally([await srpSignIn(app, ADA, WRONG)])).toEqual({ [INCORRECT]: 1 })
    expect(tally([await srpSignIn(app, ADA)])).toEqual({ 'signed in': 1 })
  }
})

test('a right answer among wrong ones is judged by the time of its arrival', async () => {
  const app = await start({ clock: stillClock() })
  await signUpAndConfirm(app)
  const [[, prepare]] = WAYS as [(typeof WAYS)[0]]
  const signIn = await prepare(app)
  const answers = await times(20, (index) => signIn(app, index === 10 ? PASSWORD : WRONG))
  const { [INCORRECT]: incorrect = 0, 'signed in': signedIn = 0 } = tally(answers)
  // Before the sixth wrong one it succeeds, and five more are told to be wrong; after it, it is refused.
  expect(signedIn ? incorrect <= 10 && incorrect >= 5 : incorrect === 5).toBe(true)
})

const change = (
  app: Started,
  AccessToken: string,
  PreviousPassword: string,
  ProposedPassword = 'Other-Horse-1',
) => app.call('ChangePassword', { AccessToken, PreviousPassword, ProposedPassword })

test('wrong passwords of ChangePassword and of sign-ins are counted together', async () => {
  const app = await start({ clock: stillClock() })
  await signUpAndConfirm(app)
  const { AccessToken } = await passwordSignIn(app)
  expect(tally(await times(3, () => change(app, AccessToken, WRONG)))).toEqual({ [INCORRECT]: 3 })
  expect(tally(await times(2, () => srpSignIn(app, ADA, WRONG)))).toEqual({ [INCORRECT]: 2 })
  expect(tally([await change(app, AccessToken, PASSWORD)])).toEqual({ [EXCEEDED]: 1 })
  expect(tally([await srpSignIn(app, ADA)])).toEqual({ [EXCEEDED]: 1 })
  app.server.clock.advance(1)
  expect((await change(app, AccessToken, PASSWORD)).status).toBe(200)
  expect((await srpSignIn(app, ADA, 'Other-Horse-1')).status).toBe(200)
})

test('five wrong passwords at ChangePassword lock sign-ins, and a right one resets the count', async () => {
  const app = await start({ clock: stillClock() })
  await signUpAndConfirm(app)
  const { AccessToken } = await passwordSignIn(app)
  expect(tally(await times(4, () => change(app, AccessToken, WRONG)))).toEqual({ [INCORRECT]: 4 })
  // Right, although the new password breaks the policy.
  expect((await change(app, AccessToken, PASSWORD, 'short')).body.__type).toBe('InvalidPasswordException')
  expect(tally(await times(4, () => srpSignIn(app, ADA, WRONG)))).toEqual({ [INCORRECT]: 4 })
  expect(tally([await srpSignIn(app, ADA)])).toEqual({ 'signed in': 1 })
  // ChangePassword is limited by the hour as well.
  app.server.clock.advance(3600)
  const { AccessToken: next } = await passwordSignIn(app)
  expect(tally(await times(5, () => change(app, next, WRONG)))).toEqual({ [INCORRECT]: 5 })
  expect(tally([await srpSignIn(app, ADA)])).toEqual({ [EXCEEDED]: 1 })
})

test('during a lock ChangePassword does the same work for a wrong password as for the right one', async () => {
  let drawn: number[] = []
  const app = await start({
    clock: stillClock(),
    randomBytes(size) {
      drawn.push(size)
      return systemRandomBytes(size)
    },
  })
  await signUpAndConfirm(app)
  const { AccessToken } = await passwordSignIn(app)
  await times(5, () => srpSignIn(app, ADA, WRONG))
  const work: number[][] = []
  for (const password of [WRONG, PASSWORD]) {
    drawn = []
    expect(tally([await change(app, AccessToken, password)])).toEqual({ [EXCEEDED]: 1 })
    work.push(drawn)
  }
  // The salt of the new password, which its verifier is made with.
  expect(work).toEqual([[16], [16]])
})

/** The states in which a right password is answered with words of its own. */
const STATES: readonly [state: string, expected: string, make: (app: Started) => Promise<unknown>][] = [
  ['CONFIRMED', 'signed in', signUpAndConfirm],
  [
    'UNCONFIRMED',
    'User is not confirmed.',
    (app) => app.call('SignUp', { ClientId: app.userPoolClientId, Username: ADA, Password: PASSWORD }),
  ],
  [
    'an expired temporary password',
    'Temporary password has expired and must be reset by an administrator.',
    async (app) => {
      const user = { UserPoolId: app.userPoolId, Username: ADA }
      await app.call('AdminCreateUser', { ...user, TemporaryPassword: PASSWORD, MessageAction: 'SUPPRESS' })
      app.server.clock.advance(7 * 86_400)
    },
  ],
  [
    'RESET_REQUIRED',
    'Password reset required for the user',
    async (app) => {
      await signUpAndConfirm(app)
      await app.call('AdminResetUserPassword', { UserPoolId: app.userPoolId, Username: ADA })
    },
  ],
  [
    'disabled',
    'User is disabled.',
    async (app) => {
      await signUpAndConfirm(app)
      await app.call('AdminDisableUser', { UserPoolId: app.userPoolId, Username: ADA })
    },
  ],
]

test.each(STATES)('a secret block allows one guess, in every state: %s', async (_, expected, make) => {
  const app = await start({ clock: stillClock() })
  await make(app)
  const message = ({ status, body }: Answer) => (status === 200 ? 'signed in' : body.message)

  // The right answer, once and again; then a wrong one.
  const first = await srpChallenge(app, ADA)
  const right = await srpResponses(app, first)
  expect(message(await respond(app, right))).toBe(expected)
  expect(message(await respond(app, right))).toBe(INCORRECT)
  expect(message(await respond(app, await srpResponses(app, first, WRONG)))).toBe(INCORRECT)

  // A wrong answer; then the right one, with the same block.
  const second = await srpChallenge(app, ADA)
  expect(message(await respond(app, await srpResponses(app, second, WRONG)))).toBe(INCORRECT)
  for (let i = 0; i < 8; i++)
    expect(message(await respond(app, await srpResponses(app, second)))).toBe(INCORRECT)

  // One wrong answer is counted: after four more, the account is locked for a second.
  for (let i = 0; i < 4; i++) expect(message(await srpSignIn(app, ADA, WRONG))).toBe(INCORRECT)
  expect(message(await srpSignIn(app, ADA))).toBe(EXCEEDED)
  app.server.clock.advance(1)
  expect(message(await srpSignIn(app, ADA))).toBe(expected)
})

test('an answer that is refused during a lock uses up no secret block', async () => {
  const app = await start({ clock: stillClock() })
  await signUpAndConfirm(app)
  const challenge = await srpChallenge(app, ADA)
  for (let i = 0; i < 5; i++) await srpSignIn(app, ADA, WRONG)
  const answer = await srpResponses(app, challenge)
  expect((await respond(app, answer)).body.message).toBe(EXCEEDED)
  app.server.clock.advance(1)
  expect((await respond(app, answer)).status).toBe(200)
})

const begun: readonly [what: string, end: (app: Started, sub: string) => Promise<Answer>][] = [
  [
    'a password that an administrator set',
    (app, Username) =>
      app.call('AdminSetUserPassword', {
        UserPoolId: app.userPoolId,
        Username,
        Password: PASSWORD,
        Permanent: true,
      }),
  ],
  [
    'a sign-out everywhere',
    (app, Username) => app.call('AdminUserGlobalSignOut', { UserPoolId: app.userPoolId, Username }),
  ],
  ['a deletion', (app, Username) => app.call('AdminDeleteUser', { UserPoolId: app.userPoolId, Username })],
]

test.each(begun)('%s ends a sign-in that was under way', async (_, end) => {
  const app = await start()
  const { sub } = await signUpAndConfirm(app)
  const challenge = await srpChallenge(app, ADA)
  const responses = await srpResponses(app, challenge)
  expect((await end(app, sub)).status).toBe(200)
  expect((await respond(app, responses)).body).toEqual({
    __type: 'NotAuthorizedException',
    message: INCORRECT,
  })
})

test.each(begun)('a requested new password is refused after %s', async (_, end) => {
  const app = await start()
  const user = { UserPoolId: app.userPoolId, Username: ADA }
  const { body } = await app.call('AdminCreateUser', {
    ...user,
    TemporaryPassword: PASSWORD,
    MessageAction: 'SUPPRESS',
  })
  const { body: asked } = await srpSignIn(app, ADA)
  expect(asked.ChallengeName).toBe('NEW_PASSWORD_REQUIRED')
  expect((await end(app, body.User.Username)).status).toBe(200)
  const answer = await app.call('RespondToAuthChallenge', {
    ClientId: app.userPoolClientId,
    ChallengeName: 'NEW_PASSWORD_REQUIRED',
    Session: asked.Session,
    ChallengeResponses: { USERNAME: ADA, NEW_PASSWORD: 'Other-Horse-1' },
  })
  expect(answer.body).toEqual({ __type: 'NotAuthorizedException', message: 'Invalid session for the user.' })
})

/** The client of the tests, a second one of the same pool, and one of another pool. */
async function threeClients(app: Started): Promise<{ own: string; others: string[] }> {
  const { call, userPoolId } = app
  const ExplicitAuthFlows = ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_USER_SRP_AUTH']
  const { body: pool } = await call('CreateUserPool', { PoolName: 'another' })
  const others = []
  for (const UserPoolId of [userPoolId, pool.UserPool.Id]) {
    const { body } = await call('CreateUserPoolClient', {
      UserPoolId,
      ClientName: 'another',
      ExplicitAuthFlows,
    })
    others.push(body.UserPoolClient.ClientId)
  }
  return { own: app.userPoolClientId, others }
}

test('a secret block is accepted only from the client that it was issued to', async () => {
  const app = await start()
  await signUpAndConfirm(app)
  const { others } = await threeClients(app)
  const answer = await srpResponses(app, await srpChallenge(app, ADA))
  for (const userPoolClientId of others)
    expect((await respond({ ...app, userPoolClientId }, answer)).body).toEqual({
      __type: 'NotAuthorizedException',
      message: INCORRECT,
    })
  // They have not used it up.
  expect((await respond(app, answer)).body.AuthenticationResult.AccessToken).toBeTypeOf('string')
})

test('a session is accepted only from the client that it was issued to', async () => {
  const app = await start()
  const { own, others } = await threeClients(app)
  const user = { UserPoolId: app.userPoolId, Username: ADA, TemporaryPassword: PASSWORD }
  await app.call('AdminCreateUser', { ...user, MessageAction: 'SUPPRESS' })
  const { Session } = (await srpSignIn(app, ADA)).body
  const choose = async (ClientId: string, USERNAME = ADA) => {
    const ChallengeResponses = { USERNAME, NEW_PASSWORD: 'Other-Horse-1' }
    const challenge = { ClientId, ChallengeName: 'NEW_PASSWORD_REQUIRED', Session, ChallengeResponses }
    return (await app.call('RespondToAuthChallenge', challenge)).body
  }
  const foreign = { __type: 'NotAuthorizedException', message: 'Invalid session for the user.' }
  for (const ClientId of others) expect(await choose(ClientId)).toEqual(foreign)
  expect(await choose(own, 'eve@example.com')).toEqual(foreign)
  expect((await choose(own)).AuthenticationResult.AccessToken).toBeTypeOf('string')
})

test('a used session is reported as used, also with a new password that would be refused', async () => {
  const app = await start()
  const user = { UserPoolId: app.userPoolId, Username: ADA, TemporaryPassword: PASSWORD }
  await app.call('AdminCreateUser', { ...user, MessageAction: 'SUPPRESS' })
  const { Session } = (await srpSignIn(app, ADA)).body
  const choose = async (NEW_PASSWORD: string) => {
    const ChallengeResponses = { USERNAME: ADA, NEW_PASSWORD }
    const challenge = { ChallengeName: 'NEW_PASSWORD_REQUIRED', Session, ChallengeResponses }
    return (await app.call('RespondToAuthChallenge', { ClientId: app.userPoolClientId, ...challenge })).body
  }
  expect((await choose('short')).__type).toBe('InvalidPasswordException')
  expect((await choose('Other-Horse-1')).AuthenticationResult.AccessToken).toBeTypeOf('string')
  for (const password of ['short', 'Third-Horse-1'])
    expect((await choose(password)).message).toBe(
      'Invalid session for the user, session can only be used once.',
    )
})

test('a user who is disabled during a sign-in learns it only after a right proof', async () => {
  const app = await start()
  await signUpAndConfirm(app)
  const challenges = [await srpChallenge(app, ADA), await srpChallenge(app, ADA)] as const
  await app.call('AdminDisableUser', { UserPoolId: app.userPoolId, Username: ADA })
  const message = async (challenge: (typeof challenges)[0], password: string) =>
    (await respond(app, await srpResponses(app, challenge, password))).body.message
  expect(await message(challenges[0], WRONG)).toBe(INCORRECT)
  expect(await message(challenges[1], PASSWORD)).toBe('User is disabled.')
})
