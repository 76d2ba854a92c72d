import type { Queryable } from '../db/schema.js'
import { errors } from '../errors.js'
import { rulesOf } from './rules.js'
import { type UserPool, userPoolOfRow } from './user-pool.js'

const isMfaRequired = (pool: UserPool): boolean => rulesOf(pool).mfa.mode === 'ON'

/**
 * Refuses sign-ins to a pool that requires a second factor: sign-in does not ask for one yet, and the first is not enough.
 *
 * @throws InvalidParameterException
 */
export function assertSignInPossible(pool: UserPool): void {
  if (isMfaRequired(pool)) throw errors.mfaNotAskedFor()
}

/** The pools that no user can sign in to, for a warning at the start. */
export async function poolsWithoutSignIn(db: Queryable): Promise<UserPool[]> {
  const rows = await db.selectFrom('user_pools').selectAll().orderBy('id').execute()
  return rows.map(userPoolOfRow).filter(isMfaRequired)
}
