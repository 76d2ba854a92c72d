import { type AppClient, clientsOfPool, isForRedirects } from '../clients/app-client.js'
import { forgetClients } from '../clients/known-clients.js'
import type { ServerContext } from '../context.js'
import type { OpenDatabase } from '../db/open-database.js'
import type { Transaction } from '../db/schema.js'
import { tables } from '../db/tables.js'
import { forgetKeys } from '../keys/signing-keys.js'
import { applyConfig, applyUsers } from './apply-config.js'
import {
  createDefaultIdentityPool,
  createDefaultPool,
  DEFAULT_CLIENT_ID,
  defaultPoolId,
  ensureDefaultRedirects,
} from './default-pool.js'
import { ensureIdentityPool } from './ensure-identity-pool.js'
import { named } from './named.js'
import type { ParsedConfig } from './parse-config.js'

/** What the server names when it starts. */
export interface Announced {
  readonly userPoolId: string
  readonly userPoolClientId: string | undefined
  /** The first client that pages sign users in by redirect with. */
  readonly oauthClientId: string | undefined
  readonly identityPoolId: string | undefined
}

/** Makes what is declared; for developing, the default pools when no list of pools is declared and there are none at all. */
export async function setUp(
  context: ServerContext,
  database: OpenDatabase,
  config: ParsedConfig,
  mode: 'dev' | 'serve',
  warn: (sentence: string) => void,
): Promise<Partial<Announced>> {
  return await database.db.transaction().execute(async (tx) => {
    // Of servers that start at the same moment on one database, one sets it up and the others find it so.
    await database.takeTurn(tx)
    const [declared] = await applyConfig(context, tx, config.userPools ?? [], warn)
    const userPoolId = declared?.userPoolId ?? (await firstPool(tx))
    const identityPools: string[] = []
    for (const [index, declared] of (config.identityPools ?? []).entries())
      identityPools.push(
        await named(`identityPools[${index}] (${declared.IdentityPoolName})`, () =>
          ensureIdentityPool(context, tx, declared, warn),
        ),
      )
    // An empty list of pools is a wish for none.
    const makesUserPool = !userPoolId && mode === 'dev' && !config.userPools
    if (makesUserPool) await createDefaultPool(context, tx)
    const announced = userPoolId ?? (await firstPool(tx))
    const isDefault = announced === defaultPoolId(context)
    if (isDefault && mode === 'dev' && !config.userPools) await ensureDefaultRedirects(context, tx)
    if (isDefault) await applyUsers(context, tx, announced, config.users ?? [], warn)
    const first = identityPools[0] ?? (await firstIdentityPool(tx))
    if (!first && mode === 'dev' && !config.identityPools && !config.userPools && isDefault)
      await createDefaultIdentityPool(context, tx)
    const clients = announced === undefined ? [] : await clientsOfPool(tx, announced)
    return {
      ...(announced !== undefined && { userPoolId: announced }),
      userPoolClientId: declared ? declared.userPoolClientId : firstClient(clients)?.id,
      oauthClientId: clients.find(isForRedirects)?.id,
      identityPoolId: first ?? (await firstIdentityPool(tx)),
    }
  })
}

async function firstPool(tx: Transaction): Promise<string | undefined> {
  const first = await tx
    .selectFrom('user_pools')
    .select('id')
    .orderBy('created_at')
    .orderBy('id')
    .executeTakeFirst()
  return first?.id
}

/** The default pool's two clients may be of the same millisecond, and each start names the same one. */
const firstClient = (clients: readonly AppClient[]): AppClient | undefined =>
  clients.find(({ id }) => id === DEFAULT_CLIENT_ID) ?? clients[0]

async function firstIdentityPool(tx: Transaction): Promise<string | undefined> {
  const first = await tx
    .selectFrom('identity_pools')
    .select('id')
    .orderBy('created_at')
    .orderBy('id')
    .executeTakeFirst()
  return first?.id
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
