import {
  type ColumnDefinitionNode,
  Kysely,
  type MigrationLockOptions,
  PostgresAdapter,
  PostgresDialect,
  PostgresQueryCompiler,
  RawNode,
  sql,
} from 'kysely'
import pg from 'pg'
import { StartError } from '../start-error.js'
import { errorCode, errorMessage } from './error-code.js'
import type { OpenDatabase } from './open-database.js'
import { replaceNul } from './replace-nul.js'
import type { Database } from './schema.js'
import { createSpace } from './space.js'

/** Connections that one server holds at most; PostgreSQL has 100 for all of them unless told otherwise. */
const POOL_SIZE = 10
/** Milliseconds. An answer that takes longer than these is of no use. */
const CONNECT_TIMEOUT = 10_000
const STATEMENT_TIMEOUT = 60_000
const LOCK_TIMEOUT = 10_000
const IDLE_TRANSACTION_TIMEOUT = 60_000
const TURN_TIMEOUT = 60_000

/**
 * Connects to PostgreSQL.
 *
 * @param url `postgres://user:password@host:5432/database`, with the parameters of libpq such as `sslmode`
 * @throws {StartError} it does not answer, refuses, or is not a database that text can be kept in
 */
export async function openPostgres(url: string): Promise<OpenDatabase> {
  const name = withoutPassword(url)
  const pool = new pg.Pool({
    connectionString: url,
    application_name: 'amulet',
    max: POOL_SIZE,
    connectionTimeoutMillis: CONNECT_TIMEOUT,
    statement_timeout: STATEMENT_TIMEOUT,
    lock_timeout: LOCK_TIMEOUT,
    idle_in_transaction_session_timeout: IDLE_TRANSACTION_TIMEOUT,
    keepAlive: true,
    types: { getTypeParser },
  })
  // A connection that breaks is replaced by the pool, and the query it broke rejects. Without these listeners the
  // process would end as well.
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  const space = createSpace((error) => errorCode(error) === '53100')
  const db = new Kysely<Database>({
    dialect: new AmuletPostgresDialect({
      pool,
      async onCreateConnection(connection) {
        replaceNul(connection)
        space.watch(connection)
      },
    }),
  })
  let schema: string
  try {
    schema = await assertUsable(db, name)
  } catch (error) {
    await db.destroy()
    throw cannotUse(name, error)
  }
  return {
    db,
    columnTypes: { blob: 'bytea' },
    describe: name,
    schema,
    isUniqueViolation: (error) => errorCode(error) === '23505',
    isReferenceViolation: (error) => errorCode(error) === '23503',
    space,
    explain: (error) => (error instanceof pg.DatabaseError ? cannotUse(name, error) : undefined),
    async tables() {
      const { rows } = await sql<{ tablename: string }>`
        select tablename from pg_catalog.pg_tables where schemaname = current_schema()`.execute(db)
      return rows.map(({ tablename }) => tablename)
    },
    async copy() {
      throw new StartError('Only databases of SQLite can be copied, and this is one of PostgreSQL.')
    },
    async takeTurn(tx) {
      await sql`select set_config('lock_timeout', ${sql.lit(String(TURN_TIMEOUT))}, true)`.execute(tx)
      await sql`select pg_advisory_xact_lock(hashtextextended('amulet set-up', 0))`.execute(tx)
    },
  }
}

/** 64-bit integers come as text. Ours are milliseconds and counts, far below 2^53. */
const getTypeParser: pg.CustomTypesConfig['getTypeParser'] = (oid, format) =>
  oid === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(oid, format)

/** @returns the schema that the tables are in: the first of the connection's search path */
async function assertUsable(db: Kysely<Database>, name: string): Promise<string> {
  const { rows } = await sql<{ schema: string | null; encoding: string; read_only: string }>`
    select
      current_schema() as schema,
      current_setting('server_encoding') as encoding,
      current_setting('transaction_read_only') as read_only`.execute(db)
  const [row] = rows
  if (!row?.schema)
    throw new StartError(
      `The database ${name} has no schema to keep tables in. Create one, or set another search_path.`,
    )
  if (row.encoding !== 'UTF8')
    throw new StartError(
      `The database ${name} keeps text as ${row.encoding}. Create one with the encoding UTF8.`,
    )
  if (row.read_only === 'on')
    throw new StartError(`The database ${name} can only be read. Name the primary, not a standby.`)
  return row.schema
}

class AmuletPostgresDialect extends PostgresDialect {
  override createAdapter() {
    return new PatientMigrationAdapter()
  }
  override createQueryCompiler() {
    return new BinaryTextCompiler()
  }
}

/** A server that starts while another one migrates waits for as long as that takes. */
class PatientMigrationAdapter extends PostgresAdapter {
  override async acquireMigrationLock(db: Kysely<unknown>, options: MigrationLockOptions): Promise<void> {
    await sql`set statement_timeout = 0`.execute(db)
    await super.acquireMigrationLock(db, options)
  }
  override async releaseMigrationLock(db: Kysely<unknown>, options: MigrationLockOptions): Promise<void> {
    await super.releaseMigrationLock(db, options)
    await sql`reset statement_timeout`.execute(db)
  }
}

/** Text is the same here as in SQLite. */
class BinaryTextCompiler extends PostgresQueryCompiler {
  // Pages and prefix searches compare text by its bytes; the database's own collation may be any language's.
  protected override visitColumnDefinition(node: ColumnDefinitionNode): void {
    const { dataType, frontModifiers = [] } = node
    const isText = dataType.kind === 'DataTypeNode' && 'dataType' in dataType && dataType.dataType === 'text'
    super.visitColumnDefinition(
      isText ? { ...node, frontModifiers: [RawNode.createWithSql('collate "C"'), ...frontModifiers] } : node,
    )
  }
}

function cannotUse(name: string, error: unknown): StartError {
  if (error instanceof StartError) return error
  return new StartError(`The database ${name} cannot be used: ${reason(error)}`, { cause: error })
}

/** SQLSTATE classes and codes: PostgreSQL documentation, appendix A. */
function reason(error: unknown): string {
  const message = messageOf(error)
  switch (errorCode(error)) {
    case '3D000':
      return `${message}. Create it, for example with createdb.`
    case '28000':
    case '28P01':
      return `${message}. Check the user and the password in the URL.`
    case '42501':
      return `${message}. The user must own the database, or be granted CREATE on its schema.`
    case '53300':
      return `${message}. Allow more connections (max_connections), or run fewer servers.`
    default:
      return `${message}. Check that PostgreSQL runs there and that the URL is right.`
  }
}

/** Where a name has several addresses and no address answers, Node tells the reasons in a list. */
function messageOf(error: unknown): string {
  const { errors } = Object(error) as { errors?: unknown }
  if (Array.isArray(errors)) return messageOf(errors[0])
  return errorMessage(error).replace(/\.$/, '') || errorCode(error)
}

/** What a person may see in a message or a log. */
function withoutPassword(url: string): string {
  try {
    const { hostname, port, pathname } = new URL(url)
    return `postgres://${hostname}${port && `:${port}`}${pathname}`
  } catch (cause) {
    throw new StartError('The URL of the database is not one that PostgreSQL understands.', { cause })
  }
}
