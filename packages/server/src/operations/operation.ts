import type { RequestInfo, ServerContext } from '../context.js'
import * as c from '../wire/constraints.js'
import { parse } from '../wire/parse.js'
import { list, map, type Parsed, required, type Shape, string, structure } from '../wire/shape.js'

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

// Members that many operations share.

export const Attribute = structure({ Name: { required: c.AttributeName }, Value: c.AttributeValue })
export const ClientMetadata = map(c.AnyString)
/** Pinpoint analytics; there is nothing here to analyse with. */
export const AnalyticsMetadata = structure({ AnalyticsEndpointId: string() })
/** Device fingerprint for threat protection, which only the service's Plus tier reads. */
export const UserContextData = structure({ IpAddress: string(), EncodedData: string() })
/** The same, from a server that passes on what it knows of the user's request. */
export const ContextData = structure({
  IpAddress: required(string()),
  ServerName: required(string()),
  ServerPath: required(string()),
  HttpHeaders: required(list(structure({ headerName: string(), headerValue: string() }))),
  EncodedData: string(),
})
