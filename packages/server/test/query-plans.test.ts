import SqliteDatabase from 'libsql'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createIdentityPool, newLogin, startWithIdentities } from './identities.js'
import { srpSignIn } from './srp-sign-in.js'
import { passwordSignIn, signUpAndConfirm, start } from './start.js'

// With a hundred users no test notices a query that reads them all, and no clock is asked here: SQLite says itself how
// it finds rows.

/** What looks as if it read a pool, and does not: a pool has one key or a few, and new rows come from nowhere. */
const MAY = [
  /^select .* from "signing_keys"/,
  /^insert into "(login_names|user_search|message_counts)" .* values/,
]

test('every query of a user’s operation finds its rows by an index', async () => {
  const prepare = watchStatements()
  const app = await start({ database: 'sqlite::memory:', messageLimits: { destination: { perHour: 2 } } })
  // What a start asks for, it asks once.
  prepare.mockClear()
  await signUpAndConfirm(app)
  await app.call('SignUp', {
    ClientId: app.userPoolClientId,
    Username: 'ada@example.com',
    Password: 'Correct-Horse-1',
  })
  expect((await srpSignIn(app, 'ada@example.com')).status).toBe(200)
  await srpSignIn(app, 'nobody@example.com')
  const { AccessToken, RefreshToken } = await passwordSignIn(app)
  await app.call('GetUser', { AccessToken })
  await app.call('UpdateUserAttributes', { AccessToken, UserAttributes: [{ Name: 'name', Value: 'Ada' }] })
  await app.call('InitiateAuth', {
    ClientId: app.userPoolClientId,
    AuthFlow: 'REFRESH_TOKEN_AUTH',
    AuthParameters: { REFRESH_TOKEN: RefreshToken },
  })
  await app.call('ForgotPassword', { ClientId: app.userPoolClientId, Username: 'ada@example.com' })
  await app.call('AdminGetUser', { UserPoolId: app.userPoolId, Username: 'ada@example.com' })
  await app.call('RevokeToken', { ClientId: app.userPoolClientId, Token: RefreshToken })
  await app.call('GlobalSignOut', { AccessToken })
  // A message too many: what was counted for it is taken back.
  await app.call('ForgotPassword', { ClientId: app.userPoolClientId, Username: 'ada@example.com' })

  const texts = textsOf(prepare)
  expect(texts.length).toBeGreaterThan(20)
  expect(texts).toContainEqual(expect.stringMatching(/^delete from "message_counts"/))
  expect(wide(prepare)).toEqual([])
})

test('a page of an identity pool is found with no more logins than it shows', async () => {
  const prepare = watchStatements()
  const app = await startWithIdentities({ database: 'sqlite::memory:' })
  const IdentityPoolId = await createIdentityPool(app)
  const { logins: Logins } = await newLogin(app)
  const { IdentityId } = await app.identities.getId({ IdentityPoolId, Logins })
  prepare.mockClear()
  const { Identities } = await app.identities.listIdentities({ IdentityPoolId, MaxResults: 1 })
  expect(Identities).toMatchObject([{ IdentityId, Logins: Object.keys(Logins) }])
  expect(textsOf(prepare)).toContainEqual(expect.stringContaining('from "identity_logins"'))
  expect(wide(prepare)).toEqual([])
})

function watchStatements() {
  const prepare = vi.spyOn(SqliteDatabase.prototype, 'prepare')
  onTestFinished(() => prepare.mockRestore())
  return prepare
}

type Watched = ReturnType<typeof watchStatements>

const textsOf = (prepare: Watched): string[] =>
  [...new Set(prepare.mock.calls.map(([sql]) => sql))].filter((sql) =>
    /^(select|insert|update|delete)/.test(sql),
  )

/** The statements that read a table or a pool to its end, with their plans. */
function wide(prepare: Watched): { sql: string; plan: string[] }[] {
  const database = prepare.mock.contexts[0] as SqliteDatabase.Database
  const plans = textsOf(prepare).map((sql) => {
    const values = [...sql.matchAll(/\?/g)].map(() => 'x')
    // The columns of this are SQLite's.
    const steps = database.prepare(`explain query plan ${sql}`).all(...values) as { detail: string }[]
    return { sql, plan: steps.map(({ detail }) => detail) }
  })
  // The plans are what SQLite says they are: this one reads everything.
  expect(database.prepare('explain query plan select * from users').all()).toMatchObject([
    { detail: expect.stringMatching(/^SCAN/) },
  ])
  return plans.filter(
    ({ sql, plan }) =>
      plan.some((step) => /^SCAN|\(user_pool_id=\?\)$/.test(step)) &&
      !MAY.some((allowed) => allowed.test(sql)),
  )
}
