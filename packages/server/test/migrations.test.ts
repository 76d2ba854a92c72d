import { expect, onTestFinished, test } from 'vitest'
import { usersAndTokens } from '../src/db/migrations/0001-users-and-tokens.js'
import { clientSecrets } from '../src/db/migrations/0004-client-secrets.js'
import { openSqlite } from '../src/db/sqlite.js'

test('the secret that a client had is its first one after the secrets have a table of their own', async () => {
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
      sealed_secret: new Uint8Array(Buffer.from('sealed')),
      created_at: 1_700_000_000_123,
    },
  ])
  expect(await db.selectFrom('app_clients').select('id').orderBy('id').execute()).toEqual([
    { id: 'confidential' },
    { id: 'open' },
  ])
})
