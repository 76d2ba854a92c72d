import { randomUUID } from 'node:crypto'
import { closeSync, existsSync, mkdirSync, openSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import {
  CompiledQuery,
  type DatabaseConnection,
  Kysely,
  type SelectModifierNode,
  SqliteAdapter,
  SqliteDialect,
  type SqliteDialectConfig,
  SqliteDriver,
  SqliteQueryCompiler,
  type TransactionSettings,
} from 'kysely'
import SqliteDatabase from 'libsql'
import { StartError } from '../start-error.js'
import { errorCode, errorMessage } from './error-code.js'
import type { OpenDatabase } from './open-database.js'
import { oneRow } from './prepared.js'
import { replaceNul } from './replace-nul.js'
import type { Database } from './schema.js'
import { createSpace } from './space.js'

interface OpenSqliteFile extends OpenDatabase {
  /** Looks for damage. */
  check(): void
  /** Sets what lasts, such as the journal mode. */
  prepareForWriting(): Promise<void>
}

/** Bytes. Every page of a file up to this size is read at the start; more would be felt. */
const FULL_CHECK_LIMIT = 64 * 1024 * 1024

/**
 * Opens an SQLite file, or `:memory:`. Write-ahead log with a sync at each commit: what has been answered survives
 * `kill -9` and a power cut alike.
 *
 * @param options.makeFolder makes the folder of the file where there is none
 */
export function openSqlite(file: string, { readOnly = false, makeFolder = false } = {}): OpenSqliteFile {
  const inMemory = file === ':memory:' || file.endsWith('?vfs=memdb')
  let sqlite: SqliteDatabase.Database
  try {
    if (!inMemory && !readOnly) {
      const folder = dirname(resolve(file))
      if (makeFolder) mkdirSync(folder, { recursive: true })
      else if (!existsSync(folder)) throw folderMissing(file, folder)
      // Names and addresses are for the file's owner; SQLite would make it readable for all. A file that exists is not
      // opened here: closing it would release the locks that other connections of this process hold on it (POSIX).
      if (!existsSync(file)) closeSync(openSync(file, 'a', 0o600))
    }
    sqlite = new SqliteDatabase(readOnly ? readOnlyUri(file) : file)
    sqlite.exec('PRAGMA busy_timeout = 5000')
  } catch (error) {
    throw error instanceof StartError ? error : cannotOpen(file, error)
  }
  const close = () => {
    try {
      if (!inMemory && !readOnly) {
        // What is in the log moves to the file, which can then be copied alone. Not while another process uses it.
        sqlite.exec('PRAGMA busy_timeout = 0')
        sqlite.exec('PRAGMA wal_checkpoint(TRUNCATE)')
      }
    } catch {
      // The log keeps it.
    }
    sqlite.close()
  }
  const space = createSpace((error) => OUT_OF_SPACE.includes(errorCode(error)))
  const db = new Kysely<Database>({
    dialect: new AmuletSqliteDialect({
      database: withStatementCache(sqlite, close),
      async onCreateConnection(connection) {
        replaceNul(connection)
        space.watch(connection)
        waitUntilFree(connection)
      },
    }),
  })
  return {
    db,
    columnTypes: { blob: 'blob' },
    describe: inMemory ? 'an in-memory database' : file,
    schema: undefined,
    isUniqueViolation: (error) =>
      ['SQLITE_CONSTRAINT_PRIMARYKEY', 'SQLITE_CONSTRAINT_UNIQUE'].includes(errorCode(error)),
    isReferenceViolation: (error) => errorCode(error) === 'SQLITE_CONSTRAINT_FOREIGNKEY',
    space,
    explain(error) {
      const code = errorCode(error)
      if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') return damaged(file, error)
      return code.startsWith('SQLITE_') ? cannotOpen(file, error) : undefined
    },
    async tables() {
      // The columns of this table are SQLite's.
      const rows = sqlite.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all() as {
        name: string
      }[]
      return rows.map(({ name }) => name).filter((name) => !name.startsWith('sqlite_'))
    },
    async copy() {
      // Of SQLite's own kind of file in memory, which lasts as long as a connection to it.
      const name = `file:/amulet-${randomUUID()}?vfs=memdb`
      const opened = openSqlite(name)
      try {
        // Waits for the transaction under way, which has the connection.
        await db.executeQuery(CompiledQuery.raw('vacuum into ?', [name]))
        await opened.prepareForWriting()
      } catch (error) {
        await opened.db.destroy()
        throw error
      }
      return opened
    },
    async takeTurn() {
      // A transaction has the file to itself from its beginning.
    },
    check() {
      // Reading the schema notices a file that is cut off or no database at all, whatever its size.
      sqlite.prepare('SELECT count(*) FROM sqlite_master').get()
      if (inMemory || sizeOf(file) > FULL_CHECK_LIMIT) return
      // The shape of a pragma's rows is SQLite's.
      const rows = sqlite.prepare('PRAGMA quick_check(1)').all() as { quick_check?: string }[]
      const result = rows[0]?.quick_check
      if (result !== undefined && result !== 'ok') throw damaged(file, new Error(result))
    },
    async prepareForWriting() {
      // From here on it is the driver that waits, and other requests go on meanwhile.
      sqlite.exec('PRAGMA busy_timeout = 0')
      // SQLite itself would not wait here for another process that starts on the same new file.
      if (!inMemory) await whenFree(async () => sqlite.exec('PRAGMA journal_mode = WAL'))
      sqlite.exec('PRAGMA synchronous = FULL')
      sqlite.exec('PRAGMA foreign_keys = ON')
    },
  }
}

/** A full disk shows as one of these: SQLite tells it apart from other failures to write only where the system does. */
const OUT_OF_SPACE = ['SQLITE_FULL', 'SQLITE_IOERR_WRITE', 'SQLITE_IOERR_FSYNC', 'SQLITE_IOERR_SHMSIZE']

class AmuletSqliteDialect extends SqliteDialect {
  readonly #config: SqliteDialectConfig
  constructor(config: SqliteDialectConfig) {
    super(config)
    this.#config = config
  }
  override createDriver() {
    return new SharingDriver(this.#config)
  }
  override createAdapter() {
    return new TransactionalAdapter()
  }
  override createQueryCompiler() {
    return new NoRowLocksCompiler()
  }
}

/** Milliseconds to wait for another process, or another server in this one, that writes to the same file. */
const BUSY_TIMEOUT = 10_000

const BEGIN = CompiledQuery.raw('begin')
const BEGIN_IMMEDIATE = CompiledQuery.raw('begin immediate')

/** Transactions on a file that several servers and commands use at the same time. */
class SharingDriver extends SqliteDriver {
  /** A transaction that reads first and writes later may find that it has read what is no longer so; ours write. */
  override async beginTransaction(connection: DatabaseConnection, settings?: TransactionSettings) {
    await connection.executeQuery(settings?.accessMode === 'read only' ? BEGIN : BEGIN_IMMEDIATE)
  }

  /**
   * Some failures, a full disk among them, have SQLite end the transaction by itself. What then matters is the failure
   * that is on its way to the caller, not that there is nothing left to undo.
   */
  override async rollbackTransaction(connection: DatabaseConnection) {
    try {
      await super.rollbackTransaction(connection)
    } catch (error) {
      if (!(error instanceof Error && error.message.includes('no transaction is active'))) throw error
    }
  }
}

/** Each statement of a connection waits for its turn. */
function waitUntilFree(connection: DatabaseConnection): void {
  const executeQuery = connection.executeQuery.bind(connection)
  connection.executeQuery = (query) => {
    try {
      // SQLite answers at once. Hardly ever does anything have to be waited for.
      return executeQuery(query)
    } catch (error) {
      if (!isBusy(error)) throw error
      return whenFree(async () => executeQuery(query))
    }
  }
}

const isBusy = (error: unknown): boolean => errorCode(error).startsWith('SQLITE_BUSY')

/** SQLite's own waiting would stop the whole process, and with it the server in the same process that is waited for. */
async function whenFree<T>(execute: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + BUSY_TIMEOUT
  for (let pause = 1; ; pause = Math.min(2 * pause, 20)) {
    try {
      return await execute()
    } catch (error) {
      if (!isBusy(error) || performance.now() > deadline) throw error
      await setTimeout(pause)
    }
  }
}

/** Migrations run in one transaction: a start that is interrupted leaves all or nothing of them. */
class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl() {
    return true
  }
}

/** `select … for update`: there are no row locks in SQLite's language, and no need of them. */
class NoRowLocksCompiler extends SqliteQueryCompiler {
  protected override visitSelectModifier(node: SelectModifierNode): void {
    if (node.modifier === undefined || node.modifier === 'Distinct') super.visitSelectModifier(node)
  }
}

/**
 * A connection that cannot write. Without a write-ahead log there is nothing to share, and `immutable`
 * keeps SQLite from making one: a file that turns out not to be ours has nothing new beside it either.
 */
function readOnlyUri(file: string): string {
  const url = pathToFileURL(resolve(file))
  url.search = sizeOf(`${file}-wal`) > 0 ? 'mode=ro' : 'mode=ro&immutable=1'
  return url.href
}

/**
 * Bytes in a file; 0 where there is none.
 *
 * @throws {StartError} it may not be read, or the path leads through what is no folder
 */
export function sizeOf(file: string): number {
  try {
    return statSync(file, { throwIfNoEntry: false })?.size ?? 0
  } catch (cause) {
    throw cannotOpen(file, cause)
  }
}

const damaged = (file: string, cause: unknown) =>
  new StartError(
    `The database file ${file} is damaged or no database (${reason(cause)}). It was left as it is. Restore it from a backup, or name another file with --database sqlite:FILE.`,
    { cause },
  )

const folderMissing = (file: string, folder: string) =>
  new StartError(
    `The database file ${file} cannot be opened: the folder ${folder} does not exist. Mount or create it, or name another file with --database sqlite:FILE.`,
  )

const cannotOpen = (file: string, cause: unknown) =>
  new StartError(
    `The database file ${file} cannot be opened (${reason(cause)}). Check the path and who may write there, or name another file with --database sqlite:FILE.`,
    { cause },
  )

/** On one line. */
const reason = (cause: unknown): string => errorMessage(cause).replace(/\s+/g, ' ').trim()

/** Kysely prepares a statement for each query; the texts repeat, so the prepared statements are kept. */
function withStatementCache(sqlite: SqliteDatabase.Database, close: () => void) {
  const statements = new Map<string, ReturnType<typeof adapt>>()
  const adapt = (sql: string) => {
    const statement = sqlite.prepare(sql)
    const { reader } = statement
    const rowOf = reader ? rowReader(statement) : undefined
    // Parameters are passed as one list: libSQL takes a single one that is an object, such as bytes, for named ones, and ends
    // the process.
    // The lists of values are better-sqlite3's interface. One row takes libSQL half as long as a list of one row.
    const valuesOf = oneRow(sql)
      ? (parameters: readonly unknown[]) => {
          const values = statement.get(parameters) as unknown[] | undefined
          return values ? [values] : []
        }
      : (parameters: readonly unknown[]) => statement.all(parameters) as unknown[][]
    const all = (parameters: readonly unknown[]) => (rowOf ? valuesOf(parameters).map(rowOf) : [])
    return {
      reader,
      all,
      run: (parameters: readonly unknown[]) => {
        const { changes, lastInsertRowid } = statement.run(parameters)
        return { changes, lastInsertRowid }
      },
      // libSQL's iterator keeps the statement busy until it is exhausted; rows are few, so read them all.
      iterate: (parameters: readonly unknown[]) => all(parameters).values(),
    }
  }
  return {
    close: () => {
      statements.clear()
      close()
    },
    prepare(sql: string) {
      let statement = statements.get(sql)
      if (!statement) {
        statement = adapt(sql)
        if (statements.size >= 500) statements.clear()
        statements.set(sql, statement)
      }
      return statement
    },
  }
}

/**
 * Has a statement answer with lists of values, and makes objects of them. libSQL's own objects take it longer: it makes the
 * name of each column anew for each row, and blobs of another type than bytes.
 */
function rowReader(statement: SqliteDatabase.Statement): (values: readonly unknown[]) => object {
  const columns = () => statement.columns().map(({ name }) => name)
  statement.raw()
  let names = columns()
  return (values) => {
    // A newer version in another process has added a column to a table.
    if (values.length !== names.length) names = columns()
    const row: Record<string, unknown> = {}
    let index = 0
    for (const name of names) {
      row[name] = values[index++]
    }
    return row
  }
}
