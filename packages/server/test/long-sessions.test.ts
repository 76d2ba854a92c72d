import { expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '../src/db/database.js'
import { answerChoice, choose, startChoice, told } from './choice.js'
import { sharedDatabase } from './fresh-database.js'
import { PASSWORD, type Started, start } from './start.js'
import { stillClock } from './still-clock.js'
import { totp } from './totp.js'

// A session has 2,048 characters at most. What does not fit is kept by the server until the attempt ends.

const LONG = 'n'.repeat(3000)
const USED = 'NotAuthorizedException: Invalid session for the user, session can only be used once.'
const EXPIRED = 'NotAuthorizedException: Invalid session for the user, session is expired.'

async function twoNodes() {
  const database = await sharedDatabase()
  const clock = stillClock()
  const app = await startChoice(['PASSWORD'], { ...database, clock })
  await app.call('SetUserPoolMfaConfig', {
    UserPoolId: app.userPoolId,
    MfaConfiguration: 'ON',
    SoftwareTokenMfaConfiguration: { Enabled: true },
  })
  const second = { ...(await start({ ...database, clock })), userPoolClientId: app.userPoolClientId }
  const { db } = await openDatabase(database.database)
  onTestFinished(() => db.destroy())
  const rows = () => db.selectFrom('attempt_states').selectAll().execute()
  return { app, second, clock, rows, db }
}

/** A set-up with a long name, whose session cannot hold it. */
async function longSetUp({ call, server, ...app }: Started) {
  const { Session } = (await choose({ call, ...app }, 'PASSWORD', { PASSWORD })).body
  const made = (await call('AssociateSoftwareToken', { Session })).body as unknown as Made
  const UserCode = totp(made.SecretCode, server.clock.now())
  const verified = await call('VerifySoftwareToken', {
    Session: made.Session,
    UserCode,
    FriendlyDeviceName: LONG,
  })
  return { first: Session, long: verified.body.Session }
}
interface Made {
  readonly SecretCode: string
  readonly Session: string
}

test('data that a session cannot hold is on every node, encrypted in the database, and deleted with the attempt', async () => {
  const { app, second, rows } = await twoNodes()
  const { first, long } = await longSetUp(app)
  const other = await longSetUp(app)
  expect(long.length).toBeLessThanOrEqual(2048)
  const kept = await rows()
  expect(kept).toHaveLength(2)
  expect(kept.map(({ sealed_state }) => Buffer.from(sealed_state).toString('latin1')).join()).not.toContain(
    'nnnn',
  )
  const setUp = (Session: string) => answerChoice(second, 'MFA_SETUP', Session, {})
  expect(told(await setUp(long))).toBe('tokens')
  expect(await rows()).toHaveLength(1)
  for (const session of [long, first]) expect(told(await setUp(session))).toBe(USED)
  // Of another attempt: its row is there still, and the user has a factor by now.
  expect(told(await setUp(other.long))).toBe('NotAuthorizedException: Invalid session for the user.')
})

test('data that a session cannot hold expires with it, whether or not its row still exists', async () => {
  const { app, clock, rows, db } = await twoNodes()
  const { long } = await longSetUp(app)
  clock.advance(180)
  const setUp = () => answerChoice(app, 'MFA_SETUP', long, {})
  expect(await rows()).toHaveLength(1)
  expect(told(await setUp())).toBe(EXPIRED)
  await db.deleteFrom('attempt_states').execute()
  expect(told(await setUp())).toBe(EXPIRED)
})

test('data that a session cannot hold is bound to its own id', async () => {
  const { app, db, rows } = await twoNodes()
  const one = await longSetUp(app)
  const two = await longSetUp(app)
  const [a, b] = await rows()
  if (!a || !b) expect.fail('there are two rows')
  const put = (id: string, sealed_state: Uint8Array) =>
    db.updateTable('attempt_states').set({ sealed_state }).where('id', '=', id).execute()
  await put(a.id, b.sealed_state)
  await put(b.id, a.sealed_state)
  for (const { long } of [one, two])
    expect(told(await answerChoice(app, 'MFA_SETUP', long, {}))).toBe(
      'NotAuthorizedException: Invalid session for the user.',
    )
  await put(a.id, a.sealed_state)
  await put(b.id, b.sealed_state)
  expect(told(await answerChoice(app, 'MFA_SETUP', one.long, {}))).toBe('tokens')
})
