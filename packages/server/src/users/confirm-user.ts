import type { ServerContext } from '../context.js'
import type { Transaction } from '../db/schema.js'
import { errors } from '../errors.js'
import type { UserPool } from '../pools/user-pool.js'
import { releaseAliases } from './release-aliases.js'
import { saveUniqueAttributes } from './save-unique-attributes.js'
import { saveStatus } from './save-user.js'
import type { User } from './user.js'

/**
 * Makes a signed-up user CONFIRMED and the attribute that received the code verified, and with it a name to sign in
 * with.
 *
 * @param user as it is in this transaction
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
  const saved = await saveUniqueAttributes(context, tx, pool, user, attributes, errors.aliasExists)
  return await saveStatus(context, tx, saved, 'CONFIRMED')
}
