import { mkdirSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Kysely, SqliteDialect } from 'kysely'
import SqliteDatabase from 'libsql'
import { StartError } from '../start-error.js'
import type { OpenDatabase } from './database.js'
import type { Database } from './schema.js'

/** Bytes. Every page of a file up to this size is read at the start; more would be felt. */
const FULL_CHECK_LIMIT = 64 * 1024 * 1024

/**
 * Opens an SQLite file, or `:memory:`. Write-ahead log with a sync at each commit: what has been answered survives
 * `kill -9` and a power cut alike.
 */
export function openSqlite(file: string, { readOnly = false } = {}): OpenDatabase {
  const inMemory = file === ':memory:'
  let sqlite: SqliteDatabase.Database
  try {
    if (!inMemory && !readOnly) mkdirSync(dirname(resolve(file)), { recursive: true })
    sqlite = new SqliteDatabase(readOnly ? readOnlyUri(file) : file)
    sqlite.exec('PRAGMA busy_timeout = 5000')
  } catch (error) {
    throw cannotOpen(file, error)
  }
  const close = () => {
    try {
      if (!inMemory && !readOnly) {
        // What is in the log moves to the file, which can then be copied alone. Not while somebody else uses it.
        sqlite.exec('PRAGMA busy_timeout = 0')
        sqlite.exec('PRAGMA wal_checkpoint(TRUNCATE)')
      }
    } catch {
      // The log keeps it.
    }
    sqlite.close()
  }
  const db = new Kysely<Database>({
    dialect: new SqliteDialect({ database: withStatementCache(sqlite, close) }),
  })
  return {
    db,
    columnTypes: { blob: 'blob' },
    describe: inMemory ? 'an in-memory database' : file,
    isUniqueViolation: (error) => errorCode(error).startsWith('SQLITE_CONSTRAINT'),
    explain(error) {
      const code = errorCode(error)
      if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') return damaged(file, error)
      return code.startsWith('SQLITE_') ? cannotOpen(file, error) : undefined
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
    prepareForWriting() {
      if (!inMemory) sqlite.exec('PRAGMA journal_mode = WAL')
      sqlite.exec('PRAGMA synchronous = FULL')
      sqlite.exec('PRAGMA foreign_keys = ON')
    },
  }
}

/**
 * A connection that cannot write. Without a write-ahead log there is nothing to share with anybody, and `immutable`
 * keeps SQLite from making one: a file that turns out not to be ours has nothing new beside it either.
 */
function readOnlyUri(file: string): string {
  const url = pathToFileURL(resolve(file))
  url.search = sizeOf(`${file}-wal`) > 0 ? 'mode=ro' : 'mode=ro&immutable=1'
  return url.href
}

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0

const damaged = (file: string, cause: unknown) =>
  new StartError(
    `The database file ${file} is damaged or no database (${reason(cause)}). It was left as it is. Restore it from a backup, or name another file with --database sqlite:FILE.`,
    { cause },
  )

const cannotOpen = (file: string, cause: unknown) =>
  new StartError(
    `The database file ${file} cannot be opened (${reason(cause)}). Check the path and who may write there, or name another file with --database sqlite:FILE.`,
    { cause },
  )

const reason = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))

/** Kysely prepares a statement for each query; the texts repeat, so the prepared statements are kept. */
function withStatementCache(sqlite: SqliteDatabase.Database, close: () => void) {
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
