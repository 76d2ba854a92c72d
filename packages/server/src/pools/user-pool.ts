import type { Queryable, Transaction } from '../db/schema.js'
import { errors } from '../errors.js'
import type { MfaConfig, SessionConfig, UserPoolSettings } from '../wire/user-pool-settings.js'

export interface UserPool {
  readonly id: string
  readonly name: string
  readonly settings: UserPoolSettings
  readonly mfaConfig: MfaConfig
  /** Nothing for a pool that never said whether it tracks sessions. */
  readonly sessionConfig: SessionConfig | undefined
  /** The longest that a client goes on with an SSO session, where one has said so. */
  readonly longestSsoMinutes: number
  readonly createdAt: number
  readonly updatedAt: number
}

/** The part after the region: what SRP mixes into the password hash. */
export const srpPoolName = (userPoolId: string): string => userPoolId.slice(userPoolId.indexOf('_') + 1)

export async function findUserPool(db: Queryable, id: string): Promise<UserPool | undefined> {
  const row = await db.selectFrom('user_pools').selectAll().where('id', '=', id).executeTakeFirst()
  return row && userPoolOfRow(row)
}

/** @throws ResourceNotFoundException */
export async function getUserPool(db: Queryable, id: string): Promise<UserPool> {
  const pool = await findUserPool(db, id)
  if (!pool) throw errors.userPoolNotFound(id)
  return pool
}

/**
 * The pool as it is now, held until the transaction ends. Writing the row's own value is the lock that every database
 * has.
 *
 * @throws ResourceNotFoundException
 */
export async function getUserPoolForUpdate(tx: Transaction, id: string): Promise<UserPool> {
  const row = await tx
    .updateTable('user_pools')
    .set((pools) => ({ id: pools.ref('id') }))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst()
  if (!row) throw errors.userPoolNotFound(id)
  return userPoolOfRow(row)
}

export function userPoolOfRow(row: {
  id: string
  name: string
  settings: string
  mfa_config: string
  session_config: string | null
  longest_sso_minutes: number
  created_at: number
  updated_at: number
}): UserPool {
  return {
    id: row.id,
    name: row.name,
    // Written by this server from a parsed CreateUserPool, SetUserPoolMfaConfig or SetUserPoolSessionConfiguration.
    settings: JSON.parse(row.settings) as UserPoolSettings,
    mfaConfig: JSON.parse(row.mfa_config) as MfaConfig,
    sessionConfig:
      row.session_config === null ? undefined : (JSON.parse(row.session_config) as SessionConfig),
    longestSsoMinutes: row.longest_sso_minutes,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}
