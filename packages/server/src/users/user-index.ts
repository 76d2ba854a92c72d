import type { Transaction } from '../db/schema.js'
import type { UserPool } from '../pools/user-pool.js'
import type { loginNamesOf } from './user.js'

/** What ListUsers can filter by, beside username, status and sub. */
export const SEARCHABLE = [
  'email',
  'phone_number',
  'name',
  'given_name',
  'family_name',
  'preferred_username',
] as const
export type SearchableAttribute = (typeof SEARCHABLE)[number]

/** How the value of an attribute is compared in a search: without case, whatever the pool says of names. */
export const searchKey = (value: string): string => value.toLowerCase()

/**
 * UTF-16 units of a value that a search looks at: a row of an index has room for some 2,700 bytes in PostgreSQL. No
 * filter asks for more: it has 256 at most, and folding makes no text more than twice as long.
 */
const SEARCHED_LENGTH = 512

/** Replaces the names a user can sign in with. A name that another user holds breaks the unique key. */
export async function writeLoginNames(
  tx: Transaction,
  pool: UserPool,
  userId: string,
  names: ReturnType<typeof loginNamesOf>,
): Promise<void> {
  await tx
    .insertInto('login_names')
    .values(names.map(({ kind, name }) => ({ user_pool_id: pool.id, kind, name, user_id: userId })))
    .execute()
}

export async function writeSearchAttributes(
  tx: Transaction,
  pool: UserPool,
  userId: string,
  attributes: Readonly<Record<string, string>>,
): Promise<void> {
  const rows = SEARCHABLE.flatMap((attribute) => {
    const given = attributes[attribute]
    if (!given) return []
    const value = searchKey(given).slice(0, SEARCHED_LENGTH)
    return [{ user_pool_id: pool.id, attribute, value, user_id: userId }]
  })
  if (rows.length > 0) await tx.insertInto('user_search').values(rows).execute()
}
