import type { Kysely } from 'kysely'
import type { RootKey } from '../crypto/root-key.js'
import { schemaVersion } from '../db/database.js'
import type { OpenDatabase } from '../db/open-database.js'
import type { Transaction } from '../db/schema.js'
import { StartError } from '../start-error.js'
import {
  decodeRow,
  type End,
  type ExportedRow,
  FORMAT_VERSION,
  type Header,
  type Row,
  readLine,
  reseal,
} from './export-format.js'
import { BEFORE_USERS, type MovedTable, WITH_USERS } from './moved-tables.js'
import { readLines } from './read-lines.js'

const TABLES = [...BEFORE_USERS, ...WITH_USERS]

/** Users that are stored at a time. */
const BATCH = 500
/** Rows per statement. Statements are remembered by their text, so there should not be too many different ones. */
const ROWS = 50

export interface ImportOptions {
  readonly database: OpenDatabase
  readonly rootKey: RootKey
  /** What the secrets in the file are sealed under. */
  readonly transferKey: RootKey
  readonly file: string
  /** Called with the number of users that are stored, and how many the file is said to have. */
  progress(done: number, total: number): void
}

export interface ImportSummary {
  readonly userPools: number
  readonly users: number
}

/** How much of the file is stored. */
interface Position {
  readonly lines: number
  readonly users: number
}

/**
 * Reads what `exportData` wrote into a database that has none of it, in memory that does not grow with it. Each batch
 * is stored together with how far it goes, so that an import that was interrupted goes on where it was.
 *
 * @throws {StartError} the file is no export, damaged, incomplete, of another version or sealed under another key; or
 *   the database has something of it already
 */
export async function importData(options: ImportOptions): Promise<ImportSummary> {
  const { file, transferKey, progress } = options
  const lines = readLines(file)
  const header = readHeader(transferKey, file, await lines.next())
  let position = await findPosition(options, header)
  let batch: MovedRow[] = []
  let users = 0
  let number = 1
  const store = async () => {
    position = await storeBatch(options, header, position, batch, { lines: number, users })
    batch = []
  }
  for await (const line of lines) {
    if (number < position.lines) {
      // An earlier run stored it.
      number++
      users = position.users
      continue
    }
    const record = readLine(transferKey, header.id, number, line)
    if (!record)
      throw new StartError(
        `Line ${number + 1} of ${file} is damaged or was changed. What comes before it is imported.`,
      )
    if ('end' in record) {
      await store()
      progress(users, header.users)
      // The type is what the other properties of an authenticated record say.
      return await finish(options, header, position, record as End)
    }
    const isUser = 'users' in record
    // What users refer to comes before them and is stored as a whole.
    if (isUser && users % BATCH === 0) {
      await store()
      progress(users, header.users)
    }
    batch.push(...movedRows(record))
    if (isUser) users++
    number++
  }
  await store()
  throw new StartError(
    `${file} ends before the export does; ${users} users are imported. Let the export come to its end and import again: it goes on from here.`,
  )
}

/**
 * Looks whether there is anything to import, before there is anything to import it into.
 *
 * @throws {StartError} the file cannot be read, is no export, of another version or sealed under another key
 */
export async function assertExport(transferKey: RootKey, file: string): Promise<void> {
  const lines = readLines(file)
  try {
    readHeader(transferKey, file, await lines.next())
  } finally {
    await lines.return(undefined)
  }
}

function readHeader(transferKey: RootKey, file: string, first: IteratorResult<string>): Header {
  const header = first.done ? undefined : parseHeader(first.value)
  if (!header) throw new StartError(`${file} is not an export of Amulet.`)
  if (header.version !== FORMAT_VERSION || header.schema > schemaVersion())
    throw new StartError(`${file} was exported by a newer version of Amulet. Update Amulet and import again.`)
  if (header.schema < schemaVersion())
    throw new StartError(
      `${file} was exported by an older version of Amulet. Import it with that version, into a database that this one then brings up to date.`,
    )
  if (!readLine(transferKey, header.id, 0, first.value))
    throw new StartError(`The key is not the one that ${file} was exported with.`)
  return header
}

function parseHeader(line: string): Header | undefined {
  try {
    const value: unknown = JSON.parse(line)
    if (typeof value !== 'object' || value === null || !('amulet' in value) || value.amulet !== 'export')
      return undefined
    // Its version says whether it is of this form; the key says whether it is authentic.
    return value as Header
  } catch {
    return undefined
  }
}

