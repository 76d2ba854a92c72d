import type { CompiledQuery, DatabaseConnection } from 'kysely'

/** Whether the database has room for what is written. */
export interface Space {
  /** Whether a write has failed for want of room, and no write has been seen to succeed since. */
  ranOut: boolean
  /**
   * Looks at each statement of a new connection that fails. Kysely would tell it of those too, but then it measures and
   * reports each statement that succeeds.
   */
  readonly watch: (connection: DatabaseConnection) => void
}

export function createSpace(isOutOfSpace: (error: unknown) => boolean): Space {
  const space: Space = {
    ranOut: false,
    watch(connection) {
      const executeQuery = connection.executeQuery.bind(connection)
      const note = (error: unknown): never => {
        if (isOutOfSpace(error)) space.ranOut = true
        throw error
      }
      connection.executeQuery = <R>(query: CompiledQuery) => {
        try {
          // SQLite fails at once, PostgreSQL later.
          return executeQuery<R>(query).catch(note)
        } catch (error) {
          return note(error)
        }
      }
    },
  }
  return space
}
