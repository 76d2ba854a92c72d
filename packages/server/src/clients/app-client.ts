import type { Queryable, Transaction } from '../db/schema.js'
import { errors } from '../errors.js'
import { getUserPool, type UserPool, userPoolOfRow } from '../pools/user-pool.js'
import type { AppClientSettings } from '../wire/user-pool-settings.js'
import type { ClientSecret } from './client-secret.js'

export interface AppClient {
  readonly id: string
  readonly userPoolId: string
  readonly name: string
  readonly settings: AppClientSettings
  /** The oldest first; none for a public client. */
  readonly secrets: readonly ClientSecret[]
  readonly createdAt: number
  readonly updatedAt: number
}

/** One row for each secret of a client, or a single one; the oldest secret first. */
const selectClients = (db: Queryable) =>
  db
    .selectFrom('app_clients as c')
    .leftJoin('client_secrets as s', 's.client_id', 'c.id')
    .select([
      'c.id',
      'c.user_pool_id',
      'c.name',
      'c.settings',
      'c.created_at',
      'c.updated_at',
      's.id as secret_id',
      's.sealed_secret',
      's.created_at as secret_created_at',
    ])
    .orderBy('s.created_at')

type ClientRow = Awaited<ReturnType<ReturnType<typeof selectClients>['executeTakeFirstOrThrow']>>

function appClientOfRows(rows: readonly ClientRow[]): AppClient | undefined {
  const [row] = rows
  return (
    row && {
      id: row.id,
      userPoolId: row.user_pool_id,
      name: row.name,
      // Written by this server from a parsed CreateUserPoolClient.
      settings: JSON.parse(row.settings) as AppClientSettings,
      secrets: rows.flatMap(({ secret_id: id, sealed_secret: sealed, secret_created_at: createdAt }) =>
        id === null || sealed === null || createdAt === null ? [] : [{ id, sealed, createdAt }],
      ),
      createdAt: row.created_at,
      updatedAt: row.updated_at,
    }
  )
}

/** A client and its pool, in one query. */
export async function loadClientAndPool(
  db: Queryable,
  clientId: string,
): Promise<{ client: AppClient; pool: UserPool } | undefined> {
  const rows = await selectClients(db)
    .innerJoin('user_pools as p', 'p.id', 'c.user_pool_id')
    .select([
      'p.name as pool_name',
      'p.settings as pool_settings',
      'p.mfa_config',
      'p.session_config',
      'p.longest_sso_minutes',
      'p.created_at as pool_created_at',
      'p.updated_at as pool_updated_at',
    ])
    .where('c.id', '=', clientId)
    .execute()
  const client = appClientOfRows(rows)
  const [row] = rows
  if (!client || !row) return undefined
  return {
    client,
    pool: userPoolOfRow({
      id: row.user_pool_id,
      name: row.pool_name,
      settings: row.pool_settings,
      mfa_config: row.mfa_config,
      session_config: row.session_config,
      longest_sso_minutes: row.longest_sso_minutes,
      created_at: row.pool_created_at,
      updated_at: row.pool_updated_at,
    }),
  }
}

/**
 * A client that administrators name together with its pool.
 *
 * @throws ResourceNotFoundException
 */
export async function getClientOfPool(
  db: Queryable,
  userPoolId: string,
  clientId: string,
): Promise<{ client: AppClient; pool: UserPool }> {
  const pool = await getUserPool(db, userPoolId)
  const client = await findClient(db, clientId)
  if (client?.userPoolId !== pool.id) throw errors.clientNotFound(clientId)
  return { client, pool }
}

/**
 * The same, held until the transaction ends. Writing the row's own value is the lock that every database has.
 *
 * @throws ResourceNotFoundException
 */
export async function getClientForUpdate(
  tx: Transaction,
  userPoolId: string,
  clientId: string,
): Promise<{ client: AppClient; pool: UserPool }> {
  await tx
    .updateTable('app_clients')
    .set((clients) => ({ id: clients.ref('id') }))
    .where('id', '=', clientId)
    .execute()
  return await getClientOfPool(tx, userPoolId, clientId)
}

export async function findClient(db: Queryable, clientId: string): Promise<AppClient | undefined> {
  return appClientOfRows(await selectClients(db).where('c.id', '=', clientId).execute())
}

/** All clients of a pool, the oldest first. */
export async function clientsOfPool(db: Queryable, userPoolId: string): Promise<readonly AppClient[]> {
  const rows = await selectClients(db)
    .clearOrderBy()
    .where('c.user_pool_id', '=', userPoolId)
    .orderBy('c.created_at')
    .orderBy('c.id')
    .orderBy('s.created_at')
    .execute()
  const ids = [...new Set(rows.map(({ id }) => id))]
  return ids.flatMap((id) => appClientOfRows(rows.filter((row) => row.id === id)) ?? [])
}

/** Whether a page can sign its users in by redirect with a client: it has no secret, which no page can keep. */
export const isForRedirects = ({ settings, secrets }: AppClient): boolean =>
  settings.AllowedOAuthFlowsUserPoolClient === true &&
  (settings.AllowedOAuthFlows ?? []).some((flow) => flow !== 'client_credentials') &&
  secrets.length === 0

/** With ENABLED, an unknown user is answered like a known one. The API default is LEGACY. */
export const hidesUserExistence = (client: AppClient): boolean =>
  client.settings.PreventUserExistenceErrors === 'ENABLED'

export const revocationEnabled = (client: AppClient): boolean => client.settings.EnableTokenRevocation ?? true
