import { DefaultQueryExecutor } from 'kysely'
import { onTestFinished, vi } from 'vitest'

/** Counts the statements that all servers of this process send to their databases, but BEGIN and COMMIT. */
export function countStatements(): { during(work: () => Promise<unknown>): Promise<number> } {
  const execute = vi.spyOn(DefaultQueryExecutor.prototype, 'executeQuery')
  onTestFinished(() => execute.mockRestore())
  return {
    async during(work) {
      execute.mockClear()
      await work()
      return execute.mock.calls.length
    },
  }
}
