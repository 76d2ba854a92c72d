import type { ColumnDataType, Expression } from 'kysely'
import type { StartError } from '../start-error.js'
import type { Db, Transaction } from './schema.js'
import type { Space } from './space.js'

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
  /** Where the tables are; SQLite has one place only. */
  readonly schema: string | undefined
  isUniqueViolation(error: unknown): boolean
  /** Whether a row was to belong to one that is not there. */
  isReferenceViolation(error: unknown): boolean
  readonly space: Space
  /** The sentence for a database that cannot be used, or `undefined` when the error is about something else. */
  explain(error: unknown): StartError | undefined
  /** The names of the tables there are. */
  tables(): Promise<string[]>
  /**
   * A database in memory with all that is in this one.
   *
   * @throws {StartError} databases of this kind cannot be copied
   */
  copy(): Promise<OpenDatabase>
  /** Waits until no other server is in a transaction that has called this, and holds the others up until it ends. */
  takeTurn(tx: Transaction): Promise<void>
}
