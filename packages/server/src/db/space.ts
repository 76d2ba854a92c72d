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
      connection.executeQuery = async <R>(query: CompiledQuery) => {
        try {
          return await executeQuery<R>(query)
        } catch (error) {
          if (isOutOfSpace(error)) space.ranOut = true
          throw error
        }
      }
    },
  }
  return space
}
