import type { ServerContext } from '../context.js'
import type { Transaction } from '../db/schema.js'
import { errors } from '../errors.js'
import type { UserPool } from '../pools/user-pool.js'
import { saveAttributes } from './save-user.js'
import { findUserForUpdate, holderOf, loginNamesOf, type User } from './user.js'

/**
 * Makes the aliases that a user is about to have free. One that moves is no longer verified with the user who had it;
 * a preferred username, which is not verified, does not move.
 *
 * @param force whether they may be taken over; then the transaction is one of `takingOverAliases`
 * @throws AliasExistsException another user holds an alias, and it is not to be taken over
 */
export async function releaseAliases(
  context: ServerContext,
  tx: Transaction,
  pool: UserPool,
  user: Pick<User, 'id' | 'username'>,
  attributes: Readonly<Record<string, string>>,
  force: boolean,
): Promise<void> {
  const aliases = loginNamesOf(pool, user.username, attributes).filter(({ kind }) => kind !== 'username')
  // Every user first, and changes after: a user who waits for one of the changes must not be one to wait for.
  const locked = new Set([user.id])
  for (const { kind, name } of aliases) {
    const holder = await holderOf(tx, pool, { kind, name })
    if (holder === undefined || locked.has(holder)) continue
    if (!force || kind === 'preferred_username') throw errors.aliasExists(kind)
    await findUserForUpdate(tx, pool.id, holder)
    locked.add(holder)
  }
  for (const { kind, name } of aliases) {
    // Once more: the user who was waited for may have let go of it, and another user may have taken it.
    const holder = await holderOf(tx, pool, { kind, name })
    if (holder === undefined || holder === user.id) continue
    const previous = locked.has(holder) ? await findUserForUpdate(tx, pool.id, holder) : undefined
    if (!previous || kind === 'preferred_username') throw errors.aliasExists(kind)
    await saveAttributes(context, tx, pool, previous, {
      ...previous.attributes,
      [`${kind}_verified`]: 'false',
    })
  }
}
