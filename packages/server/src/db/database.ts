import { Migrator, sql } from 'kysely'
import { StartError } from '../start-error.js'
import { usersAndTokens } from './migrations/0001-users-and-tokens.js'
import { listUsers } from './migrations/0002-list-users.js'
import { groups } from './migrations/0003-groups.js'
import { clientSecrets } from './migrations/0004-client-secrets.js'
import { passwordHistory } from './migrations/0005-password-history.js'
import { imports } from './migrations/0006-imports.js'
import { srpIdentity } from './migrations/0007-srp-identity.js'
import { earlierRotations } from './migrations/0008-earlier-rotations.js'
import { codes } from './migrations/0009-codes.js'
import { signingKeys } from './migrations/0010-signing-keys.js'
import { foldSearch } from './migrations/0011-fold-search.js'
import { secondFactors } from './migrations/0012-second-factors.js'
import { attemptStates } from './migrations/0013-attempt-states.js'
import { passkeys } from './migrations/0014-passkeys.js'
import { devices } from './migrations/0015-devices.js'
import { oauth } from './migrations/0016-oauth.js'
import { identityPools } from './migrations/0017-identity-pools.js'
import { branding } from './migrations/0018-branding.js'
import { federation } from './migrations/0019-federation.js'
import { sessionTracking } from './migrations/0020-session-tracking.js'
import { saml } from './migrations/0021-saml.js'
import type { OpenDatabase } from './open-database.js'
import { openSqlite, sizeOf } from './sqlite.js'

/**
 * Opens the database that `url` names and brings its tables up to date.
 *
 * @param url `sqlite:FILE`, `sqlite::memory:` or `postgres://…`
 * @param options.makeFolder whether the folder of an SQLite file is made where there is none. In production it is a
 *   mount that is missing, and an empty database in its place would look as if all users were gone.
 * @throws {StartError} it cannot be reached, is damaged, is another program's, or was written by a newer Amulet; it is
 *   left untouched
 */
export async function openDatabase(url: string, { makeFolder = true } = {}): Promise<OpenDatabase> {
  if (isPostgres(url)) {
    // Loaded by who uses it; a start on SQLite does not wait for it.
    const { openPostgres } = await import('./postgres.js')
    const database = await openPostgres(url)
    return await orClose(database, async () => {
      await migrate(database, await assertOurs(database))
      return database
    })
  }
  const file = databaseFile(url)
  const applied = file !== undefined && hasContent(file) ? await inspect(file) : []
  const database = openSqlite(file ?? ':memory:', { makeFolder })
  return await orClose(database, async () => {
    await database.prepareForWriting()
    await migrate(database, applied)
    return database
  })
}

/**
 * Looks at a file through a connection that cannot write: a file that is refused is left as it was.
 *
 * @returns the migrations it has had
 */
async function inspect(file: string): Promise<string[]> {
  const database = openSqlite(file, { readOnly: true })
  return await orClose(database, async () => {
    database.check()
    const applied = await assertOurs(database)
    await database.db.destroy()
    return applied
  })
}

const isPostgres = (url: string): boolean => /^postgres(ql)?:\/\//.test(url)

/** Whether what is written there is still there after a restart. */
export const isKept = (url: string): boolean => url !== 'sqlite::memory:'

/**
 * The file of `sqlite:FILE`; `undefined` for `sqlite::memory:` and for PostgreSQL.
 *
 * @throws {StartError} the URL is of another kind
 */
export function databaseFile(url: string): string | undefined {
  if (!isKept(url) || isPostgres(url)) return undefined
  if (url.startsWith('sqlite:') && url !== 'sqlite:') return url.slice('sqlite:'.length)
  throw new StartError(
    `The database "${url}" is of a kind this version does not know. Use sqlite:FILE, sqlite::memory: or postgres://HOST/DATABASE.`,
  )
}

/**
 * Whether there is something in a database's file.
 *
 * @throws {StartError} it may not be read
 */
export const hasContent = (file: string): boolean => sizeOf(file) > 0

async function orClose<T>(database: OpenDatabase, use: () => Promise<T>): Promise<T> {
  try {
    return await use()
  } catch (error) {
    await database.db.destroy()
    throw database.explain(error) ?? error
  }
}

/** @returns the migrations that the database has had */
async function assertOurs({ db, describe, ...database }: OpenDatabase): Promise<string[]> {
  const tables = await database.tables()
  if (!tables.includes(MIGRATION_TABLE)) {
    if (tables.length > 0)
      throw new StartError(
        `The database ${describe} has tables, but not those of Amulet. It was left as it is. Name another database.`,
      )
    return []
  }
  const { rows } = await sql<{ name: string }>`select name from ${sql.table(MIGRATION_TABLE)}`.execute(db)
  const applied = rows.map(({ name }) => name)
  const newer = applied.filter((name) => !Object.hasOwn(migrations, name))
  if (newer.length > 0)
    throw new StartError(
      `The database ${describe} was written by a newer version of Amulet (it has ${newer.join(', ')}). It was left as it is. Update Amulet, or name another database.`,
    )
  return applied
}

/** What the tables look like, by the name of the last change to them. */
export const schemaVersion = (): string => Object.keys(migrations).at(-1) ?? ''

const MIGRATION_TABLE = 'kysely_migration'
const migrations = {
  '0001-users-and-tokens': usersAndTokens,
  '0002-list-users': listUsers,
  '0003-groups': groups,
  '0004-client-secrets': clientSecrets,
  '0005-password-history': passwordHistory,
  '0006-imports': imports,
  '0007-srp-identity': srpIdentity,
  '0008-earlier-rotations': earlierRotations,
  '0009-codes': codes,
  '0010-signing-keys': signingKeys,
  '0011-fold-search': foldSearch,
  '0012-second-factors': secondFactors,
  '0013-attempt-states': attemptStates,
  '0014-passkeys': passkeys,
  '0015-devices': devices,
  '0016-oauth': oauth,
  '0017-identity-pools': identityPools,
  '0018-branding': branding,
  '0019-federation': federation,
  '0020-session-tracking': sessionTracking,
  '0021-saml': saml,
}

async function migrate({ db, columnTypes, schema }: OpenDatabase, applied: readonly string[]): Promise<void> {
  const entries = Object.entries(migrations)
  // Most starts find nothing to do; they need not pay for the migrator's locks and introspection.
  if (applied.length === entries.length) return
  const migrator = new Migrator({
    db,
    ...(schema !== undefined && { migrationTableSchema: schema }),
    provider: {
      getMigrations: async () => Object.fromEntries(entries.map(([name, make]) => [name, make(columnTypes)])),
    },
  })
  const { error } = await migrator.migrateToLatest()
  if (error) throw error
}
