import { type DatabaseConnection, DefaultQueryExecutor } from 'kysely'
import { onTestFinished, vi } from 'vitest'

/**
 * Has statements that begin like this fail, as those of a database that is out of reach do.
 *
 * @returns ends that, which the end of the test does as well
 */
export function failStatement(beginning: RegExp): () => void {
  const provide = DefaultQueryExecutor.prototype.provideConnection
  const spy = vi.spyOn(DefaultQueryExecutor.prototype, 'provideConnection')
  spy.mockImplementation(async function <T>(
    this: DefaultQueryExecutor,
    use: (connection: DatabaseConnection) => Promise<T>,
  ): Promise<T> {
    return await provide.call<typeof this, [typeof use], Promise<T>>(this, (connection) =>
      use({
        async executeQuery(query) {
          if (beginning.test(query.sql)) throw new Error('The database is out of reach.')
          return await connection.executeQuery(query)
        },
        streamQuery: (query, size) => connection.streamQuery(query, size),
      }),
    )
  })
  const end = () => spy.mockRestore()
  onTestFinished(end)
  return end
}
