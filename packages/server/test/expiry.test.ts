import SqliteDatabase from 'libsql'
import { afterEach, expect, test, vi } from 'vitest'
import { onPostgres, sharedDatabase } from './fresh-database.js'
import { srpSignIn } from './srp-sign-in.js'
import { signUpAndConfirm, start } from './start.js'

afterEach(() => {
  vi.useRealTimers()
})

// Looks into the file, so once is enough.
test.skipIf(onPostgres)('what has expired is removed within a minute, and nothing before', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  const database = await sharedDatabase()
  const app = await start(database)
  await signUpAndConfirm(app)
  await app.call('SignUp', {
    ClientId: app.userPoolClientId,
    Username: 'eve@example.com',
    Password: 'Correct-Horse-1',
  })
  await srpSignIn(app, 'ada@example.com', 'Wrong-Horse-1')
  expect((await srpSignIn(app, 'ada@example.com')).status).toBe(200)
  await srpSignIn(app, 'eve@example.com', 'Wrong-Horse-1')

  const rows = () => {
    const file = new SqliteDatabase(database.database.slice('sqlite:'.length), { readonly: true })
    const count = (table: string) => {
      const row = file.prepare(`select count(*) as n from ${table}`).get()
      return (row as { n: number }).n
    }
    const counts = {
      challenges: count('consumed_challenges'),
      codes: count('verification_codes'),
      failures: count('failed_passwords'),
      quotas: count('quotas'),
      signIns: count('token_families'),
    }
    file.close()
    return counts
  }
  const afterAMinute = async () => {
    vi.advanceTimersByTime(60_000)
    // A request of its own waits for the removal that began before it: there is one connection.
    await app.call('GetUser', { AccessToken: 'x' })
    await srpSignIn(app, 'nobody@example.com')
    return rows()
  }
  expect(rows()).toEqual({ challenges: 3, codes: 1, failures: 1, quotas: 1, signIns: 1 })
  expect(await afterAMinute()).toMatchObject({ codes: 1, failures: 2, quotas: 1, signIns: 1 })
  app.server.clock.advance(86_400)
  expect(await afterAMinute()).toMatchObject({ challenges: 1, codes: 0, failures: 1, quotas: 0, signIns: 1 })
  // An expired sign-in is remembered for a week, to be able to say that it has expired.
  app.server.clock.advance(35 * 86_400)
  expect(await afterAMinute()).toMatchObject({ signIns: 1 })
  app.server.clock.advance(2 * 86_400)
  expect(await afterAMinute()).toMatchObject({ signIns: 0 })
})
