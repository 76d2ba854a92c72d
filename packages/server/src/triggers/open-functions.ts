import { setTimeout } from 'node:timers/promises'
import type { FunctionHandler, Functions, Invocation } from '../functions.js'
import { functionName } from './function-name.js'
import { RUN_TIME, runHandler } from './run-handler.js'

/** Where the functions of triggers are. */
export interface FunctionOptions {
  /** Run in the thread of the server. */
  readonly functions?: Readonly<Record<string, FunctionHandler>> | undefined
}

export function openFunctions({ functions = {} }: FunctionOptions): Functions {
  const handlers = new Map(Object.entries(functions))
  return {
    canInvoke: (arn) => handlers.has(functionName(arn)),
    async invoke(arn, event) {
      const handler = handlers.get(functionName(arn))
      if (!handler) return { is: 'failed', error: 'ResourceNotFoundException', mayRetry: false }
      return await inTime(runHandler(handler, arn, event))
    },
  }
}

/** A handler cannot be stopped in the thread of the server: its answer is no longer waited for. */
async function inTime(run: Promise<Invocation>): Promise<Invocation> {
  const answered = new AbortController()
  try {
    return await Promise.race([
      run,
      setTimeout(RUN_TIME, { is: 'timed out' } as const, { signal: answered.signal }),
    ])
  } finally {
    answered.abort()
  }
}
