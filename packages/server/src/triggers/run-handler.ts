import { randomUUID } from 'node:crypto'
import type { FunctionContext, FunctionHandler, Invocation } from '../functions.js'
import { functionName } from './function-name.js'

/** Milliseconds that a run may take. */
export const RUN_TIME = 5000

/**
 * Runs a handler in this thread. It may return a promise, call its callback, or call `context.done`, `succeed` or `fail`;
 * what comes first counts. This promise settles when the handler says so, which may be never.
 *
 * @param event JSON
 */
export function runHandler(handler: FunctionHandler, arn: string, event: string): Promise<Invocation> {
  return new Promise((resolve) => {
    const returned = (result: unknown) => resolve({ is: 'returned', json: toJson(result) })
    const threw = (error: unknown) => resolve({ is: 'threw', text: textOf(error), cause: error })
    const done = (error?: unknown, result?: unknown) =>
      error === undefined || error === null ? returned(result) : threw(error)
    const deadline = performance.now() + RUN_TIME
    const name = functionName(arn)
    const context: FunctionContext = {
      functionName: name,
      functionVersion: '$LATEST',
      invokedFunctionArn: arn,
      awsRequestId: randomUUID(),
      memoryLimitInMB: '128',
      logGroupName: `/aws/lambda/${name}`,
      logStreamName: 'amulet',
      callbackWaitsForEmptyEventLoop: true,
      getRemainingTimeInMillis: () => Math.max(0, Math.round(deadline - performance.now())),
      done,
      fail: threw,
      succeed: returned,
    }
    try {
      // Written by this server.
      const result = handler(JSON.parse(event), context, done)
      if (isThenable(result)) Promise.resolve(result).then(returned, threw)
      // A handler that takes the event alone has no other way to answer. AWS Lambda drops what it returned.
      else if (handler.length === 1) returned(undefined)
    } catch (error) {
      threw(error)
    }
  })
}

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'

/** Empty for a value that JSON cannot say: a cycle, a BigInt, a getter that throws. */
function toJson(value: unknown): string {
  try {
    // `undefined` for a function or a symbol.
    return JSON.stringify(value ?? null) ?? ''
  } catch {
    return ''
  }
}

/** Characters of an error's text that a caller is told. */
const MAX_TEXT = 4096

/** What AWS Lambda makes of something thrown. */
function textOf(error: unknown): string {
  try {
    if (error !== undefined && error !== null)
      return String(error instanceof Error ? error.message : error).slice(0, MAX_TEXT)
  } catch {}
  return NO_TEXT
}

const NO_TEXT =
  'callback called with Error argument, but there was a problem while retrieving one or more of its message, name, and stack'
