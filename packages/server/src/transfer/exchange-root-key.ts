import { setTimeout } from 'node:timers/promises'
import type { Kysely } from 'kysely'
import { randomUuid } from '../crypto/random.js'
import { systemRandomBytes } from '../crypto/random-bytes.js'
import { createRootKey, derivedKey, type RootKey, type SealPurpose } from '../crypto/root-key.js'
import type { OpenDatabase } from '../db/open-database.js'
import type { Transaction } from '../db/schema.js'
import { isOfUnfinishedExchange } from '../keys/open-root-key.js'
import { StartError } from '../start-error.js'
import type { Row } from './export-format.js'
import { SEALED_TABLES, type SealedTable } from './moved-tables.js'

/** Rows that are read at a time, and resealed in one transaction at most. */
const PAGE = 200
/** Milliseconds until rows that others were changing are looked at again. */
const PAUSE = 50

export interface ExchangeOptions {
  readonly database: OpenDatabase
  /** 32 bytes each. */
  readonly oldKey: Uint8Array
  readonly newKey: Uint8Array
  /** Whether nothing of the old root key is kept, so that its refresh tokens end: for one that has leaked. */
  readonly signOut: boolean
  /** Called with the number of users that have been looked at, and how many there are. */
  progress(done: number, total: number): void
}

export interface ExchangeSummary {
  /** Rows that were sealed under the old key until now. */
  readonly resealed: number
}

/** The database as this code uses it: tables by their names, rows by their columns. */
type AnyDb = Kysely<Record<string, Row>>

interface Keys {
  readonly from: RootKey
  readonly to: RootKey
}

/**
 * Seals under a new root key all that is sealed under the old one, while servers run that know both and seal under the
 * new one. Called again after an interruption, it goes on where it was: what is sealed under the new key already is left
 * as it is.
 *
 * What tells that the exchange is under way is written first. The signing keys come last: once they open with the new
 * root key alone, everything does.
 *
 * @throws {StartError} something is sealed under neither key
 */
export async function exchangeRootKey(options: ExchangeOptions): Promise<ExchangeSummary> {
  const { oldKey, newKey } = options
  const keys: Keys = { from: createRootKey(oldKey), to: createRootKey(newKey) }
  if (Buffer.from(oldKey).equals(newKey))
    throw new StartError('The new root key is the old one. Make another with "openssl rand -hex 32".')
  await begin(options, keys)
  const isSigningKeys = ({ name }: SealedTable) => name === 'signing_keys'
  let resealed = 0
  for (const table of SEALED_TABLES.filter((table) => !isSigningKeys(table)))
    resealed += await resealTable(options, keys, table)
  for (const table of SEALED_TABLES.filter(isSigningKeys)) resealed += await resealTable(options, keys, table)
  await end(options)
  return { resealed }
}

/** Keeps what does not follow from the new root key: users stay signed in, and unknown ones are told the same. */
async function begin({ database, oldKey }: ExchangeOptions, { from, to }: Keys): Promise<void> {
  await database.db.transaction().execute(async (tx) => {
    // Of two exchanges that begin at the same moment, one writes it.
    await database.takeTurn(tx)
    const rows = await tx.selectFrom('kept_keys').selectAll().execute()
    const kept = rows.flatMap((row) => {
      const sealed = new Uint8Array(row.sealed_key)
      const key = to.open('kept-key', row.id, sealed) ?? from.open('kept-key', row.id, sealed)
      return key ? [{ ...row, key }] : []
    })
    const refreshTokenKey = derivedKey(oldKey, 'refresh-token')
    const again = kept.find(({ key }) => key.equals(refreshTokenKey))
    if (rows.some((row) => isOfUnfinishedExchange(row) && row.id !== again?.id))
      throw new StartError(
        'An exchange between other root keys has not come to its end. Run "amulet rekey" with those first.',
      )
    await assertOneOpens(tx, from, to)
    if (again) {
      await tx.updateTable('kept_keys').set({ expires_at: null }).where('id', '=', again.id).execute()
    } else {
      await tx.insertInto('kept_keys').values(keptKey('refresh-token', refreshTokenKey)).execute()
    }
    if (!kept.some(({ purpose }) => purpose === 'simulated-user'))
      await tx
        .insertInto('kept_keys')
        .values(keptKey('simulated-user', derivedKey(oldKey, 'simulated-user')))
        .execute()
  })

  function keptKey(purpose: 'refresh-token' | 'simulated-user', key: Uint8Array) {
    const id = randomUuid({ randomBytes: systemRandomBytes })
    return { id, purpose, sealed_key: to.seal('kept-key', id, key), expires_at: null }
  }
}

/** @throws {StartError} the old root key is of another database, or an exchange for another key is under way */
async function assertOneOpens(tx: Transaction, from: RootKey, to: RootKey): Promise<void> {
  const keys = await tx.selectFrom('signing_keys').select(['kid', 'sealed_private_key']).execute()
  const opens = keys.some(({ kid, sealed_private_key }) => {
    const sealed = new Uint8Array(sealed_private_key)
    return to.open('signing-key', kid, sealed) ?? from.open('signing-key', kid, sealed)
  })
  if (keys.length > 0 && !opens)
    throw new StartError('The old root key is not the one that this database was encrypted under.')
}

