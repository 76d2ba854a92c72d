import { createHash, randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { type FileHandle, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { Kysely } from 'kysely'
import type { RootKey } from '../crypto/root-key.js'
import { schemaVersion } from '../db/database.js'
import type { OpenDatabase } from '../db/open-database.js'
import { StartError } from '../start-error.js'
import { encodeRow, FORMAT_VERSION, formatLine, type Header, type Row, reseal } from './export-format.js'
import { BEFORE_USERS, type MovedTable, WITH_USERS } from './moved-tables.js'

/** Users that are read, written and remembered at a time. */
const PAGE = 500

export interface ExportOptions {
  readonly database: OpenDatabase
  readonly rootKey: RootKey
  /** What the secrets in the file are sealed under. */
  readonly transferKey: RootKey
  /** Compressed if its name ends in `.gz`. */
  readonly file: string
  /** Called with the number of users that are in the file, and how many there are to be. */
  progress(done: number, total: number): void
}

export interface ExportSummary {
  readonly userPools: number
  readonly users: number
}

/** The database as this code uses it: tables by their names, rows by their columns. */
type AnyDb = Kysely<Record<string, Row>>

/** Where an export is, in `FILE.progress` until it is complete. */
interface Progress {
  readonly id: string
  /** Tells the transfer key. */
  readonly key: string
  /** Of everything that users refer to. */
  readonly digest: string
  readonly total: number
  readonly bytes: number
  readonly lines: number
  readonly users: number
  /** Id of the last user in the file. */
  readonly after: string
}

/**
 * Writes everything to a file, in memory that does not grow with it. Called again after an interruption, it goes on
 * where it was. A user who changes meanwhile is in the file as before or as after; who is made meanwhile may be missing.
 *
 * @throws {StartError} the file exists and is not of this export, or the database changed in a way that does not fit
 */
export async function exportData(options: ExportOptions): Promise<ExportSummary> {
  const { database, file, transferKey } = options
  const begun = await findProgress(file)
  const first = await readFirst(database)
  if (begun && begun.digest !== first.digest) throw changed(file)
  if (begun && begun.key !== keyCheck(transferKey, begun.id))
    throw new StartError(`${file} was begun with another key. Name that one, or another file.`)
  // Remembered before the file is there: one that is there without this is another program's.
  const from = begun ?? (await saveProgress(file, newProgress(transferKey, first)))
  const handle = await written(file, open(file, constants.O_RDWR | constants.O_CREAT, 0o600))
  try {
    // What was written after the last time that it was remembered is written again.
    await written(file, handle.truncate(from.bytes))
    let at = from.lines === 0 ? await writeFirst(handle, options, first, from) : from
    at = await writeUsers(handle, options, at)
    if ((await readFirst(database)).digest !== first.digest) throw changed(file)
    const end = formatLine(transferKey, at.id, at.lines, { end: { users: at.users } })
    await append(handle, file, at.bytes, end)
    await written(file, handle.sync())
    await written(file, rm(progressFile(file)))
    return { userPools: first.userPools.length, users: at.users }
  } finally {
    await handle.close()
  }
}

const changed = (file: string) =>
  new StartError(
    `User pools, app clients or groups have changed since this export began. Remove ${file} and ${progressFile(file)} and start again while they do not change.`,
  )

interface First {
  readonly tables: readonly { readonly table: MovedTable; readonly rows: readonly Row[] }[]
  readonly userPools: readonly string[]
  readonly users: number
  readonly digest: string
}

/** Everything that users refer to, as it is at one moment. */
async function readFirst(database: OpenDatabase): Promise<First> {
  return await atOneMoment(database, async (db) => {
    const tables = []
    const hash = createHash('sha256').update(schemaVersion())
    for (const table of BEFORE_USERS) {
      const rows = await table.key
        .reduce((query, column) => query.orderBy(column), db.selectFrom(table.name).selectAll())
        .execute()
      hash.update(JSON.stringify([table.name, rows.map(encodeRow)]))
      tables.push({ table, rows })
    }
    const { users } = await db
      .selectFrom('users')
      .select(({ fn }) => fn.countAll<number>().as('users'))
      .executeTakeFirstOrThrow()
    const pools = tables.find(({ table }) => table.name === 'user_pools')?.rows ?? []
    return { tables, userPools: pools.map(({ id }) => String(id)), users, digest: hash.digest('hex') }
  })
}

/** A user's rows belong together, whatever is written meanwhile. */
async function atOneMoment<T>({ db }: OpenDatabase, read: (db: AnyDb) => Promise<T>): Promise<T> {
  return await db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    // The names come from the list of tables, whose type says that they exist.
    .execute((tx) => read(tx as unknown as AnyDb))
}

function newProgress(transferKey: RootKey, { digest, users: total }: First): Progress {
  const id = randomBytes(16).toString('base64url')
  const key = keyCheck(transferKey, id)
  return { id, key, digest, total, bytes: 0, lines: 0, users: 0, after: '' }
}

async function writeFirst(
  handle: FileHandle,
  { rootKey, transferKey, file }: ExportOptions,
  first: First,
  from: Progress,
): Promise<Progress> {
  const header: Header = {
    amulet: 'export',
    version: FORMAT_VERSION,
    id: from.id,
    schema: schemaVersion(),
    exportedAt: new Date().toISOString(),
    userPools: first.userPools,
    users: first.users,
  }
  let lines = 0
  let text = formatLine(transferKey, from.id, lines++, header)
  for (const { table, rows } of first.tables)
    for (const row of rows) {
      const moved = encodeRow(reseal(table, row, rootKey, transferKey))
      text += formatLine(transferKey, from.id, lines++, { [table.name]: moved })
    }
  const bytes = await append(handle, file, 0, text)
  return await remember(handle, file, { ...from, bytes, lines })
}

async function writeUsers(handle: FileHandle, options: ExportOptions, from: Progress): Promise<Progress> {
  const { database, rootKey, transferKey, file, progress } = options
  let at = from
  for (;;) {
    progress(at.users, at.total)
    const users = await atOneMoment(database, (db) => readUsers(db, at.after))
    const last = users.at(-1)
    if (!last) return at
    let text = ''
    let lines = at.lines
    for (const user of users) {
      const record: Record<string, unknown> = {}
      for (const { table, rows } of user.rows) {
        const moved = rows.map((row) => encodeRow(reseal(table, row, rootKey, transferKey)))
        if (table.name === 'users') record[table.name] = moved[0]
        else if (moved.length > 0) record[table.name] = moved
      }
      text += formatLine(transferKey, at.id, lines++, record)
    }
    const bytes = await append(handle, file, at.bytes, text)
    at = await remember(handle, file, { ...at, bytes, lines, users: at.users + users.length, after: last.id })
  }
}

async function readUsers(db: AnyDb, after: string) {
  const [users, ...others] = WITH_USERS
  const rows = await db
    .selectFrom('users')
    .selectAll()
    .where('id', '>', after)
    .orderBy('id')
    .limit(PAGE)
    .execute()
  const byId = new Map(
    rows.map((row) => {
      const id = String(row.id)
      return [id, { id, rows: users ? [{ table: users, rows: [row] }] : [] }]
    }),
  )
  if (rows.length === 0) return []
  for (const table of others) {
    const [userColumn = ''] = table.key
    // By the range and not by a list of ids, which a database without statistics yet may read whole tables for.
    const found = await db
      .selectFrom(table.name)
      .selectAll()
      .where(userColumn, '>', after)
      .where(userColumn, '<=', String(rows.at(-1)?.id))
      .execute()
    const ofUser = new Map<string, Row[]>()
    for (const row of found) {
      const id = String(row[userColumn])
      const rows = ofUser.get(id)
      if (rows) rows.push(row)
      else ofUser.set(id, [row])
    }
    for (const [id, rows] of ofUser) byId.get(id)?.rows.push({ table, rows })
  }
  return [...byId.values()]
}

const compress = promisify(gzip)

/** Each piece is compressed on its own, so that the file can be cut and continued between two. */
async function append(handle: FileHandle, file: string, at: number, text: string): Promise<number> {
  const bytes = file.endsWith('.gz') ? await compress(text) : Buffer.from(text)
  let done = 0
  // A disk that is nearly full takes a part.
  while (done < bytes.length)
    done += (await written(file, handle.write(bytes, done, bytes.length - done, at + done))).bytesWritten
  return at + bytes.length
}

/** @throws {StartError} the file system refuses: there is no such folder, it is full … */
async function written<T>(file: string, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (cause) {
    throw new StartError(`${file} cannot be written (${cause instanceof Error ? cause.message : cause}).`, {
      cause,
    })
  }
}

const keyCheck = (transferKey: RootKey, id: string): string =>
  transferKey.mac('export-line', id).toString('base64url')

const progressFile = (file: string): string => `${file}.progress`

/** What is remembered is on the disk before it is said to be. */
async function remember(handle: FileHandle, file: string, progress: Progress): Promise<Progress> {
  await written(file, handle.datasync())
  return await saveProgress(file, progress)
}

async function saveProgress(file: string, progress: Progress): Promise<Progress> {
  const next = `${progressFile(file)}.next`
  await written(file, writeFile(next, JSON.stringify(progress), { mode: 0o600 }))
  await written(file, rename(next, progressFile(file)))
  return progress
}

/** @throws {StartError} the file is not one that an export was interrupted in */
async function findProgress(file: string): Promise<Progress | undefined> {
  const size = (await stat(file).catch(() => undefined))?.size
  const text = await readFile(progressFile(file), 'utf8').catch(() => undefined)
  if (text === undefined) {
    if (size === undefined) return undefined
    throw new StartError(`${file} exists already. It was left as it is. Name another file, or remove it.`)
  }
  // Written by `saveProgress`, which replaces it as a whole.
  const progress = JSON.parse(text) as Progress
  if ((size ?? 0) < progress.bytes)
    throw new StartError(
      `${file} is not as the export left it. Remove it and ${progressFile(file)} to start again.`,
    )
  return progress
}
