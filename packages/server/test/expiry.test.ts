import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import { openDatabase } from '../src/db/database.js'
import { answerChoice, choose, startChoice, told } from './choice.js'
import { sharedDatabase } from './fresh-database.js'
import { srpSignIn } from './srp-sign-in.js'
import { PASSWORD, signUpAndConfirm, start } from './start.js'
import { stillClock } from './still-clock.js'

afterEach(() => {
  vi.useRealTimers()
})

test('expired rows are removed within a minute, and no row before', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  const database = await sharedDatabase()
  const app = await start({ ...database, messageLimits: { destination: {} } })
  const { sub } = await signUpAndConfirm(app)
  await app.call('SignUp', {
    ClientId: app.userPoolClientId,
    Username: 'eve@example.com',
    Password: 'Correct-Horse-1',
  })
  await srpSignIn(app, 'ada@example.com', 'Wrong-Horse-1')
  expect((await srpSignIn(app, 'ada@example.com')).status).toBe(200)
  await srpSignIn(app, 'eve@example.com', 'Wrong-Horse-1')

  const { db } = await openDatabase(database.database)
  onTestFinished(() => db.destroy())
  const count = async (
    table:
      | 'consumed_challenges'
      | 'verification_codes'
      | 'failed_passwords'
      | 'quotas'
      | 'message_counts'
      | 'token_families',
  ) => {
    const { n } = await db
      .selectFrom(table)
      .select((e) => e.fn.countAll().as('n'))
      .executeTakeFirstOrThrow()
    return Number(n)
  }
  const rows = async () => ({
    challenges: await count('consumed_challenges'),
    codes: await count('verification_codes'),
    failures: await count('failed_passwords'),
    quotas: await count('quotas'),
    messages: await count('message_counts'),
    signIns: await count('token_families'),
  })
  const families = () => db.selectFrom('token_families').select('id').execute()
  const afterAMinute = async (expected: Partial<Awaited<ReturnType<typeof rows>>>) => {
    // An old sign-in: these are removed last, so that once it is gone the removal has come to its end.
    await db
      .insertInto('token_families')
      .values({
        id: 'old',
        user_pool_id: app.userPoolId,
        user_id: sub,
        client_id: app.userPoolClientId,
        auth_time: 0,
        expires_at: 0,
        generation: 0,
      })
      .execute()
    vi.advanceTimersByTime(60_000)
    // On SQLite a request waits for the removal that began before it: there is one connection.
    await app.call('GetUser', { AccessToken: 'x' })
    await srpSignIn(app, 'nobody@example.com')
    await vi.waitFor(async () => expect(await families()).not.toContainEqual({ id: 'old' }), {
      timeout: 15_000,
    })
    expect(await rows()).toMatchObject(expected)
  }
  // A right password leaves a count of no failures.
  expect(await rows()).toEqual({
    challenges: 3,
    codes: 2,
    failures: 2,
    quotas: 1,
    // To each of two destinations, of the hour and of the day.
    messages: 4,
    signIns: 1,
  })
  await afterAMinute({ codes: 2, failures: 3, quotas: 1, signIns: 1 })
  // The challenges have expired by this server's clock; another one's may be late, and must not take one again.
  app.server.clock.advance(200)
  await afterAMinute({ challenges: 5, codes: 2, failures: 3, quotas: 1, messages: 4, signIns: 1 })
  // Wrong passwords mean nothing after 15 minutes, and quotas after an hour; here too, clocks may differ by five.
  app.server.clock.advance(900)
  await afterAMinute({ failures: 3, quotas: 1 })
  app.server.clock.advance(120)
  // What is left is of the name that was asked for since.
  await afterAMinute({ failures: 1, quotas: 1 })
  app.server.clock.advance(3600 - 1020)
  await afterAMinute({ codes: 2, quotas: 1, messages: 2 })
  app.server.clock.advance(120)
  await afterAMinute({ quotas: 0 })
  app.server.clock.advance(86_400 - 3720)
  // Who sends an expired code is told so for another day.
  await afterAMinute({ challenges: 1, codes: 2, failures: 1, quotas: 0, messages: 0, signIns: 1 })
  app.server.clock.advance(86_400)
  await afterAMinute({ codes: 0, signIns: 1 })
  // An expired sign-in is remembered for a week, to be able to say that it has expired.
  app.server.clock.advance(34 * 86_400)
  await afterAMinute({ signIns: 1 })
  app.server.clock.advance(2 * 86_400)
  await afterAMinute({ signIns: 0 })
})

test('an answered session is remembered for as long as another choice of it could be answered', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  const database = await sharedDatabase()
  const app = await startChoice(['PASSWORD', 'EMAIL_OTP'], {
    ...database,
    pool: {
      clients: [{ ClientName: 'Web', ExplicitAuthFlows: ['ALLOW_USER_AUTH'], AuthSessionValidity: 15 }],
    },
  })
  const { Session } = (await choose(app)).body
  const chooseAgain = async () =>
    (await answerChoice(app, 'SELECT_CHALLENGE', Session, { ANSWER: 'PASSWORD' })).body.Session
  const early = await chooseAgain()
  app.server.clock.advance(14 * 60)
  const late = await chooseAgain()
  const prove = (session: string) => answerChoice(app, 'PASSWORD', session, { PASSWORD })
  expect(told(await prove(early))).toBe('tokens')
  const { db } = await openDatabase(database.database)
  onTestFinished(() => db.destroy())
  await db.insertInto('consumed_challenges').values({ id: 'old', expires_at: 0 }).execute()
  // The session that was answered has expired by now, even by a clock that is five minutes late.
  app.server.clock.advance(7 * 60)
  vi.advanceTimersByTime(60_000)
  const ids = () => db.selectFrom('consumed_challenges').select('id').execute()
  await vi.waitFor(async () => expect(await ids()).not.toContainEqual({ id: 'old' }), { timeout: 15_000 })
  expect(told(await prove(late))).toBe(
    'NotAuthorizedException: Invalid session for the user, session can only be used once.',
  )
})

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

