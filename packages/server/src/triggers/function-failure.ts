import type { Invocation } from '../functions.js'
import { functionName } from './function-name.js'

/** What the log says of a function that failed: which trigger, which function, and where its code threw. */
export class FunctionFailure extends Error {
  override readonly name = 'FunctionFailure'

  constructor(trigger: string, arn: string, what: string, cause?: unknown) {
    super(`The function ${functionName(arn)} of ${trigger} ${what}`, cause === undefined ? {} : { cause })
    // The stack of this error is the server's own; that of the function is with the cause.
    this.stack = `${this.name}: ${this.message}`
  }
}

/** A failed run in words. */
export function describeFailure(invocation: Exclude<Invocation, { readonly is: 'returned' }>): string {
  switch (invocation.is) {
    case 'timed out':
      return 'did not answer in time.'
    case 'failed':
      return invocation.error === 'ResourceNotFoundException'
        ? 'could not be run: nothing has a function of this name (ResourceNotFoundException).'
        : `could not be run: ${invocation.error}.`
    case 'threw': {
      const place = placeOf(invocation.cause)
      return place === undefined ? `threw: ${invocation.text}` : `threw at ${place}.`
    }
  }
}

/** Characters of a line that can name a place. What a function threw may repeat what a user typed, however long. */
const MAX_LINE = 4096
const PLACE = /^\s+at (?:.*\()?((?:file:\/\/)?[^\s()][^()]*:\d+:\d+)\)?$/

/** File, line and column of the throw: of the first line of the stack that is neither of Node.js nor of a library. */
function placeOf(error: unknown): string | undefined {
  const places = stackOf(error)
    .split('\n')
    .flatMap((line) => (line.length > MAX_LINE ? [] : (PLACE.exec(line)?.[1] ?? [])))
    .filter((place) => !place.startsWith('node:'))
  return places.find((place) => !place.includes('/node_modules/')) ?? places[0]
}

/**
 * The stack without the message that it begins with, which may repeat a user's text. Both are the function's to write:
 * they may be no text, or throw.
 */
function stackOf(error: unknown): string {
  try {
    if (!(error instanceof Error) || typeof error.stack !== 'string') return ''
    const { stack, message } = error
    return stack.slice(Math.max(0, stack.indexOf(message)) + message.length)
  } catch {
    return ''
  }
}
