import SqliteDatabase from 'libsql'
import pg from 'pg'
import { expect, onTestFinished, test, vi } from 'vitest'
import { onPostgres, sharedDatabase } from './fresh-database.js'
import { ADMIN, send, sendSigned, signRequest } from './production.js'
import { PASSWORD, passwordSignIn, type Started, signUpAndConfirm, start } from './start.js'
import { stillClock } from './still-clock.js'

// SQLite is given no more pages than it has, which it reports as it reports a full disk. PostgreSQL has a trigger that
// raises its error for a full disk.

interface Disk {
  fill(): Promise<void>
  /** Leaves room for everything but users and what they are found by. */
  fillForUsers(): Promise<void>
  free(): Promise<void>
}

async function startOnDisk(options: Parameters<typeof start>[0] = {}): Promise<Started & { disk: Disk }> {
  const prepare = vi.spyOn(SqliteDatabase.prototype, 'prepare')
  onTestFinished(() => prepare.mockRestore())
  const { database, rootKey } = await sharedDatabase()
  const app = await start({ database, rootKey, ...options })
  const sqlite = prepare.mock.contexts.at(-1) as SqliteDatabase.Database | undefined
  return { ...app, disk: onPostgres ? postgresDisk(database) : sqliteDisk(sqlite) }
}

function sqliteDisk(database: SqliteDatabase.Database | undefined): Disk {
  return {
    async fill() {
      // There is room left in pages that are in use: it is used up first.
      database?.exec('PRAGMA max_page_count = 1')
      for (let size = 2000; size >= 1; size = Math.floor(size / 2))
        for (let full = false; !full; )
          try {
            database
              ?.prepare('insert into consumed_challenges values (?, ?)')
              .run(`${Math.random()}${'x'.repeat(size)}`, Number.MAX_SAFE_INTEGER)
          } catch {
            full = true
          }
    },
    async fillForUsers() {
      for (const table of ['users', 'user_search'])
        database?.exec(
          `create trigger full_disk_${table} before insert on ${table} begin select raise(abort, 'full'); end`,
        )
    },
    async free() {
      database?.exec('PRAGMA max_page_count = 4294967294')
      for (const table of ['users', 'user_search'])
        database?.exec(`drop trigger if exists full_disk_${table}`)
    },
  }
}

function postgresDisk(database: string): Disk {
  const run = async (statements: string) => {
    const client = new pg.Client({ connectionString: database })
    await client.connect()
    await client.query(statements)
    await client.end()
  }
  const fill = (...tables: string[]) =>
    run(`create function full_disk() returns trigger language plpgsql as $$ begin
      raise exception 'could not extend file: No space left on device' using errcode = 'disk_full'; end $$;
      ${tables.map((table) => `create trigger full_disk before insert on ${table} for each row execute function full_disk();`).join('\n')}`)
  return {
    fill: () =>
      fill('users', 'token_families', 'consumed_challenges', 'verification_codes', 'failed_passwords'),
    fillForUsers: () => fill('users', 'user_search'),
    free: () => run('drop function full_disk cascade'),
  }
}

const ready = async ({ server }: Started) => {
  const response = await server.fetch(new Request('http://localhost/_amulet/ready'))
  return [response.status, await response.json()]
}

test('on a full disk reads go on, writes fail with their cause in the log, and no restart is needed', async () => {
  const causes: unknown[] = []
  const app = await startOnDisk({ log: ({ cause }) => cause !== undefined && causes.push(cause) })
  await signUpAndConfirm(app)
  const { AccessToken, RefreshToken } = await passwordSignIn(app)
  const signUp = (Username: string) =>
    app.call('SignUp', {
      ClientId: app.userPoolClientId,
      Username,
      Password: PASSWORD,
      // Longer than a page, so that no room in one that is in use will do.
      UserAttributes: ['profile', 'picture', 'website'].map((Name) => ({ Name, Value: 'x'.repeat(2000) })),
    })
  const refresh = () =>
    app.call('InitiateAuth', {
      ClientId: app.userPoolClientId,
      AuthFlow: 'REFRESH_TOKEN_AUTH',
      AuthParameters: { REFRESH_TOKEN: RefreshToken },
    })
  expect(await ready(app)).toEqual([200, { status: 'ready' }])

  await app.disk.fill()
  const refused = await signUp('grace@example.com')
  expect([refused.status, refused.body.__type]).toEqual([500, 'InternalErrorException'])
  expect(String(causes[0])).toMatch(/disk is full|No space left/)
  expect(await ready(app)).toEqual([503, { status: 'database has no space left' }])
  expect((await app.call('GetUser', { AccessToken })).status).toBe(200)
  expect((await refresh()).status).toBe(200)
  const keys = await app.server.fetch(new Request(`http://localhost/${app.userPoolId}/.well-known/jwks.json`))
  expect(keys.status).toBe(200)
  // Alive all the same: to start again makes no room.
  expect((await app.server.fetch(new Request('http://localhost/_amulet/health'))).status).toBe(200)

  await app.disk.free()
  expect(await ready(app)).toEqual([200, { status: 'ready' }])
  expect((await signUp('grace@example.com')).status).toBe(200)
  expect((await refresh()).status).toBe(200)
})

