import { NO_AUDIT } from '../audit.js'
import type { RequestInfo, ServerContext } from '../context.js'
import { attributeRecord } from '../users/attributes.js'
import { parse } from '../wire/parse.js'
import type { Parsed, StructureShape } from '../wire/shape.js'
import { type CallOf, type ExtraOf, type InputShapeOf, KINDS, type Kind, type Resolve } from './kinds.js'

/** One wire operation: data in, data out. Authentication of admins, errors and HTTP happen around it. */
export interface Operation {
  /** As the wire has it. */
  readonly name: string
  /** `client`: no signature is asked for; the input may hold an access token. `admin`: AWS credentials (SigV4). */
  readonly caller: 'client' | 'admin'
  readonly input: StructureShape
  /** Bytes of a request, where they may be more or fewer than for other operations. */
  readonly maxBody?: number | undefined
  /**
   * Returns the output, or nothing for an operation whose answer has no body. Nothing runs on input that breaks the shape.
   *
   * @param hasCredentials whether AWS credentials were verified
   */
  call(
    context: ServerContext,
    input: unknown,
    request: RequestInfo,
    hasCredentials: boolean,
  ): Promise<object | undefined>
}

/** Defines an operation by its kind, which looks up what the input names before `run` is called. */
export function operation<const K extends Kind, const Input extends InputShapeOf<K>>(
  definition: {
    readonly name: string
    readonly kind: K
    readonly input: Input
    readonly maxBody?: number
    run(call: CallOf<K>, input: Parsed<Input>): Promise<object | undefined>
  } & ExtraOf<K>,
): Operation {
  const { name, kind, input: shape, maxBody } = definition
  const { caller } = KINDS[kind]
  // The constraint on `Input` says that its parsed form has what this kind reads.
  const resolve = KINDS[kind].resolve as Resolve<Parsed<Input>, ExtraOf<K>, CallOf<K>>
  return {
    name,
    caller,
    input: shape,
    maxBody,
    async call(context, given, request, hasCredentials) {
      const input = parse(shape, given)
      const { metadata, validationData } = sentAlong(input)
      const { requestId, clientAddress, userAgent, explain, about, audit } = request
      if (caller === 'admin' && audit !== NO_AUDIT) audit.note({ names: namesIn(input) })
      const received = {
        context,
        requestId,
        clientAddress,
        userAgent,
        explain,
        about,
        audit,
        operation: name,
        hasCredentials,
        metadata,
        validationData,
      }
      return await definition.run(await resolve(received, input, definition), input)
    },
  }
}

/** Members whose values administrators have given to things, or the server has. None is a person's name or a secret. */
const NAMES = [
  'ClientId',
  'ClientName',
  'ClientSecretId',
  'DeveloperProviderName',
  'DeviceKey',
  'Domain',
  'GroupName',
  'Identifier',
  'IdentityId',
  'IdentityPoolId',
  'IdentityPoolName',
  'ManagedLoginBrandingId',
  'PoolName',
  'ProviderName',
  'ResourceArn',
  'SessionId',
  'TermsId',
  'TermsName',
  'UserPoolId',
]

/** What the input of an administrator names, for the audit. */
function namesIn(input: object): Record<string, string> | undefined {
  const named = Object.entries(input).filter(
    // Each has passed the shape of its member.
    (entry): entry is [string, string] => NAMES.includes(entry[0]) && typeof entry[1] === 'string',
  )
  return named.length === 0 ? undefined : Object.fromEntries(named)
}

/** What an application sends along for its own functions, where the input has it. */
function sentAlong(input: object) {
  // Both shapes are the same wherever they are a member: `shared-members.ts`.
  const { ClientMetadata = {}, ValidationData } = input as {
    ClientMetadata?: Record<string, string>
    ValidationData?: { Name: string; Value?: string }[]
  }
  return { metadata: ClientMetadata, validationData: attributeRecord(ValidationData) }
}
