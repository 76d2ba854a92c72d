import type { ServerContext } from '../context.js'
import type { Transaction, UserStatus } from '../db/schema.js'
import type { UserPool } from '../pools/user-pool.js'
import { loginNamesOf, type User } from './user.js'
import { writeLoginNames, writeSearchAttributes } from './user-index.js'

/**
 * Replaces a user's attributes, and with them the names to sign in with and what ListUsers finds.
 *
 * @throws a unique violation when another user holds one of the names
 */
export async function saveAttributes(
  context: ServerContext,
  tx: Transaction,
  pool: UserPool,
  user: User,
  attributes: Readonly<Record<string, string>>,
): Promise<User> {
  const now = context.clock.now()
  await tx
    .updateTable('users')
    .set({ attributes: JSON.stringify(attributes), updated_at: now })
    .where('id', '=', user.id)
    .execute()
  await tx.deleteFrom('login_names').where('user_id', '=', user.id).execute()
  await writeLoginNames(tx, pool, user.id, loginNamesOf(pool, user.username, attributes))
  await tx.deleteFrom('user_search').where('user_id', '=', user.id).execute()
  await writeSearchAttributes(tx, pool, user.id, attributes)
  return { ...user, attributes, updatedAt: now }
}

export async function saveEnabled(
  context: ServerContext,
  tx: Transaction,
  user: User,
  enabled: boolean,
): Promise<void> {
  await tx
    .updateTable('users')
    .set({ enabled: enabled ? 1 : 0, updated_at: context.clock.now() })
    .where('id', '=', user.id)
    .execute()
}

export async function saveStatus(
  context: ServerContext,
  tx: Transaction,
  user: User,
  status: UserStatus,
): Promise<User> {
  const now = context.clock.now()
  await tx.updateTable('users').set({ status, updated_at: now }).where('id', '=', user.id).execute()
  return { ...user, status, updatedAt: now }
}
