import { createServer } from '@amulet/server'
import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { sharedDatabase } from '../fresh-database.js'
import { PASSWORD, passwordSignIn, signUpAndConfirm, start } from '../start.js'

/** Runs SQL as another user of the same database would. */
async function run(database: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: database })
  await client.connect()
  try {
    const { rows } = await client.query(sql)
    return rows
  } finally {
    await client.end()
  }
}

const nameOf = (database: string) => new URL(database).pathname.slice(1)

async function refusalToStart(database: string, rootKey: Buffer) {
  const server = createServer({ database, rootKey })
  onTestFinished(() => server.close())
  const error: unknown = await server.ready.then(
    () => expect.fail('The server started.'),
    (error) => error,
  )
  expect(error).toMatchObject({ name: 'StartError' })
  return error instanceof Error ? error.message : ''
}

test('a database that does not exist, or no PostgreSQL at all, ends the start with a sentence', async () => {
  const { database, rootKey } = await sharedDatabase()
  const { host } = new URL(database)
  expect(await refusalToStart(new URL('/nowhere', database).href, rootKey)).toBe(
    `The database postgres://${host}/nowhere cannot be used: database "nowhere" does not exist. Create it, for example with createdb.`,
  )
  expect(await refusalToStart('postgres://user:secret@127.0.0.1:1/amulet', rootKey)).toBe(
    'The database postgres://127.0.0.1:1/amulet cannot be used: connect ECONNREFUSED 127.0.0.1:1. Check that PostgreSQL runs there and that the URL is right.',
  )
  expect(await refusalToStart('postgres://127.0.0.1:port/amulet', rootKey)).toBe(
    'The URL of the database is not one that PostgreSQL understands.',
  )
})

test.each([
  [
    'another program keeps tables in',
    'create table invoices (id int)',
    'has tables, but not those of Amulet. It was left as it is. Name another database.',
  ],
  [
    'a newer version has changed',
    `create table kysely_migration (name text, timestamp text);
     insert into kysely_migration values ('9999-from-the-future', '2099')`,
    'was written by a newer version of Amulet (it has 9999-from-the-future). It was left as it is. Update Amulet, or name another database.',
  ],
  [
    'can only be read',
    'alter database DATABASE set default_transaction_read_only = on',
    'can only be read. Name the primary, not a standby.',
  ],
  [
    'has no schema',
    'drop schema public',
    'has no schema to keep tables in. Create one, or set another search_path.',
  ],
])('a database that %s is refused and left alone', async (_, sql, sentence) => {
  const { database, rootKey } = await sharedDatabase()
  await run(database, sql.replace('DATABASE', nameOf(database)))
  const tables = 'select schemaname, tablename from pg_tables order by 1, 2'
  const before = await run(database, tables)
  const { host, pathname } = new URL(database)
  expect(await refusalToStart(database, rootKey)).toBe(
    `The database postgres://${host}${pathname} ${sentence}`,
  )
  expect(await run(database, tables)).toEqual(before)
})

test('a database that does not keep text as UTF-8 is refused', async () => {
  const { database, rootKey } = await sharedDatabase()
  const latin = `${nameOf(database)}_latin`
  await run(
    database,
    `create database ${latin} encoding latin1 locale_provider libc locale 'C' template template0`,
  )
  onTestFinished(async () => void (await run(database, `drop database ${latin} with (force)`)))
  expect(await refusalToStart(new URL(`/${latin}`, database).href, rootKey)).toContain(
    'keeps text as LATIN1. Create one with the encoding UTF8.',
  )
})

test('the tables are in a schema of their own, which the search path names', async () => {
  const { database, rootKey } = await sharedDatabase()
  await run(
    database,
    'create table users (id int); create table kysely_migration (id int); create schema amulet',
  )
  const url = `${database}?options=${encodeURIComponent('-c search_path=amulet')}`
  const app = await start({ database: url, rootKey })
  await signUpAndConfirm(app)
  expect((await passwordSignIn(app)).AccessToken).toBeTruthy()
  const [count] = await run(database, 'select count(*)::int as users from amulet.users')
  expect(count).toEqual({ users: 1 })
  // Once more, with the tables there.
  await start({ database: url, rootKey })
})

test('connections that break are replaced, and the server goes on', async () => {
  const { database, rootKey } = await sharedDatabase()
  const app = await start({ database, rootKey })
  await signUpAndConfirm(app)
  /** @param wait milliseconds until they are gone at the latest; zero returns when they have been told to go */
  const breakAll = (wait = 0) =>
    run(
      database,
      `select pg_terminate_backend(pid, ${wait}) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
    )
  await breakAll(10_000)
  expect((await passwordSignIn(app)).AccessToken).toBeTruthy()

  // In the middle of transactions too: those requests fail, and the ones after them do not.
  const underWay = Array.from({ length: 20 }, (_, i) =>
    app.call('SignUp', {
      ClientId: app.userPoolClientId,
      Username: `user${i}@example.com`,
      Password: PASSWORD,
    }),
  )
  for (let i = 0; i < 5; i++) await breakAll()
  for (const { status } of await Promise.all(underWay)) expect([200, 500]).toContain(status)
  expect((await passwordSignIn(app)).AccessToken).toBeTruthy()
})

test('text is compared by its bytes, whatever the collation of the database', async () => {
  const { database, rootKey } = await sharedDatabase()
  await start({ database, rootKey })
  const collations = await run(
    database,
    `select distinct collation_name from information_schema.columns
     where table_schema = 'public' and data_type = 'text'`,
  )
  expect(collations).toEqual([{ collation_name: 'C' }])
})

test('characters that PostgreSQL cannot store come back unchanged, or find nothing', async () => {
  const app = await start()
  await signUpAndConfirm(app)
  const { AccessToken } = await passwordSignIn(app)
  const changed = await app.call('UpdateUserAttributes', {
    AccessToken,
    UserAttributes: [{ Name: 'name', Value: 'A\u0000da' }],
  })
  expect(changed.status).toBe(200)
  const { body } = await app.call('GetUser', { AccessToken })
  expect(body.UserAttributes).toContainEqual({ Name: 'name', Value: 'A\u0000da' })
  const claims = Buffer.from(
    JSON.stringify({ iss: 'http://localhost/us-east-1_\u0000', token_use: 'access' }),
  ).toString('base64url')
  const forged = await app.call('GetUser', { AccessToken: `e30.${claims}.AA` })
  expect(forged.body.__type).toBe('NotAuthorizedException')
})
