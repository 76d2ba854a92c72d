import type { ServerContext } from '../context.js'
import type { LoginNameKind, Transaction } from '../db/schema.js'
import { errors } from '../errors.js'
import { rulesOf } from '../pools/rules.js'
import type { UserPool } from '../pools/user-pool.js'
import { saveAttributes } from './save-user.js'
import { holderOf, loginNamesOf, type User } from './user.js'

/**
 * Stores attributes whose values other users may hold.
 *
 * @throws AliasExistsException
 */
export async function saveUniqueAttributes(
  context: ServerContext,
  tx: Transaction,
  pool: UserPool,
  user: User,
  attributes: Readonly<Record<string, string>>,
  taken: (attribute: string) => Error = errors.aliasGivenExists,
): Promise<User> {
  const kind = await findTakenName(tx, pool, user, attributes)
  if (kind !== undefined) throw taken(kind)
  try {
    return await saveAttributes(context, tx, pool, user, attributes)
  } catch (error) {
    // Another user took one of the names since it was looked up; the unique key has the last word.
    if (context.isUniqueViolation(error)) throw taken(rulesOf(pool).usernameAttributes[0] ?? 'email')
    throw error
  }
}

/** Which of the names that a user with these attributes would sign in with is another user's. */
export async function findTakenName(
  tx: Transaction,
  pool: UserPool,
  user: User,
  attributes: Readonly<Record<string, string>>,
): Promise<LoginNameKind | undefined> {
  for (const name of loginNamesOf(pool, user.username, attributes)) {
    const holder = await holderOf(tx, pool, name)
    if (holder !== undefined && holder !== user.id) return name.kind
  }
  return undefined
}
