import { EventEmitter, once } from 'node:events'
import { DefaultQueryExecutor } from 'kysely'
import { onTestFinished, vi } from 'vitest'

/**
 * Holds up the next statement that begins like this, before it is sent to the database: what two requests do in between
 * each other is then the test's decision.
 *
 * @returns `held` settles when there is such a statement, which goes on after `release`
 */
export function holdStatement(beginning: RegExp): { held: Promise<unknown>; release(): void } {
  const execute = DefaultQueryExecutor.prototype.executeQuery
  const events = new EventEmitter()
  const held = once(events, 'held')
  const released = once(events, 'release')
  const spy = vi.spyOn(DefaultQueryExecutor.prototype, 'executeQuery')
  onTestFinished(() => spy.mockRestore())
  spy.mockImplementation(async function (this: DefaultQueryExecutor, query) {
    if (beginning.test(query.sql)) {
      spy.mockRestore()
      events.emit('held')
      await released
    }
    return await execute.call(this, query)
  })
  return { held, release: () => events.emit('release') }
}
