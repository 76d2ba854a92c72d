import type { Transaction } from '../db/schema.js'
import type { UserPool } from '../pools/user-pool.js'
import { loginKey, type loginNamesOf } from './user.js'

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

/** How a value is compared in a search: what users sign in with as when they sign in, names to the letter. */
export const searchKey = (pool: UserPool, attribute: SearchableAttribute, value: string): string =>
  attribute === 'email' || attribute === 'phone_number' || attribute === 'preferred_username'
    ? loginKey(pool, attribute, value)
    : value

/** Replaces the names a user can sign in with. A name that somebody else holds breaks the unique key. */
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
    const value = attributes[attribute]
    return value
      ? [{ user_pool_id: pool.id, attribute, value: searchKey(pool, attribute, value), user_id: userId }]
      : []
  })
  if (rows.length > 0) await tx.insertInto('user_search').values(rows).execute()
}
