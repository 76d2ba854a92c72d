import { EventEmitter, once } from 'node:events'
import { type CompiledQuery, type DatabaseConnection, DefaultQueryExecutor } from 'kysely'
import { onTestFinished, vi } from 'vitest'

type Use = (connection: DatabaseConnection) => Promise<unknown>

/**
 * Holds up the next statement that begins like this, before it is sent to the database or with what it found: what two
 * requests do in between each other is then the test's decision.
 *
 * @returns `held` settles when there is such a statement, which goes on after `release`
 */
export function holdStatement(
  beginning: RegExp,
  when: 'before it is sent' | 'once it is answered' = 'before it is sent',
): { held: Promise<unknown>; release(): void } {
  // Prepared statements go this way as well. Nothing has a connection while it is held, or SQLite would have none left.
  const provide: (use: Use) => Promise<unknown> = DefaultQueryExecutor.prototype.provideConnection
  const events = new EventEmitter()
  const held = once(events, 'held')
  const released = once(events, 'release')
  const spy = vi.spyOn(DefaultQueryExecutor.prototype, 'provideConnection')
  onTestFinished(() => spy.mockRestore())
  // Of the same type, but for a parameter of it.
  spy.mockImplementation(async function (this: DefaultQueryExecutor, use: Use) {
    if (!beginning.test(firstStatement(use))) return await provide.call(this, use)
    spy.mockRestore()
    const answer = when === 'once it is answered' && (await provide.call(this, use))
    events.emit('held')
    await released
    return answer || (await provide.call(this, use))
  } as typeof DefaultQueryExecutor.prototype.provideConnection)
  return { held, release: () => events.emit('release') }
}

/** What is sent first by what uses a connection, told by one that never answers. */
function firstStatement(use: Use): string {
  let sql = ''
  const connection = {
    executeQuery(query: CompiledQuery) {
      sql ||= query.sql
      return new Promise(() => {})
    },
  }
  // What else a connection has is asked for by what begins a transaction, which is none of these statements.
  use(connection as unknown as DatabaseConnection).catch(() => {})
  return sql
}
