import { type AuditEvent, NO_AUDIT } from '../audit.js'
import { forgetClients } from '../clients/known-clients.js'
import type { RequestInfo, ServerContext } from '../context.js'
import { errors, ServiceError } from '../errors.js'
import { identityPoolEvents } from '../identity-pools/operations/audit-events.js'
import { identityPoolOperations } from '../identity-pools/operations/index.js'
import { userPoolEvents } from '../operations/audit-events.js'
import { userPoolOperations } from '../operations/index.js'
import type { Operation } from '../operations/operation.js'
import { readBody as readBodyOf } from '../wire/read-body.js'
import type { SignedRequest } from './authentication.js'

/** The AWS JSON 1.1 protocol: `X-Amz-Target` names the operation, the body is its input. */
const CONTENT_TYPE = 'application/x-amz-json-1.1'

interface Service {
  readonly operations: ReadonlyMap<string, Operation>
  /** What the audit calls those that have a line in it. */
  readonly events: ReadonlyMap<string, AuditEvent>
}

const service = (
  operations: readonly Operation[],
  events: Readonly<Record<string, AuditEvent>>,
): Service => ({
  operations: new Map(operations.map((operation) => [operation.name, operation])),
  events: new Map(Object.entries(events)),
})

/** The services by the prefix of their targets. */
const SERVICES: ReadonlyMap<string, Service> = new Map([
  ['AWSCognitoIdentityProviderService', service(userPoolOperations, userPoolEvents)],
  ['AWSCognitoIdentityService', service(identityPoolOperations, identityPoolEvents)],
])

/** Bytes; the service's own limit, where an operation has no other. */
const MAX_BODY = 1_048_576

/** Characters of a message in a header. */
const MAX_HEADER = 1024

/** What was answered to one API request, and what the log should know about it. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
  readonly logged: Logged
}

interface Logged {
  readonly operation: string
  readonly unknownOperation?: string
  /** Name of the exception that was answered. */
  exception?: string
  cause?: unknown
  /** The administrator whose signature the request has. */
  admin?: string
}

/** What stands between a request and its operation. */
export interface Guards {
  /** Resolves when the request is an administrator's; to nothing where no credentials are asked for. */
  authenticateAdmin(request: Request, body: Uint8Array): Promise<SignedRequest | undefined>
  /** Whether the caller may have one more request answered. Default: always. Administrators are not asked. */
  readonly mayCall?: (() => boolean) | undefined
  /** What a test wants an operation to fail with. Default: nothing. */
  readonly faultOf?: ((operation: string) => ServiceError | undefined) | undefined
}

/** Whether there is such an operation, of user pools or of identity pools. */
export const isOperation = (name: string): boolean =>
  [...SERVICES.values()].some(({ operations }) => operations.has(name))

/** Answers one `POST /`. Never rejects: what goes wrong is an answer too. */
export async function answer(
  context: ServerContext,
  request: Request,
  info: RequestInfo,
  guards: Guards,
): Promise<Answer> {
  const target = readTarget(request.headers.get('x-amz-target') ?? '')
  const logged: Logged = target.operation
    ? { operation: target.operation.name }
    : { operation: 'unknown', ...(target.name !== undefined && { unknownOperation: target.name }) }
  try {
    const work = () => run(context, target, request, info, guards, logged)
    return success(await audited(context, target, info, work), logged)
  } catch (error) {
    const service = serviceError(context, error)
    logged.exception = service.name
    if (service.cause !== undefined) logged.cause = service.cause
    return failure(service, logged)
  }
}

/** What changes something or signs a user in has a line in the audit, however it ends. */
async function audited<T>(
  context: ServerContext,
  { event, operation }: Target,
  { audit }: RequestInfo,
  work: () => Promise<T>,
): Promise<T> {
  if (event === undefined || audit === NO_AUDIT) return await work()
  return await audit.run(event, operation.name, async () => {
    try {
      return await work()
    } catch (error) {
      throw serviceError(context, error)
    }
  })
}

function serviceError(context: ServerContext, error: unknown): ServiceError {
  if (error instanceof ServiceError) return error
  // The pool or user was there when the operation looked, and it was deleted before the operation could write.
  if (context.isReferenceViolation(error)) return errors.deletedMeanwhile()
  return new ServiceError('InternalErrorException', 'Something went wrong', { status: 500, cause: error })
}