/** @throws {StartError} the database has one of the user pools, and not by an earlier run */
async function findPosition({ database }: ImportOptions, header: Header): Promise<Position> {
  const { db } = database
  // The position before what it is the position of: an import that begins at this moment stores both at once, and seen
  // the other way round its position would look like one whose user pools have been deleted.
  const position = await db
    .selectFrom('imports')
    .select(['lines', 'users'])
    .where('id', '=', header.id)
    .executeTakeFirst()
  const existing = await db
    .selectFrom('user_pools')
    .select('id')
    .$if(header.userPools.length > 0, (query) => query.where('id', 'in', header.userPools))
    .$if(header.userPools.length === 0, (query) => query.where('id', 'is', null))
    .execute()
  if (position && existing.length === header.userPools.length) return position
  if (existing[0])
    throw new StartError(
      `The database ${database.describe} has the user pool ${existing[0].id} already, and an import overwrites nothing. Name another database, or delete that user pool.`,
    )
  // What an earlier run had stored has been deleted since. Only that run's position goes: one that was not there a
  // moment ago belongs to an import that has begun meanwhile, and without it neither could go on.
  if (position)
    await db.deleteFrom('imports').where('id', '=', header.id).where('lines', '=', position.lines).execute()
  return { lines: 0, users: 0 }
}

interface MovedRow {
  readonly table: MovedTable
  readonly row: Row
}

function movedRows(record: object): MovedRow[] {
  const rows: MovedRow[] = []
  for (const [name, value] of Object.entries(record)) {
    const table = TABLES.find((table) => table.name === name)
    if (!table) throw new StartError(`The export has a table that is not known: ${name}.`)
    // Authenticated: one row or several, as `exportData` writes them.
    for (const row of [value].flat() as ExportedRow[]) rows.push({ table, row: decodeRow(row) })
  }
  return rows
}

async function storeBatch(
  { database, rootKey, transferKey, file }: ImportOptions,
  { id }: Header,
  from: Position,
  batch: readonly MovedRow[],
  to: Position,
): Promise<Position> {
  try {
    await database.db.transaction().execute(async (tx) => {
      await move(tx, id, from, to, file)
      for (const table of TABLES) {
        const rows = batch
          .filter((moved) => moved.table === table)
          .map(({ row }) => reseal(table, row, transferKey, rootKey))
        // The names come from the list of tables, whose type says that they exist.
        const anyTx = tx as unknown as Kysely<Record<string, Row>>
        for (let i = 0; i < rows.length; i += ROWS)
          await anyTx
            .insertInto(table.name)
            .values(rows.slice(i, i + ROWS))
            .execute()
      }
    })
    return to
  } catch (error) {
    if (error instanceof StartError) throw error
    const lines = `lines ${from.lines + 1} to ${to.lines} of ${file}`
    throw new StartError(
      database.isUniqueViolation(error)
        ? `The database ${database.describe} has something already that is in ${lines}, and an import overwrites nothing. What comes before is imported.`
        : `The database ${database.describe} does not take ${lines} (${error instanceof Error ? error.message : error}). What comes before is imported.`,
      { cause: error },
    )
  }
}

/** Of two imports of one file at the same moment, one finds the position where it left it. */
async function move(tx: Transaction, id: string, from: Position, to: Position, file: string): Promise<void> {
  const { numInsertedOrUpdatedRows } =
    from.lines === 0
      ? await tx
          .insertInto('imports')
          .values({ id, ...to })
          .onConflict((conflict) => conflict.column('id').doNothing())
          .executeTakeFirst()
      : { numInsertedOrUpdatedRows: await moveOn(tx, id, from, to) }
  if (numInsertedOrUpdatedRows !== 1n)
    throw new StartError(`Another import of ${file} is under way. This one has stopped.`)
}

async function moveOn(tx: Transaction, id: string, from: Position, to: Position): Promise<bigint> {
  const { numUpdatedRows } = await tx
    .updateTable('imports')
    .set(to)
    .where('id', '=', id)
    .where('lines', '=', from.lines)
    .executeTakeFirst()
  return numUpdatedRows
}

async function finish(
  { database, file }: ImportOptions,
  { id, userPools }: Header,
  { users }: Position,
  { end }: End,
): Promise<ImportSummary> {
  if (end.users !== users)
    throw new StartError(`${file} should have ${end.users} users and has ${users}. It is damaged.`)
  await database.db.deleteFrom('imports').where('id', '=', id).execute()
  return { userPools: userPools.length, users }
}
