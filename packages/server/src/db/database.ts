import type { ColumnDataType, Expression } from 'kysely'
import { Migrator, sql } from 'kysely'
import { StartError } from '../start-error.js'
import { usersAndTokens } from './migrations/0001-users-and-tokens.js'
import type { Db } from './schema.js'
import { openSqlite } from './sqlite.js'

/** Column types that differ between the databases. */
export interface ColumnTypes {
  readonly blob: ColumnDataType | Expression<unknown>
}

/** What differs between SQLite and PostgreSQL; the rest of the server does not know which it has. */
export interface OpenDatabase {
  readonly db: Db
  readonly columnTypes: ColumnTypes
  /** For messages to a person. */
  readonly describe: string
  isUniqueViolation(error: unknown): boolean
  isCorrupt(error: unknown): boolean
  checkIntegrity(): void
}

/**
 * Opens the database that `url` names and brings its tables up to date.
 *
 * @param url `sqlite:FILE` or `sqlite::memory:`
 * @throws {StartError} the file is damaged, not a database, or written by a newer Amulet; it is left untouched
 */
export async function openDatabase(url: string): Promise<OpenDatabase> {
  const database = connect(url)
  try {
    database.checkIntegrity()
    await migrate(database)
    return database
  } catch (error) {
    await database.db.destroy()
    if (database.isCorrupt(error))
      throw new StartError(
        `The database ${database.describe} is damaged. It was left as it is. Restore it from a backup, or name another file with --database sqlite:FILE.`,
        { cause: error },
      )
    throw error
  }
}

function connect(url: string): OpenDatabase {
  if (url.startsWith('sqlite:')) return openSqlite(url.slice('sqlite:'.length))
  throw new StartError(
    `The database "${url}" is of a kind this version does not know. Use sqlite:FILE or sqlite::memory:.`,
  )
}

async function migrate({ db, columnTypes, describe }: OpenDatabase): Promise<void> {
  const migrations = {
    '0001-users-and-tokens': usersAndTokens(columnTypes),
  }
  const known = Object.keys(migrations)
  const applied = await appliedMigrations(db)
  const newer = applied.filter((name) => !known.includes(name))
  if (newer.length > 0)
    throw new StartError(
      `The database ${describe} was written by a newer version of Amulet (it has ${newer.join(', ')}). It was left as it is. Update Amulet, or name another database.`,
    )
  // Most starts find nothing to do; they need not pay for the migrator's locks and introspection.
  if (applied.length === known.length) return
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } })
  const { error } = await migrator.migrateToLatest()
  if (error) throw error
}

async function appliedMigrations(db: Db): Promise<string[]> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true })
  if (!tables.some(({ name }) => name === 'kysely_migration')) {
    if (tables.length > 0)
      throw new StartError(
        'The database has tables, but not those of Amulet. It was left as it is. Name another database.',
      )
    return []
  }
  const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(db)
  return rows.map(({ name }) => name)
}
