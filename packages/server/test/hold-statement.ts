import { EventEmitter, once } from 'node:events'
import { type DatabaseConnection, DefaultQueryExecutor } from 'kysely'
import { onTestFinished, vi } from 'vitest'

/**
 * Holds up the next statement that begins like this, before it is sent to the database or with what it found: what two
 * requests do in between each other is then the test's decision. No connection is held meanwhile, but for one of a transaction.
 *
 * @returns `held` settles when there is such a statement, which goes on after `release`
 */
export function holdStatement(
  beginning: RegExp,
  when: 'before it is sent' | 'once it is answered' = 'before it is sent',
): { held: Promise<unknown>; release(): void } {
  const events = new EventEmitter()
  const held = once(events, 'held')
  const released = once(events, 'release')
  const hold = async () => {
    events.emit('held')
    await released
  }
  const provide = DefaultQueryExecutor.prototype.provideConnection
  const spy = vi.spyOn(DefaultQueryExecutor.prototype, 'provideConnection')
  onTestFinished(() => spy.mockRestore())
  let isFound = false
  const notYet = new Error('The statement is not sent yet.')
  spy.mockImplementation(async function <T>(
    this: DefaultQueryExecutor,
    use: (connection: DatabaseConnection) => Promise<T>,
  ): Promise<T> {
    let isHere = false
    const watched = (connection: DatabaseConnection): DatabaseConnection => ({
      async executeQuery(query) {
        if (!isFound && beginning.test(query.sql)) {
          isFound = isHere = true
          spy.mockRestore()
          if (when === 'before it is sent') throw notYet
        }
        return await connection.executeQuery(query)
      },
      streamQuery: (query, size) => connection.streamQuery(query, size),
    })
    try {
      const answer = await provide.call<typeof this, [typeof use], Promise<T>>(this, (connection) =>
        use(watched(connection)),
      )
      if (isHere) await hold()
      return answer
    } catch (error) {
      if (error !== notYet || !isHere) throw error
      await hold()
      return await provide.call<typeof this, [typeof use], Promise<T>>(this, use)
    }
  })
  return { held, release: () => events.emit('release') }
}
