import { sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '../src/db/database.js'
import { usersAndTokens } from '../src/db/migrations/0001-users-and-tokens.js'
import { clientSecrets } from '../src/db/migrations/0004-client-secrets.js'
import { signingKeys } from '../src/db/migrations/0010-signing-keys.js'
import { foldSearch } from '../src/db/migrations/0011-fold-search.js'
import { oauth } from '../src/db/migrations/0016-oauth.js'
import { identityPools } from '../src/db/migrations/0017-identity-pools.js'
import { federation } from '../src/db/migrations/0019-federation.js'
import { sessionTracking } from '../src/db/migrations/0020-session-tracking.js'
import { saml } from '../src/db/migrations/0021-saml.js'
import type { Db } from '../src/db/schema.js'
import { openSqlite } from '../src/db/sqlite.js'
import { createPool, createUser, startWithAdmin } from './admin.js'
import { sharedDatabase, sqliteDatabase } from './fresh-database.js'

test('a client keeps its secret when secrets move to a table of their own', async () => {
  const { db, columnTypes } = openSqlite(':memory:')
  onTestFinished(() => db.destroy())
  await usersAndTokens(columnTypes).up(db)
  const times = { created_at: 1_700_000_000_123, updated_at: 1_700_000_000_123 }
  await db
    .insertInto('user_pools')
    .values({ id: 'us-east-1_000000000', name: 'pool', settings: '{}', mfa_config: '{}', ...times })
    .execute()
  const client = { user_pool_id: 'us-east-1_000000000', name: 'client', settings: '{}', ...times }
  await db
    .insertInto('app_clients')
    .values({ id: 'open', ...client })
    .execute()
  const secret = { sealed_secret: Buffer.from('sealed') }
  await db
    .insertInto('app_clients')
    .values({ id: 'confidential', ...client, ...secret })
    .execute()

  await clientSecrets(columnTypes).up(db)
  expect(await db.selectFrom('client_secrets').selectAll().execute()).toEqual([
    {
      id: 'confidential--1700000000123',
      client_id: 'confidential',
      sealed_secret: Buffer.from('sealed'),
      created_at: 1_700_000_000_123,
    },
  ])
  expect(await db.selectFrom('app_clients').select('id').orderBy('id').execute()).toEqual([
    { id: 'confidential' },
    { id: 'open' },
  ])
})

test('users from before searches ignored case are all found by them', async () => {
  const options = await sharedDatabase()
  const { admin } = await startWithAdmin(options)
  const { UserPoolId } = await createPool(admin)
  await createUser(admin, UserPoolId, 'ada', { name: 'Ada Ångström', email: 'Ada@Example.com' })
  await createUser(admin, UserPoolId, 'plain', { name: 'plain' })
  const { db } = await openDatabase(options.database)
  onTestFinished(() => db.destroy())
  const { id } = await db
    .selectFrom('users')
    .select('id')
    .where('username', '=', 'ada')
    .executeTakeFirstOrThrow()
  const write = (attribute: string, value: string) =>
    db
      .updateTable('user_search')
      .set({ value })
      .where('user_id', '=', id)
      .where('attribute', '=', attribute)
      .execute()
  await write('name', 'Ada Ångström')
  await write('email', 'Ada@Example.com')
  // More of them than are read at once.
  const many = Array.from({ length: 1500 }, (_, index) => ({
    user_pool_id: UserPoolId,
    attribute: `a${index}`,
    value: `Value ${index}`,
    user_id: id,
  }))
  for (let from = 0; from < many.length; from += 500)
    await db
      .insertInto('user_search')
      .values(many.slice(from, from + 500))
      .execute()
  const found = async (Filter: string) =>
    (await admin.listUsers({ UserPoolId, Filter })).Users?.map(({ Username }) => Username)
  expect(await found('name = "ada ångström"')).toEqual([])

  await db.transaction().execute((tx) => foldSearch().up(tx))
  expect(await found('name = "ADA ÅNGSTRÖM"')).toEqual(['ada'])
  expect(await found('email ^= "ada@"')).toEqual(['ada'])
  expect(await found('name = "Plain"')).toEqual(['plain'])
  const values = await db.selectFrom('user_search').select('value').execute()
  expect(values.filter(({ value }) => value !== value.toLowerCase())).toEqual([])
})

test('the signing key of a pool stays in use without the public key that was stored beside it', async () => {
  const { db, columnTypes } = openSqlite(':memory:')
  onTestFinished(() => db.destroy())
  await usersAndTokens(columnTypes).up(db)
  await sql`
    insert into user_pools (id, name, settings, mfa_config, created_at, updated_at)
    values ('us-east-1_000000000', 'pool', '{}', '{}', 1, 1)`.execute(db)
  await sql`
    insert into signing_keys (kid, user_pool_id, sealed_private_key, public_jwk, created_at)
    values ('kid', 'us-east-1_000000000', ${Buffer.from('sealed')}, '{"kid":"kid"}', 1700000000123)`.execute(
    db,
  )

  await signingKeys(columnTypes).up(db)
  expect(await db.selectFrom('signing_keys').selectAll().execute()).toEqual([
    {
      kid: 'kid',
      user_pool_id: 'us-east-1_000000000',
      sealed_private_key: Buffer.from('sealed'),
      created_at: 1_700_000_000_123,
      token_use: 'access',
      signs_from: 0,
      verifies_until: null,
    },
  ])
})

test('the lifetime of SSO sessions of clients is kept when it moves to a column of its own', async () => {
  const { database } = sqliteDatabase()
  const before = await openDatabase(database)
  onTestFinished(() => before.db.destroy())
  const { db } = before
  const add = (id: string, settings: string) =>
    sql`
      insert into user_pools (id, name, settings, mfa_config, created_at, updated_at)
      values (${id}, 'pool', ${settings}, '{}', 1, 1)`.execute(db)
  await add('said', '{"LongestSsoMinutes":480,"UserPoolTier":"PLUS"}')
  await add('silent', '{}')
  await undo(db)

  await sessionTracking().up(db)
  const pools = db.selectFrom('user_pools').select(['id', 'settings', 'longest_sso_minutes']).orderBy('id')
  expect(await pools.execute()).toEqual([
    { id: 'said', settings: '{"UserPoolTier":"PLUS"}', longest_sso_minutes: 480 },
    { id: 'silent', settings: '{}', longest_sso_minutes: 0 },
  ])
})

/** The tables as they were before sessions were tracked. */
async function undo(db: Db): Promise<void> {
  await db.schema.dropIndex('identities_guest_use').execute()
  for (const [table, columns] of Object.entries({
    user_pools: ['session_config', 'longest_sso_minutes'],
    token_families: ['created_at', 'last_used_at', 'last_address', 'device_type', 'sso_hash'],
    sso_sessions: ['created_at', 'last_used_at', 'last_address', 'device_type', 'client_id'],
    authorization_codes: ['sso_hash'],
    identities: ['guest_used_at'],
  }))
    for (const column of columns) await db.schema.alterTable(table).dropColumn(column).execute()
}

test('the key of a pool for SAML providers goes on signing, beside one for encrypted assertions', async () => {
  const { db, columnTypes } = openSqlite(':memory:')
  onTestFinished(() => db.destroy())
  for (const migration of [usersAndTokens, oauth, identityPools, federation])
    await migration(columnTypes).up(db)
  await sql`
    insert into user_pools (id, name, settings, mfa_config, created_at, updated_at)
    values ('us-east-1_000000000', 'pool', '{}', '{}', 1, 1)`.execute(db)
  await sql`
    insert into saml_keys (user_pool_id, sealed_private_key, certificate, created_at)
    values ('us-east-1_000000000', ${Buffer.from('sealed')}, 'certificate', 1700000000123)`.execute(db)

  await saml(columnTypes).up(db)
  const key = {
    user_pool_id: 'us-east-1_000000000',
    purpose: 'signing',
    number: 1,
    sealed_private_key: Buffer.from('sealed'),
    certificate: 'certificate',
    created_at: 1_700_000_000_123,
  } as const
  const rows = await db.selectFrom('saml_keys').selectAll().execute()
  expect(rows.map((row) => ({ ...row, sealed_private_key: Buffer.from(row.sealed_private_key) }))).toEqual([
    key,
  ])
  expect(await db.selectFrom('identity_keys').selectAll().execute()).toEqual([])
  await db
    .insertInto('saml_keys')
    .values({ ...key, purpose: 'encryption' })
    .execute()
  await db.deleteFrom('user_pools').execute()
  expect(await db.selectFrom('saml_keys').selectAll().execute()).toEqual([])
})
