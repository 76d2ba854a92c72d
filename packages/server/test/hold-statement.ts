import { EventEmitter, once } from 'node:events'
import { DefaultQueryExecutor } from 'kysely'
import { onTestFinished, vi } from 'vitest'

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
  const execute = DefaultQueryExecutor.prototype.executeQuery
  const events = new EventEmitter()
  const held = once(events, 'held')
  const released = once(events, 'release')
  const spy = vi.spyOn(DefaultQueryExecutor.prototype, 'executeQuery')
  onTestFinished(() => spy.mockRestore())
  spy.mockImplementation(async function (this: DefaultQueryExecutor, query) {
    if (!beginning.test(query.sql)) return await execute.call(this, query)
    spy.mockRestore()
    const answer = when === 'once it is answered' && (await execute.call(this, query))
    events.emit('held')
    await released
    return answer || (await execute.call(this, query))
  })
  return { held, release: () => events.emit('release') }
}
