import type { ServerContext } from '../context.js'
import type { Transaction } from '../db/schema.js'
import { errors } from '../errors.js'
import type { UserPool } from '../pools/user-pool.js'
import { saveAttributes, saveStatus } from './update-user.js'
import { findUserById, loginNamesOf, type User } from './user.js'

/**
 * Makes a signed-up user CONFIRMED and the attribute that received the code verified, and with it a name to sign in
 * with.
 *
 * @throws AliasExistsException another user holds that alias and it is not to be taken over
 */
export async function confirmSignedUpUser(
  context: ServerContext,
  tx: Transaction,
  pool: UserPool,
  user: User,
  { verified, forceAliasCreation }: { verified: string | undefined; forceAliasCreation: boolean },
): Promise<User> {
  const attributes =
    verified === undefined ? user.attributes : { ...user.attributes, [`${verified}_verified`]: 'true' }
  await releaseAliases(context, tx, pool, user, attributes, forceAliasCreation)
  const saved = await saveAttributes(context, tx, pool, user, attributes)
  return await saveStatus(context, tx, saved, 'CONFIRMED')
}

/** An alias that moves to another user is no longer verified with the one who had it. */
async function releaseAliases(
  context: ServerContext,
  tx: Transaction,
  pool: UserPool,
  user: User,
  attributes: Readonly<Record<string, string>>,
  force: boolean,
): Promise<void> {
  for (const { kind, name } of loginNamesOf(pool, user.username, attributes)) {
    if (kind === 'username') continue
    const holder = await tx
      .selectFrom('login_names')
      .select('user_id')
      .where('user_pool_id', '=', pool.id)
      .where('name', '=', name)
      .where('kind', '=', kind)
      .where('user_id', '!=', user.id)
      .executeTakeFirst()
    if (!holder) continue
    if (!force) throw errors.aliasExists(kind)
    const previous = await findUserById(tx, pool.id, holder.user_id)
    if (previous)
      await saveAttributes(context, tx, pool, previous, {
        ...previous.attributes,
        [`${kind}_verified`]: 'false',
      })
  }
}
