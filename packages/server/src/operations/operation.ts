import type { RequestInfo, ServerContext } from '../context.js'
import { parse } from '../wire/parse.js'
import type { Parsed, Shape } from '../wire/shape.js'

/** One wire operation: data in, data out. Authentication of admins, errors and HTTP happen around it. */
export interface Operation {
  /** `client`: anybody may call it, or whoever holds the access token in its input. `admin`: AWS credentials (SigV4). */
  readonly caller: 'client' | 'admin'
  readonly input: Shape
  /** Returns the output, or nothing for an operation whose answer has no body. Nothing runs on input that breaks the shape. */
  call(context: ServerContext, input: unknown, request: RequestInfo): Promise<object | undefined>
}

export function operation<const Input extends Shape>(definition: {
  caller: Operation['caller']
  input: Input
  run(context: ServerContext, input: Parsed<Input>, request: RequestInfo): Promise<object | undefined>
}): Operation {
  const { caller, input, run } = definition
  return { caller, input, call: (context, given, request) => run(context, parse(input, given), request) }
}
