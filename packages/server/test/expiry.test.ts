import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import { openDatabase } from '../src/db/database.js'
import { sharedDatabase } from './fresh-database.js'
import { srpSignIn } from './srp-sign-in.js'
import { signUpAndConfirm, start } from './start.js'

afterEach(() => {
  vi.useRealTimers()
})

test('what has expired is removed within a minute, and nothing before', async () => {
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
