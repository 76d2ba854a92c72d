import type { ServerContext } from '../context.js'
import type { Transaction, UserStatus } from '../db/schema.js'
import type { UserPool } from '../pools/user-pool.js'
import { type PasswordColumns, passwordColumns } from './password.js'
import { forgivePasswordAttempts } from './password-attempts.js'
import {
  assertPasswordIsNew,
  type ComparedPasswords,
  comparePasswords,
  rememberPassword,
} from './password-history.js'
import type { User } from './user.js'

/** A password that is ready to be stored. */
export interface PreparedPassword {
  readonly text: string
  readonly columns: PasswordColumns
  readonly compared: ComparedPasswords
}

/** Does what a new password costs, which is modular exponentiations, before the transaction that stores it. */
export async function preparePassword(
  context: ServerContext,
  pool: UserPool,
  user: User,
  text: string,
): Promise<PreparedPassword> {
  const columns = passwordColumns(context, pool, user, text)
  return { text, columns, compared: await comparePasswords(context, pool, user, text) }
}

/**
 * Stores a new password and the status that goes with it.
 *
 * @param user as read for update in the same transaction, for a caller who may set the password: only such a one is told
 *   whether it was used before
 * @throws PasswordHistoryPolicyViolationException
 */
export async function savePassword(
  context: ServerContext,
  tx: Transaction,
  pool: UserPool,
  user: User,
  { text, columns, compared }: PreparedPassword,
  status: UserStatus,
): Promise<User> {
  await assertPasswordIsNew(context, tx, pool, user, text, compared)
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
    .set({ used_at: now })
    .where('user_id', '=', user.id)
    .where('purpose', '=', 'reset-password')
    .execute()
  // A caller who may set the password need not wait for the lock that wrong ones caused.
  await forgivePasswordAttempts(tx, user.id)
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
