import { createHmac } from 'node:crypto'
import type { ServerContext } from '../context.js'
import { equalText } from '../crypto/equal.js'
import type { Queryable } from '../db/schema.js'
import { errors } from '../errors.js'
import { getUserPool, type UserPool, userPoolOfRow } from '../pools/user-pool.js'
import type { AppClientSettings } from '../wire/user-pool-settings.js'

export interface AppClient {
  readonly id: string
  readonly userPoolId: string
  readonly name: string
  readonly settings: AppClientSettings
  readonly sealedSecret: Uint8Array | null
  readonly createdAt: number
  readonly updatedAt: number
}

/**
 * A client and its pool, in one query.
 *
 * @throws ResourceNotFoundException
 */
export async function loadClientAndPool(
  db: Queryable,
  clientId: string,
): Promise<{ client: AppClient; pool: UserPool }> {
  const row = await db
    .selectFrom('app_clients as c')
    .innerJoin('user_pools as p', 'p.id', 'c.user_pool_id')
    .select([
      'c.id',
      'c.user_pool_id',
      'c.name',
      'c.settings',
      'c.sealed_secret',
      'c.created_at',
      'c.updated_at',
      'p.name as pool_name',
      'p.settings as pool_settings',
      'p.mfa_config',
      'p.created_at as pool_created_at',
      'p.updated_at as pool_updated_at',
    ])
    .where('c.id', '=', clientId)
    .executeTakeFirst()
  if (!row) throw errors.clientNotFound(clientId)
  return {
    client: appClientOfRow(row),
    pool: userPoolOfRow({
      id: row.user_pool_id,
      name: row.pool_name,
      settings: row.pool_settings,
      mfa_config: row.mfa_config,
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

export async function findClient(db: Queryable, clientId: string): Promise<AppClient | undefined> {
  const row = await db.selectFrom('app_clients').selectAll().where('id', '=', clientId).executeTakeFirst()
  return row && appClientOfRow(row)
}

export function appClientOfRow(row: {
  id: string
  user_pool_id: string
  name: string
  settings: string
  sealed_secret: Uint8Array | null
  created_at: number
  updated_at: number
}): AppClient {
  return {
    id: row.id,
    userPoolId: row.user_pool_id,
    name: row.name,
    // Written by this server from a parsed CreateUserPoolClient.
    settings: JSON.parse(row.settings) as AppClientSettings,
    sealedSecret: row.sealed_secret,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}

export function clientSecret(context: ServerContext, client: AppClient): string | undefined {
  if (client.sealedSecret === null) return undefined
  const secret = context.rootKey.open('client-secret', client.id, client.sealedSecret)
  if (!secret) throw new Error(`The secret of app client ${client.id} was sealed under another root key.`)
  return secret.toString()
}

/** With ENABLED, an unknown user is answered like a known one. The API default is LEGACY. */
export const hidesUserExistence = (client: AppClient): boolean =>
  client.settings.PreventUserExistenceErrors === 'ENABLED'

export const revocationEnabled = (client: AppClient): boolean => client.settings.EnableTokenRevocation ?? true

/**
 * Checks `SECRET_HASH`: Base64(HMAC-SHA256(client secret, username + client id)). A client without a secret must not
 * send one.
 *
 * @param usernames any of these names may have been hashed: clients disagree about alias and canonical name
 * @param missing the answer when the client has a secret and no hash came; its words differ by operation
 */
export function verifySecretHash(
  context: ServerContext,
  client: AppClient,
  hash: string | undefined,
  usernames: readonly string[],
  missing: (clientId: string) => Error,
): void {
  const secret = clientSecret(context, client)
  if (secret === undefined) {
    if (hash !== undefined) throw errors.secretHashWrong(client.id)
    return
  }
  if (hash === undefined) throw missing(client.id)
  const matches = usernames.filter((username) =>
    equalText(
      createHmac('sha256', secret)
        .update(username + client.id)
        .digest('base64'),
      hash,
    ),
  )
  if (matches.length === 0) throw errors.secretHashWrong(client.id)
}
