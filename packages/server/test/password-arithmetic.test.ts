import { DiffieHellman } from 'node:crypto'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createRootKey } from '../src/crypto/root-key.js'
import { openDatabase } from '../src/db/database.js'
import { sharedDatabase } from './fresh-database.js'
import { srpChallenge, srpResponses } from './srp-sign-in.js'
import { PASSWORD, type Started, start } from './start.js'

// Modular exponentiations are nearly all that a sign-in costs. Were one left out for a user who is not there or has no
// password, the time would tell; so their number is asserted, which no time is needed for.

/** Everyone whose sign-in is refused, and one whose is not. */
const NAMES = ['ada', 'unconfirmed', 'disabled', 'reset', 'temporary', 'without-password', 'nobody']

async function startWithStates() {
  const database = await sharedDatabase()
  const app = await start({
    ...database,
    config: {
      userPools: [
        {
          PoolName: 'States',
          AutoVerifiedAttributes: ['email'],
          clients: [
            {
              ClientName: 'Web',
              ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_USER_SRP_AUTH'],
              PreventUserExistenceErrors: 'ENABLED',
            },
          ],
          users: ['ada', 'disabled', 'reset', 'without-password'].map((Username) => ({
            Username,
            Password: PASSWORD,
            UserAttributes: [
              { Name: 'email', Value: `${Username}@example.com` },
              { Name: 'email_verified', Value: 'true' },
            ],
          })),
        },
      ],
    },
  })
  const { call, userPoolId: UserPoolId, userPoolClientId: ClientId } = app
  await call('SignUp', { ClientId, Username: 'unconfirmed', Password: PASSWORD })
  await call('AdminDisableUser', { UserPoolId, Username: 'disabled' })
  await call('AdminResetUserPassword', { UserPoolId, Username: 'reset' })
  await call('AdminCreateUser', {
    UserPoolId,
    Username: 'temporary',
    TemporaryPassword: PASSWORD,
    MessageAction: 'SUPPRESS',
  })
  const { db } = await openDatabase(database.database)
  onTestFinished(() => db.destroy())
  await db
    .updateTable('users')
    .set({ salt: null, sealed_verifier: null, srp_identity: null, password_set_at: null })
    .where('username', '=', 'without-password')
    .execute()
  return app
}

/** A server whose requests say how many exponentiations they took. */
function counting(app: Started) {
  const powers = vi.spyOn(DiffieHellman.prototype, 'computeSecret')
  onTestFinished(() => powers.mockRestore())
  const counts: number[] = []
  const call: Started['call'] = async (operation, input) => {
    const before = powers.mock.calls.length
    const answer = await app.call(operation, input)
    counts.push(powers.mock.calls.length - before)
    return answer
  }
  return { app: { ...app, call }, counts }
}

const INCORRECT = 'Incorrect username or password.'

test.each(NAMES)('a wrong password costs one exponentiation, for any user: %s', async (USERNAME) => {
  const { app, counts } = counting(await startWithStates())
  const { body } = await app.call('InitiateAuth', {
    ClientId: app.userPoolClientId,
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME, PASSWORD: 'Wrong-Horse-1' },
  })
  expect(body.message).toBe(INCORRECT)
  expect(counts).toEqual([1])
})

test.each(NAMES)('a wrong proof costs one exponentiation and then two, for any user: %s', async (name) => {
  const { app, counts } = counting(await startWithStates())
  const challenge = await srpChallenge(app, name)
  expect(challenge.answer.body.ChallengeName).toBe('PASSWORD_VERIFIER')
  const { body } = await app.call('RespondToAuthChallenge', {
    ClientId: app.userPoolClientId,
    ChallengeName: 'PASSWORD_VERIFIER',
    ChallengeResponses: await srpResponses(app, challenge, 'Wrong-Horse-1'),
  })
  expect(body.message).toBe(INCORRECT)
  expect(counts).toEqual([1, 2])
})

test('a locked name costs as much as an unlocked one, and so does one that does not exist', async () => {
  const { app, counts } = counting(await startWithStates())
  for (const USERNAME of ['ada', 'nobody', 'without-password'])
    for (let i = 0; i < 7; i++)
      await app.call('InitiateAuth', {
        ClientId: app.userPoolClientId,
        AuthFlow: 'USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME, PASSWORD: 'Wrong-Horse-1' },
      })
  expect(counts).toEqual(Array(21).fill(1))
})

test('the verifier of a password always has 3072 bits, so that decrypting it always takes the same time', async () => {
  const database = await sharedDatabase()
  const rootKey = Buffer.alloc(32, 1)
  const { call, userPoolClientId: ClientId } = await start({ ...database, rootKey })
  await call('SignUp', { ClientId, Username: 'ada@example.com', Password: PASSWORD })
  const { db } = await openDatabase(database.database)
  onTestFinished(() => db.destroy())
  const { id, sealed_verifier: sealed } = await db.selectFrom('users').selectAll().executeTakeFirstOrThrow()
  const opened = createRootKey(rootKey).open('srp-verifier', id, sealed ?? Buffer.alloc(0))
  expect(opened).toHaveLength(3072 / 8)
})