async function run(
  context: ServerContext,
  target: Target,
  request: Request,
  info: RequestInfo,
  { authenticateAdmin, mayCall, faultOf }: Guards,
  logged: Logged,
): Promise<object | undefined> {
  const { operation } = target
  const forAdmins = operation?.caller === 'admin'
  if (!forAdmins && mayCall?.() === false) throw errors.tooManyRequests()
  const body = await readBody(request, operation?.maxBody ?? MAX_BODY)
  if (!operation) throw errors.unknownOperation(target.name)
  const fault = faultOf?.(operation.name)
  if (fault) throw fault
  if (!forAdmins) return await operation.call(context, parseJson(body), info, false)
  let signed: SignedRequest | undefined
  try {
    signed = await authenticateAdmin(request, body)
    if (signed) {
      logged.admin = signed.accessKeyId
      info.audit.note({ admin: signed.accessKeyId })
    }
  } catch (error) {
    // A caller who turns out to be no administrator is counted like every other.
    if (mayCall?.() === false) throw errors.tooManyRequests()
    throw error
  }
  try {
    return await operation.call(context, parseJson(body), info, signed !== undefined)
  } catch (error) {
    if (serviceError(context, error).status >= 500) signed?.failed()
    throw error
  } finally {
    // Whatever changes pools and clients is an administrator's operation.
    forgetClients(context)
  }
}

/** What `X-Amz-Target` names: an operation, or something that this server does not have. */
type Target =
  | { readonly operation: Operation; readonly event: AuditEvent | undefined }
  | { readonly operation?: undefined; readonly event?: undefined; readonly name: string | undefined }

function readTarget(target: string): Target {
  const dot = target.indexOf('.')
  const service = SERVICES.get(target.slice(0, dot))
  const name = service ? target.slice(dot + 1) : target
  const operation = service?.operations.get(name)
  return operation
    ? { operation, event: service?.events.get(name) }
    : { name: OPERATION_NAME.test(name) ? name : undefined }
}

/**
 * The name of an operation, or of one of another service. An unknown name goes into the answer and the log, so that a
 * developer finds out what the application asks for; any other text is not repeated.
 */
const OPERATION_NAME = /^([A-Za-z]\w{0,63}\.)?[A-Za-z]\w{0,63}$/

/** A client that hangs up in the middle, or is too slow, is no fault of the server and no reason for an alarm. */
async function readBody(request: Request, maxBytes: number): Promise<Uint8Array> {
  try {
    return await readWholeBody(request, maxBytes)
  } catch (error) {
    if (error instanceof ServiceError) throw error
    throw new ServiceError('RequestAbortedException', 'The connection ended before the request did.')
  }
}

/** @throws {ServiceError} it is too long */
async function readWholeBody(request: Request, maxBytes: number): Promise<Uint8Array> {
  const body = await readBodyOf(request, maxBytes)
  if (body) return body
  throw new ServiceError(
    'RequestEntityTooLargeException',
    `The request body is larger than ${maxBytes} bytes.`,
    { status: 413 },
  )
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

function parseJson(body: Uint8Array): unknown {
  if (body.length === 0) return {}
  try {
    return JSON.parse(utf8.decode(body))
  } catch {
    throw new ServiceError('SerializationException', 'The request body is not a JSON object in UTF-8.')
  }
}

const success = (output: object | undefined, logged: Logged): Answer =>
  output === undefined
    ? { status: 200, headers: { 'content-type': CONTENT_TYPE, 'content-length': '0' }, body: null, logged }
    : { status: 200, headers: { 'content-type': CONTENT_TYPE }, body: JSON.stringify(output), logged }

function failure({ name, message, status }: ServiceError, logged: Logged): Answer {
  return {
    status,
    logged,
    headers: {
      'content-type': CONTENT_TYPE,
      'x-amzn-errortype': `${name}:`,
      // A header holds one line of visible ASCII. A message repeats what was wrong, however long; clients and proxies
      // give up on an answer whose head is longer than a few thousand bytes. The body has it all.
      ...(message && {
        'x-amzn-errormessage': message
          .slice(0, MAX_HEADER)
          .replace(/[^\x20-\x7e]+/g, ' ')
          .trim(),
      }),
    },
    body: JSON.stringify(message ? { __type: name, message } : { __type: name }),
  }
}
