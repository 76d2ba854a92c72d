import type { Queryable } from '../db/schema.js'
import { errors } from '../errors.js'
import type { Login } from './identity.js'
import type { IdentityPool } from './identity-pool.js'

/**
 * A user that the developer's own server has authenticated.
 *
 * @throws InvalidParameterException the identity pool has no such developer provider
 */
export function developerLogin(pool: IdentityPool, subject: string, provider?: string): Login {
  const { DeveloperProviderName: name } = pool.settings
  if (name === undefined || (provider !== undefined && provider !== name)) throw errors.developerProvider()
  return { provider: name, subject }
}

/** The identity of a login, if it has one. */
export async function findOwner(db: Queryable, poolId: string, login: Login): Promise<string | undefined> {
  const row = await db
    .selectFrom('identity_logins')
    .select('identity_id')
    .where('identity_pool_id', '=', poolId)
    .where('provider', '=', login.provider)
    .where('subject', '=', login.subject)
    .executeTakeFirst()
  return row?.identity_id
}