test('a sign-in that found the disk full can be repeated with the same answer once there is room', async () => {
  const app = await startOnDisk()
  await signUpAndConfirm(app)
  const signIn = () =>
    app.call('InitiateAuth', {
      ClientId: app.userPoolClientId,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: 'ada@example.com', PASSWORD },
    })
  await app.disk.fill()
  // What little room there is may do for a row or two.
  let answer = await signIn()
  for (let times = 0; answer.status === 200 && times < 100; times++) answer = await signIn()
  expect([answer.status, answer.body.__type]).toEqual([500, 'InternalErrorException'])
  await app.disk.free()
  expect((await signIn()).status).toBe(200)
})

test('on a full disk an administrator can still read, and a failed change fails each time it is sent', async () => {
  const app = await startOnDisk({ mode: 'serve', rootKey: Buffer.alloc(32, 7), adminCredentials: [ADMIN] })
  const { body } = await sendSigned(app, 'CreateUserPool', { PoolName: 'Full' })
  const UserPoolId = body.UserPool.Id
  await sendSigned(app, 'AdminCreateUser', { UserPoolId, Username: 'ada', MessageAction: 'SUPPRESS' })
  await app.disk.fill()
  const read = await sendSigned(app, 'AdminGetUser', { UserPoolId, Username: 'ada' })
  expect(read.status).toBe(200)
  const create = () =>
    sendSigned(app, 'AdminCreateUser', { UserPoolId, Username: 'grace', MessageAction: 'SUPPRESS' })
  for (const _ of ['sent', 'repeated by the SDK, with the same signature'])
    expect((await create()).body.__type).toBe('InternalErrorException')
  await app.disk.free()
  expect((await sendSigned(app, 'AdminGetUser', { UserPoolId, Username: 'ada' })).status).toBe(200)
})

test('a change that failed half-way fails again when repeated within the second, and succeeds once it can', async () => {
  const app = await startOnDisk({
    mode: 'serve',
    rootKey: Buffer.alloc(32, 7),
    adminCredentials: [ADMIN],
    clock: stillClock(),
  })
  const { body } = await sendSigned(app, 'CreateUserPool', { PoolName: 'Full' })
  const UserPoolId = body.UserPool.Id
  const request = await signRequest(
    'AdminCreateUser',
    { UserPoolId, Username: 'ada', MessageAction: 'SUPPRESS' },
    { date: new Date(app.server.clock.now()), headers: { 'amz-sdk-invocation-id': 'one' } },
  )
  await app.disk.fillForUsers()
  for (const _ of ['sent', 'repeated'])
    expect((await send(app, request)).body.__type).toBe('InternalErrorException')
  await app.disk.free()
  expect((await send(app, request)).status).toBe(200)
  // What was done is not done again.
  expect((await send(app, request)).body.__type).toBe('ThrottlingException')
})

test('attributes that cannot be stored are reported as a failure, and not as taken by another user', async () => {
  const app = await startOnDisk({ mode: 'serve', rootKey: Buffer.alloc(32, 7), adminCredentials: [ADMIN] })
  const { body } = await sendSigned(app, 'CreateUserPool', { PoolName: 'Full' })
  const ada = { UserPoolId: body.UserPool.Id, Username: 'ada' }
  await sendSigned(app, 'AdminCreateUser', { ...ada, MessageAction: 'SUPPRESS' })
  const change = (Value: string) =>
    sendSigned(app, 'AdminUpdateUserAttributes', { ...ada, UserAttributes: [{ Name: 'name', Value }] })
  await app.disk.fillForUsers()
  expect((await change('Ada')).body.__type).toBe('InternalErrorException')
  await app.disk.free()
  expect((await change('Ada L.')).status).toBe(200)
})
