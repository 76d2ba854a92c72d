import type { ServerContext } from '../context.js'
import type { Transaction, UserStatus } from '../db/schema.js'
import type { PasswordColumns } from './password.js'
import type { User } from './user.js'

/** Stores a new password, made by `passwordColumns` before the transaction, and the status that goes with it. */
export async function savePassword(
  context: ServerContext,
  tx: Transaction,
  user: User,
  columns: PasswordColumns,
  status: UserStatus,
): Promise<void> {
  await tx
    .updateTable('users')
    .set({ ...columns, status, updated_at: context.clock.now() })
    .where('id', '=', user.id)
    .execute()
  // Whoever may set the password need not wait for the lock that wrong ones caused.
  await tx.deleteFrom('failed_passwords').where('subject', '=', user.id).execute()
}
