import type { ServerContext } from '../context.js'
import type { Transaction } from '../db/schema.js'
import { errors } from '../errors.js'
import type { UserPool } from '../pools/user-pool.js'
import { saveAttributes } from './save-user.js'
import { findUserForUpdate, holderOf, loginNamesOf, type User } from './user.js'

/**
 * Makes the aliases that a user is about to have free. One that moves is no longer verified with the user who had it;
 * a preferred username, which nobody verifies, does not move.
 *
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
  for (const { kind, name } of loginNamesOf(pool, user.username, attributes)) {
    if (kind === 'username') continue
    const holder = await holderOf(tx, pool, { kind, name })
    if (holder === undefined || holder === user.id) continue
    if (!force || kind === 'preferred_username') throw errors.aliasExists(kind)
    const previous = await findUserForUpdate(tx, pool.id, holder)
    if (!previous) continue
    await saveAttributes(context, tx, pool, previous, {
      ...previous.attributes,
      [`${kind}_verified`]: 'false',
    })
  }
}
