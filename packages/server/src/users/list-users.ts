import { type RawBuilder, sql } from 'kysely'
import type { Queryable, UserStatus } from '../db/schema.js'
import { errors } from '../errors.js'
import type { UserPool } from '../pools/user-pool.js'
import type { Position } from '../wire/page.js'
import { loginKey, type User, userOfRow } from './user.js'
import type { UserFilter } from './user-filter.js'
import { SEARCHABLE, type SearchableAttribute, searchKey } from './user-index.js'

/** A user of a list, and where the list goes on after it. */
export interface ListedUser {
  readonly user: User
  readonly position: Position
}

interface Slice {
  readonly pool: UserPool
  /** Where the slice begins; `undefined` for the beginning of the list. */
  readonly after: Position | undefined
  readonly limit: number
}

/**
 * The users of a pool that match a filter, from a position on. Each filter walks an index from there, so that the
 * last page costs what the first one does.
 *
 * @throws InvalidParameterException the attribute cannot be searched
 */
export async function listUsers(
  db: Queryable,
  slice: Slice,
  filter: UserFilter | undefined,
): Promise<ListedUser[]> {
  if (!filter) return await listById(db, slice, [])
  const searchable = SEARCHABLE.find((attribute) => attribute === filter.attribute)
  if (searchable) return await listByAttribute(db, slice, searchable, filter)
  switch (filter.attribute) {
    case 'username':
      return await listByUsername(db, slice, filter)
    case 'sub':
      return await listById(db, slice, [
        within('id', { ...filter, value: searchKey(filter.value) }, slice.after),
      ])
    case 'cognito:user_status':
      return await listByValue(db, slice, 'status', STATUS, { ...filter, value: filter.value.toUpperCase() })
    case 'status':
      return await listByValue(db, slice, 'enabled', ENABLED, filter)
    default:
      throw errors.filterAttribute(filter.attribute)
  }
}

async function listById(
  db: Queryable,
  { pool, after, limit }: Slice,
  conditions: readonly RawBuilder<boolean>[],
): Promise<ListedUser[]> {
  let query = db.selectFrom('users').selectAll().where('user_pool_id', '=', pool.id)
  for (const condition of conditions) query = query.where(condition)
  if (after) query = query.where('id', '>', after[0] ?? '')
  const rows = await query.orderBy('id').limit(limit).execute()
  return rows.map((row) => ({ user: userOfRow(row), position: [row.id] }))
}

const STATUS: Readonly<Record<UserStatus, UserStatus>> = {
  UNCONFIRMED: 'UNCONFIRMED',
  CONFIRMED: 'CONFIRMED',
  RESET_REQUIRED: 'RESET_REQUIRED',
  FORCE_CHANGE_PASSWORD: 'FORCE_CHANGE_PASSWORD',
  EXTERNAL_PROVIDER: 'EXTERNAL_PROVIDER',
}
const ENABLED = { Enabled: 1, Disabled: 0 }

/** No two values begin with the same letter, so a filter means one of them, all of them, or none. */
async function listByValue(
  db: Queryable,
  slice: Slice,
  column: 'status' | 'enabled',
  values: Readonly<Record<string, string | number>>,
  { operator, value }: UserFilter,
): Promise<ListedUser[]> {
  if (operator === '^=' && value === '') return await listById(db, slice, [])
  const name = Object.keys(values).find((candidate) =>
    operator === '=' ? candidate === value : candidate.startsWith(value),
  )
  if (name === undefined) return []
  return await listById(db, slice, [sql<boolean>`${sql.ref(column)} = ${values[name]}`])
}

async function listByAttribute(
  db: Queryable,
  { pool, after, limit }: Slice,
  attribute: SearchableAttribute,
  filter: UserFilter,
): Promise<ListedUser[]> {
  const key = { ...filter, value: searchKey(filter.value) }
  let query = db
    .selectFrom('user_search as s')
    .innerJoin('users as u', 'u.id', 's.user_id')
    .selectAll('u')
    .select('s.value')
    .where('s.user_pool_id', '=', pool.id)
    .where('s.attribute', '=', attribute)
    .where(within('s.value', key, after))
  if (after)
    query = query.where(
      filter.operator === '='
        ? sql<boolean>`s.user_id > ${after[1]}`
        : sql<boolean>`(s.value, s.user_id) > (${after[0]}, ${after[1]})`,
    )
  const rows = await query.orderBy('s.value').orderBy('s.user_id').limit(limit).execute()
  return rows.map((row) => ({ user: userOfRow(row), position: [row.value, row.id] }))
}

async function listByUsername(
  db: Queryable,
  { pool, after, limit }: Slice,
  filter: UserFilter,
): Promise<ListedUser[]> {
  const key = { ...filter, value: loginKey(pool, 'username', filter.value) }
  let query = db
    .selectFrom('login_names as n')
    .innerJoin('users as u', 'u.id', 'n.user_id')
    .selectAll('u')
    .select('n.name')
    .where('n.user_pool_id', '=', pool.id)
    .where('n.kind', '=', 'username')
    .where(within('n.name', key, after))
  if (after) query = query.where('n.name', '>', after[0] ?? '')
  const rows = await query.orderBy('n.name').limit(limit).execute()
  return rows.map((row) => ({ user: userOfRow(row), position: [row.name] }))
}

/**
 * The part of an index that a filter means. Where a position says where to begin, only the end is asked for: of two
 * lower bounds, the database might walk from the wrong one.
 */
function within(
  column: string,
  { operator, value }: UserFilter,
  after: Position | undefined,
): RawBuilder<boolean> {
  const ref = sql.ref(column)
  if (operator === '=') return sql<boolean>`${ref} = ${value}`
  const end = endOfPrefix(value)
  if (after) return end === undefined ? sql<boolean>`true` : sql<boolean>`${ref} < ${end}`
  return end === undefined
    ? sql<boolean>`${ref} >= ${value}`
    : sql<boolean>`${ref} >= ${value} and ${ref} < ${end}`
}

const LAST_CODE_POINT = 0x10ffff
const SURROGATES = { first: 0xd800, last: 0xdfff }

/** The first text, in the order of code points, after all those that begin with `prefix`; none for no prefix. */
function endOfPrefix(prefix: string): string | undefined {
  const characters = [...prefix]
  while (characters.length > 0) {
    const last = characters.pop()?.codePointAt(0) ?? LAST_CODE_POINT
    if (last === LAST_CODE_POINT) continue
    // No text has a lone surrogate, neither in SQLite nor in PostgreSQL.
    const next = last + 1 === SURROGATES.first ? SURROGATES.last + 1 : last + 1
    return characters.join('') + String.fromCodePoint(next)
  }
  return undefined
}
