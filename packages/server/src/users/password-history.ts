import type { ServerContext } from '../context.js'
import type { Transaction } from '../db/schema.js'
import { errors } from '../errors.js'
import { rulesOf } from '../pools/rules.js'
import type { UserPool } from '../pools/user-pool.js'
import { passwordMatches } from './password.js'
import type { User } from './user.js'

/**
 * Refuses the present password and those before it. Costs a modular exponentiation for each, in pools that ask for it.
 *
 * @throws PasswordHistoryPolicyViolationException
 */
export async function assertPasswordIsNew(
  context: ServerContext,
  tx: Transaction,
  pool: UserPool,
  user: User,
  password: string,
): Promise<void> {
  const size = rulesOf(pool).passwordHistory
  if (size === 0) return
  const previous = await tx
    .selectFrom('password_history')
    .selectAll()
    .where('user_id', '=', user.id)
    .orderBy('set_at', 'desc')
    .limit(size - 1)
    .execute()
  const earlier = previous.map((row) => ({
    ...user,
    salt: row.salt,
    sealedVerifier: row.sealed_verifier,
    srpIdentity: row.srp_identity ?? user.username,
  }))
  for (const candidate of [user, ...earlier])
    if (passwordMatches(context, pool, candidate, candidate.srpIdentity, password))
      throw errors.passwordUsedBefore()
}

/** The present password is about to become a previous one. What is older than the pool asks for is forgotten. */
export async function rememberPassword(tx: Transaction, pool: UserPool, user: User): Promise<void> {
  const kept = Math.max(0, rulesOf(pool).passwordHistory - 1)
  if (kept > 0 && user.salt !== null && user.sealedVerifier !== null)
    await tx
      .insertInto('password_history')
      .values({
        user_id: user.id,
        salt: user.salt,
        sealed_verifier: user.sealedVerifier,
        srp_identity: user.srpIdentity,
        set_at: user.passwordSetAt ?? 0,
      })
      .execute()
  await tx
    .deleteFrom('password_history')
    .where('user_id', '=', user.id)
    .where('salt', 'not in', (history) =>
      history
        .selectFrom('password_history')
        .select('salt')
        .where('user_id', '=', user.id)
        .orderBy('set_at', 'desc')
        .limit(kept),
    )
    .execute()
}
