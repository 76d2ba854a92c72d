import type { ServerContext } from '../context.js'
import type { Transaction, UserStatus } from '../db/schema.js'
import type { UserPool } from '../pools/user-pool.js'
import type { PasswordColumns } from './password.js'
import { assertPasswordIsNew, rememberPassword } from './password-history.js'
import type { User } from './user.js'

/**
 * Stores a new password and the status that goes with it.
 *
 * @param user as read for update in the same transaction, by somebody who may set the password: whether it was used
 *   before is not for everybody to know
 * @param password.columns made by `passwordColumns` before the transaction
 * @throws PasswordHistoryPolicyViolationException
 */
export async function savePassword(
  context: ServerContext,
  tx: Transaction,
  pool: UserPool,
  user: User,
  { text, columns }: { text: string; columns: PasswordColumns },
  status: UserStatus,
): Promise<User> {
  await assertPasswordIsNew(context, tx, pool, user, text)
  await rememberPassword(tx, pool, user)
  const now = context.clock.now()
  await tx
    .updateTable('users')
    .set({ ...columns, status, updated_at: now })
    .where('id', '=', user.id)
    .execute()
  // A reset that was asked for is over with the password that it was to replace: a temporary one that an administrator
  // has set since is left by choosing another at the sign-in, and in no other way.
  await tx
    .updateTable('verification_codes')
    .set({ used_at: context.clock.now() })
    .where('user_id', '=', user.id)
    .where('purpose', '=', 'reset-password')
    .where('used_at', 'is', null)
    .execute()
  // Whoever may set the password need not wait for the lock that wrong ones caused.
  await tx.deleteFrom('failed_passwords').where('subject', '=', user.id).execute()
  return {
    ...user,
    salt: columns.salt,
    sealedVerifier: columns.sealed_verifier,
    srpIdentity: columns.srp_identity,
    passwordSetAt: columns.password_set_at,
    status,
    updatedAt: now,
  }
}