/** Reads the table over and over until nothing in it is sealed under the old key: servers write meanwhile. */
async function resealTable(options: ExchangeOptions, keys: Keys, table: SealedTable): Promise<number> {
  let resealed = 0
  for (const [column, [purpose, boundTo]] of table.sealed) {
    const sealed: SealedColumn = { table: table.name, column, purpose, boundTo }
    for (;;) {
      const { found, done } = await resealColumn(options, keys, sealed)
      resealed += done
      if (found === 0) break
      if (done === 0) await setTimeout(PAUSE)
    }
  }
  return resealed
}

interface SealedColumn {
  readonly table: string
  readonly column: string
  readonly purpose: SealPurpose
  /** The column whose value is authenticated with it; there is an index by it. */
  readonly boundTo: string
}

/** @returns how many rows were sealed under the old key, and how many of them are no longer */
async function resealColumn(options: ExchangeOptions, keys: Keys, sealed: SealedColumn) {
  // The names come from the list of tables, whose type says that they exist.
  const db = options.database.db as unknown as AnyDb
  const total = sealed.table === 'users' ? await countUsers(options.database) : 0
  let found = 0
  let done = 0
  let seen = 0
  let after = ''
  for (;;) {
    if (total > 0) options.progress(Math.min(seen, total), total)
    const rows = await readPage(db, sealed, after)
    const last = rows.at(-1)
    if (!last) return { found, done }
    seen += rows.length
    after = String(last[sealed.boundTo])
    const old = rows.filter((row) => isUnderOld(keys, sealed, row))
    found += old.length
    if (old.length > 0) done += await resealRows(options, keys, sealed, old)
  }
}

async function countUsers({ db }: OpenDatabase): Promise<number> {
  const { users } = await db
    .selectFrom('users')
    .select(({ fn }) => fn.countAll<number>().as('users'))
    .where('sealed_verifier', 'is not', null)
    .executeTakeFirstOrThrow()
  return users
}

/** Whole groups of rows that are bound to the same value. */
async function readPage(db: AnyDb, { table, column, boundTo }: SealedColumn, after: string): Promise<Row[]> {
  const query = db.selectFrom(table).select([boundTo, column]).where(column, 'is not', null)
  const rows = await query.where(boundTo, '>', after).orderBy(boundTo).limit(PAGE).execute()
  const last = rows.at(-1)
  if (!last || rows.length < PAGE) return rows
  const group = await query.where(boundTo, '=', String(last[boundTo])).execute()
  return [...rows.filter((row) => row[boundTo] !== last[boundTo]), ...group]
}

/** @throws {StartError} it is sealed under neither key */
function isUnderOld(
  { from, to }: Keys,
  { table, column, purpose, boundTo }: SealedColumn,
  row: Row,
): boolean {
  const bound = String(row[boundTo])
  const bytes = sealedBytes(row[column])
  if (to.open(purpose, bound, bytes)) return false
  if (from.open(purpose, bound, bytes)) return true
  throw new StartError(
    `The ${column} of ${bound} in ${table} is sealed under neither root key. Nothing can read it; remove it to go on.`,
  )
}

/**
 * Reseals rows that no other transaction is changing. It waits for no lock, so it cannot be part of a deadlock; rows that
 * are locked are found the next time.
 */
async function resealRows(
  { database: { db } }: ExchangeOptions,
  keys: Keys,
  sealed: SealedColumn,
  old: readonly Row[],
): Promise<number> {
  const { table, column, purpose, boundTo } = sealed
  return await db.transaction().execute(async (transaction) => {
    const tx = transaction as unknown as AnyDb
    const locked = await tx
      .selectFrom(table)
      .select([boundTo, column])
      .where(boundTo, 'in', [...new Set(old.map((row) => String(row[boundTo])))])
      .where(column, 'is not', null)
      .forUpdate()
      .skipLocked()
      .execute()
    // Read again under the lock: a password may have been changed since.
    const stillOld = locked.filter((row) => isUnderOld(keys, sealed, row))
    for (const row of stillOld) {
      const bytes = sealedBytes(row[column])
      const bound = String(row[boundTo])
      const secret = keys.from.open(purpose, bound, bytes)
      if (!secret) continue
      await tx
        .updateTable(table)
        .set({ [column]: keys.to.seal(purpose, bound, secret) })
        .where(boundTo, '=', bound)
        .where(column, '=', bytes)
        .execute()
    }
    return stillOld.length
  })
}

const sealedBytes = (value: Row[string] | undefined): Buffer =>
  value instanceof Uint8Array ? Buffer.from(value) : Buffer.alloc(0)

/**
 * From here on the new root key is enough. The old one's refresh tokens are read until the last of them has expired, and
 * what is told of names without a user stays as it was. Of a root key that has leaked nothing is kept: with its key for
 * those names, they could be told from users.
 */
async function end({ database: { db }, signOut }: ExchangeOptions): Promise<void> {
  const { until } = await db
    .selectFrom('token_families')
    .select(({ fn }) => fn.max<number | null>('expires_at').as('until'))
    .executeTakeFirstOrThrow()
  if (signOut) await db.deleteFrom('kept_keys').execute()
  else if (until === null) await db.deleteFrom('kept_keys').where('purpose', '=', 'refresh-token').execute()
  else
    await db
      .updateTable('kept_keys')
      .set({ expires_at: until })
      .where('purpose', '=', 'refresh-token')
      .where('expires_at', 'is', null)
      .execute()
}
