import { forgetClients } from '../clients/known-clients.js'
import type { ServerContext } from '../context.js'
import type { OpenDatabase } from '../db/open-database.js'
import type { Transaction } from '../db/schema.js'
import { tables } from '../db/tables.js'
import { forgetKeys } from '../keys/signing-keys.js'
import { type Announced, applyConfig } from './apply-config.js'
import { createDefaultPool } from './default-pool.js'
import type { ParsedConfig } from './parse-config.js'

/** Makes what is declared; for developing, the default pool when no list of pools is declared and there is none at all. */
export async function setUp(
  context: ServerContext,
  database: OpenDatabase,
  config: ParsedConfig,
  mode: 'dev' | 'serve',
  warn: (sentence: string) => void,
): Promise<Announced | undefined> {
  return await database.db.transaction().execute(async (tx) => {
    // Of servers that start at the same moment on one database, one sets it up and the others find it so.
    await database.takeTurn(tx)
    const [declared] = await applyConfig(context, tx, config.userPools ?? [], warn)
    if (declared) return declared
    const first = await firstPool(tx)
    // An empty list of pools is a wish for none.
    if (first || mode === 'serve' || config.userPools) return first
    await createDefaultPool(context, tx)
    return await firstPool(tx)
  })
}

async function firstPool(tx: Transaction): Promise<Announced | undefined> {
  const first = await tx
    .selectFrom('user_pools as p')
    .leftJoin('app_clients as c', 'c.user_pool_id', 'p.id')
    .select(['p.id as userPoolId', 'c.id as userPoolClientId'])
    .orderBy('p.created_at')
    .orderBy('p.id')
    .orderBy('c.created_at')
    .limit(1)
    .executeTakeFirst()
  return first && { userPoolId: first.userPoolId, userPoolClientId: first.userPoolClientId ?? undefined }
}

/** Forgets everything: pools with all that belongs to them, and attempts to sign in. */
export async function emptyDatabase(context: ServerContext): Promise<void> {
  const pools = await context.db.selectFrom('user_pools').select('id').execute()
  await context.db.transaction().execute(async (tx) => {
    // What refers to a table goes before it.
    for (const { name } of tables.toReversed()) await tx.deleteFrom(name).execute()
  })
  for (const { id } of pools) forgetKeys(context, id)
  forgetClients(context)
}
