import { closeSync, existsSync, mkdirSync, openSync, readSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { Kysely, SqliteDialect } from 'kysely'
import SqliteDatabase from 'libsql'
import { StartError } from '../start-error.js'
import type { OpenDatabase } from './database.js'
import type { Database } from './schema.js'

/**
 * Opens an SQLite file, or `:memory:`. Write-ahead log with a sync at each commit: what has been answered survives
 * `kill -9` and a power cut alike.
 */
export function openSqlite(file: string): OpenDatabase {
  const inMemory = file === ':memory:'
  if (!inMemory) {
    assertSqliteFile(file)
    mkdirSync(dirname(resolve(file)), { recursive: true })
  }
  let sqlite: SqliteDatabase.Database
  try {
    sqlite = new SqliteDatabase(file)
    sqlite.exec('PRAGMA busy_timeout = 5000')
    if (!inMemory) sqlite.exec('PRAGMA journal_mode = WAL')
    sqlite.exec('PRAGMA synchronous = FULL')
    sqlite.exec('PRAGMA foreign_keys = ON')
  } catch (cause) {
    throw cannotRead(file, cause)
  }
  const db = new Kysely<Database>({
    dialect: new SqliteDialect({ database: withStatementCache(sqlite) }),
  })
  return {
    db,
    columnTypes: { blob: 'blob' },
    describe: inMemory ? 'an in-memory database' : file,
    isUniqueViolation: (error) => errorCode(error).startsWith('SQLITE_CONSTRAINT'),
    isCorrupt: (error) => ['SQLITE_CORRUPT', 'SQLITE_NOTADB'].includes(errorCode(error)),
    checkIntegrity() {
      // Reads the schema and the free list; a torn or foreign file is noticed before anything is written to it.
      const rows = sqlite.prepare('PRAGMA quick_check(1)').all() as { quick_check?: string }[]
      const result = rows[0]?.quick_check
      if (result !== undefined && result !== 'ok') throw cannotRead(file, new Error(result))
    },
  }
}

const MAGIC = 'SQLite format 3\0'

/** Says no before SQLite opens the file: opening may already create a journal beside it. */
function assertSqliteFile(file: string): void {
  if (!existsSync(file)) return
  const head = Buffer.alloc(MAGIC.length)
  const descriptor = openSync(file, 'r')
  try {
    const read = readSync(descriptor, head, 0, head.length, 0)
    if (read > 0 && head.toString('latin1') !== MAGIC) throw cannotRead(file, new Error('not an SQLite file'))
  } finally {
    closeSync(descriptor)
  }
}

function cannotRead(file: string, cause: unknown): StartError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new StartError(
    `The database file ${file} cannot be read (${reason}). It was left as it is. Restore it from a backup, or name another file with --database sqlite:FILE.`,
    { cause },
  )
}

/** Kysely prepares a statement for each query; the texts repeat, so the prepared statements are kept. */
function withStatementCache(sqlite: SqliteDatabase.Database) {
  const statements = new Map<string, ReturnType<typeof adapt>>()
  const adapt = (sql: string) => {
    const statement = sqlite.prepare(sql)
    return {
      reader: statement.reader,
      all: (parameters: readonly unknown[]) => withBytes(statement.all(...parameters)),
      run: (parameters: readonly unknown[]) => {
        const { changes, lastInsertRowid } = statement.run(...parameters)
        return { changes, lastInsertRowid }
      },
      // libSQL's iterator keeps the statement busy until it is exhausted; rows are few, so read them all.
      iterate: (parameters: readonly unknown[]) => withBytes(statement.all(...parameters)).values(),
    }
  }
  return {
    close: () => {
      statements.clear()
      sqlite.close()
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

/** libSQL hands blobs out as ArrayBuffer; everybody else's are bytes. */
function withBytes(rows: unknown[]): unknown[] {
  for (const row of rows) {
    // better-sqlite3's interface: a row is an object of column values.
    const columns = row as Record<string, unknown>
    for (const name in columns) {
      const value = columns[name]
      if (value instanceof ArrayBuffer) columns[name] = new Uint8Array(value)
    }
  }
  return rows
}

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}
