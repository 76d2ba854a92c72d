import type { ServerContext } from '../context.js'
import type { Queryable, Transaction } from '../db/schema.js'
import { errors } from '../errors.js'
import { rulesOf } from '../pools/rules.js'
import type { UserPool } from '../pools/user-pool.js'
import { passwordMatches } from './password.js'
import type { User } from './user.js'

/** Whether a new password is one of a user's, by the salt of each that it was compared with. */
export type ComparedPasswords = ReadonlyMap<string, boolean>

/**
 * Compares a new password with the present one and those before it, where the pool asks for it. Costs a modular
 * exponentiation for each, so it is done before the transaction.
 */
export async function comparePasswords(
  context: ServerContext,
  pool: UserPool,
  user: User,
  password: string,
): Promise<ComparedPasswords> {
  const compared = new Map<string, boolean>()
  for (const candidate of await usedPasswords(context.db, pool, user))
    compared.set(
      candidate.salt ?? '',
      passwordMatches(context, pool, candidate, candidate.srpIdentity, password),
    )
  return compared
}

/**
 * Refuses the present password and those before it.
 *
 * @param compared what was found before the transaction; a password that was set since is compared here
 * @throws PasswordHistoryPolicyViolationException
 */
export async function assertPasswordIsNew(
  context: ServerContext,
  tx: Transaction,
  pool: UserPool,
  user: User,
  password: string,
  compared: ComparedPasswords,
): Promise<void> {
  for (const candidate of await usedPasswords(tx, pool, user)) {
    const isSame =
      compared.get(candidate.salt ?? '') ??
      passwordMatches(context, pool, candidate, candidate.srpIdentity, password)
    if (isSame) throw errors.passwordUsedBefore()
  }
}

/** The user with each password that may not be chosen again, the present one first. */
async function usedPasswords(db: Queryable, pool: UserPool, user: User): Promise<User[]> {
  const size = rulesOf(pool).passwordHistory
  if (size === 0) return []
  const previous = await db
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
  return [user, ...earlier]
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