test('a proof that was answered is remembered for as long as it could be sent again', async () => {
  const database = await sharedDatabase()
  const app = await start({ ...database, clock: stillClock() })
  await signUpAndConfirm(app)
  expect((await srpSignIn(app, 'ada@example.com')).status).toBe(200)
  const { db } = await openDatabase(database.database)
  onTestFinished(() => db.destroy())
  expect(await db.selectFrom('consumed_challenges').select('expires_at').execute()).toEqual([
    { expires_at: app.server.clock.now() + 180_000 },
  ])
})

test('each table keeps a row to the last millisecond that it is needed, and not beyond', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  const database = await sharedDatabase()
  const app = await start({ ...database, clock: stillClock() })
  const { sub: user_id } = await signUpAndConfirm(app)
  const { db } = await openDatabase(database.database)
  onTestFinished(() => db.destroy())
  const { userPoolId: user_pool_id, userPoolClientId: client_id } = app
  const now = app.server.clock.now()
  const bytes = Buffer.from('sealed')
  /** Each table with a time in it: how many milliseconds a row outlives it, and how one is stored. */
  const add: Record<string, { after: number; row(name: string, time: number): Promise<unknown> }> = {
    // The clocks of two nodes may differ by five minutes.
    signing_keys: {
      after: 5 * MINUTE,
      row: (kid, verifies_until) =>
        db
          .insertInto('signing_keys')
          .values({
            kid,
            user_pool_id,
            token_use: 'access',
            sealed_private_key: bytes,
            created_at: 0,
            signs_from: 0,
            verifies_until,
          })
          .execute(),
    },
    kept_keys: {
      after: 7 * DAY,
      row: (id, expires_at) =>
        db
          .insertInto('kept_keys')
          .values({ id, purpose: 'simulated-user', sealed_key: bytes, expires_at })
          .execute(),
    },
    verification_codes: {
      after: DAY,
      row: (attribute, expires_at) =>
        db
          .insertInto('verification_codes')
          .values({
            user_id,
            purpose: 'verify-attribute',
            attribute,
            code_mac: bytes,
            link_mac: null,
            pending_value: null,
            created_at: 0,
            expires_at,
            wrong_guesses: 0,
            used_at: null,
          })
          .execute(),
    },
    failed_passwords: {
      after: 20 * MINUTE,
      row: (subject, last_failed_at) =>
        db.insertInto('failed_passwords').values({ subject, failures: 1, last_failed_at }).execute(),
    },
    quotas: {
      after: 65 * MINUTE,
      row: (subject, last_used_at) =>
        db
          .insertInto('quotas')
          .values({ subject, action: 'ConfirmSignUp', used: 1, window_started_at: 0, last_used_at })
          .execute(),
    },
    message_counts: {
      after: 0,
      row: (subject, expires_at) =>
        db
          .insertInto('message_counts')
          .values({ subject, budget: 'destination an hour', used: 1, expires_at })
          .execute(),
    },
    consumed_challenges: {
      after: 5 * MINUTE,
      row: (id, expires_at) => db.insertInto('consumed_challenges').values({ id, expires_at }).execute(),
    },
    attempt_states: {
      after: 5 * MINUTE,
      row: (id, expires_at) =>
        db
          .insertInto('attempt_states')
          .values({ id, attempt_id: id, sealed_state: Buffer.from('sealed'), expires_at })
          .execute(),
    },
    // Last, so that the removal has come to its end when the old row of this one is gone.
    token_families: {
      after: 7 * DAY,
      row: (id, expires_at) =>
        db
          .insertInto('token_families')
          .values({ id, user_pool_id, user_id, client_id, auth_time: 0, expires_at, generation: 0 })
          .execute(),
    },
  }
  for (const { after, row } of Object.values(add)) {
    await row('goes', now - after)
    await row('stays', now - after + 1)
  }
  const names = async () => {
    const left = await Promise.all([
      db.selectFrom('signing_keys').select('kid as name').execute(),
      db.selectFrom('kept_keys').select('id as name').execute(),
      db.selectFrom('verification_codes').select('attribute as name').execute(),
      db.selectFrom('failed_passwords').select('subject as name').execute(),
      db.selectFrom('quotas').select('subject as name').execute(),
      db.selectFrom('message_counts').select('subject as name').execute(),
      db.selectFrom('consumed_challenges').select('id as name').execute(),
      db.selectFrom('attempt_states').select('id as name').execute(),
      db.selectFrom('token_families').select('id as name').execute(),
    ])
    const mine = left.map((rows) =>
      rows.map(({ name }) => name).filter((name) => /^(goes|stays)$/.test(name)),
    )
    return Object.fromEntries(Object.keys(add).map((table, index) => [table, mine[index]?.sort()]))
  }
  const each = (rows: string[]) => Object.fromEntries(Object.keys(add).map((table) => [table, rows]))
  expect(await names()).toEqual(each(['goes', 'stays']))
  vi.advanceTimersByTime(MINUTE)
  await vi.waitFor(async () => expect((await names()).token_families).toEqual(['stays']), { timeout: 15_000 })
  expect(await names()).toEqual(each(['stays']))
})
