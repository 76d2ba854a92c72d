import { type AppClient, getClientOfPool } from '../clients/app-client.js'
import type { Call, PoolCall } from '../clients/call.js'
import { isClientSecret } from '../clients/client-secret.js'
import { type ClientAndPool, findClientAndPool, getClientAndPool } from '../clients/known-clients.js'
import { verifySecretHash } from '../clients/secret-hash.js'
import type { RequestInfo, ServerContext } from '../context.js'
import { errors, type ServiceError } from '../errors.js'
import { openSetUp, type SetUp } from '../flows/set-up.js'
import { getUserPool, type UserPool } from '../pools/user-pool.js'
import { authorize, type Caller } from '../tokens/access-token.js'
import { attemptSubject } from '../users/subject.js'
import { findUser, type User } from '../users/user.js'
import type { Required, StringShape, StructureShape } from '../wire/shape.js'

/** A request whose input has been parsed, before its kind looks anything up. */
export interface Received extends RequestInfo {
  readonly context: ServerContext
  /** The operation's own name. */
  readonly operation: string
  /** Whether AWS credentials were verified. A server that was given none verifies none. */
  readonly hasCredentials: boolean
  /** `ClientMetadata` of the input. */
  readonly metadata: Readonly<Record<string, string>>
  /** `ValidationData` of the input. */
  readonly validationData: Readonly<Record<string, string>>
}

/** A request about nothing that could be looked up for it. */
interface PlainCall extends RequestInfo {
  readonly context: ServerContext
}

/** How operations that take a client's id and secret refuse, where their words differ. */
interface ClientRefusals {
  readonly clientNotFound: (clientId: string) => ServiceError
  readonly secretMissing: (clientId: string) => ServiceError
  readonly secretWrong: (clientId: string) => ServiceError
}

/** Of an operation that is about nothing that has to be looked up. */
const plainCall = async ({
  context,
  requestId,
  clientAddress,
  userAgent,
  explain,
  about,
  audit,
}: Received): Promise<PlainCall> => ({
  context,
  requestId,
  clientAddress,
  userAgent,
  explain,
  about,
  audit,
})

/**
 * What an operation can be about. Each kind says who may call it (`admin`: callers with AWS credentials, verified by
 * SigV4), and looks up what the request names, in the service's order of checks.
 *
 * The members that a kind reads are the second parameter of its `resolve`, and what an operation has to add to its
 * definition is the third. An operation without them does not compile.
 */
export const KINDS = {
  none: {
    caller: 'admin',
    resolve: plainCall,
  },

  /** As `none`, without AWS credentials. */
  anyone: {
    caller: 'client',
    resolve: plainCall,
  },

  client: {
    caller: 'client',
    async resolve(
      received: Received,
      input:
        | { ClientId: string; SecretHash?: never }
        | { ClientId: string; SecretHash?: string; Username: string },
      { input: shape }: { readonly input: StructureShape },
    ): Promise<Call> {
      const { context } = received
      const found = noted(received, await getClientAndPool(context, input.ClientId))
      // Sign-in has its hash among the parameters of a flow, and checks it there.
      if ('SecretHash' in shape.members && 'Username' in input)
        verifySecretHash(context, found.client, input.SecretHash, [input.Username], errors.secretNotReceived)
      return throughClient(received, found, input.SecretHash !== undefined)
    },
  },

  user: {
    caller: 'client',
    async resolve(received: Received, input: { AccessToken: string }): Promise<Call & Caller> {
      const caller = noted(received, await authorize(received, input.AccessToken))
      return { ...throughClient(received, caller, false), ...caller }
    },
  },

  'user or session': {
    caller: 'client',
    /** By the access token of a user who has signed in, or by the session of one who is setting a factor up for it. */
    async resolve(
      received: Received,
      input: { AccessToken?: string; Session?: string },
    ): Promise<Call & ({ readonly user: User } | { readonly setUp: SetUp })> {
      if (input.AccessToken !== undefined) {
        const caller = noted(received, await authorize(received, input.AccessToken))
        return { ...throughClient(received, caller, false), ...caller }
      }
      if (input.Session === undefined) throw errors.missingParameter('AccessToken')
      const setUp = await openSetUp(received, input.Session)
      received.about(setUp.attempt.who.id)
      const found = noted(received, await getClientAndPool(received.context, setUp.attempt.clientId))
      return { ...throughClient(received, found, false), setUp }
    },
  },

  'refresh token': {
    caller: 'client',
    async resolve(
      received: Received,
      input: { ClientId: string; ClientSecret?: string },
      { refusals }: { readonly refusals: ClientRefusals },
    ): Promise<Call> {
      const { context } = received
      const found = await findClientAndPool(context, input.ClientId)
      if (!found) throw refusals.clientNotFound(input.ClientId)
      const { client } = noted(received, found)
      if (client.secrets.length > 0 && input.ClientSecret === undefined)
        throw refusals.secretMissing(client.id)
      if (!isClientSecret(context, client, input.ClientSecret)) throw refusals.secretWrong(client.id)
      return throughClient(received, found, input.ClientSecret !== undefined)
    },
  },

  pool: {
    caller: 'client',
    async resolve(received: Received, input: { UserPoolId: string }): Promise<PoolCall> {
      const pool = await getUserPool(received.context.db, input.UserPoolId)
      return { ...received, pool, by: 'client', limitedAddress: received.clientAddress }
    },
  },

  admin: {
    caller: 'admin',
    async resolve(received: Received, input: { UserPoolId: string }): Promise<PoolCall> {
      const pool = await getUserPool(received.context.db, input.UserPoolId)
      return byAdmin(received, noted(received, { pool }).pool)
    },
  },

  'admin of a client': {
    caller: 'admin',
    async resolve(received: Received, input: { UserPoolId: string; ClientId: string }): Promise<Call> {
      const found = await getClientOfPool(received.context.db, input.UserPoolId, input.ClientId)
      const { client, pool } = noted(received, found)
      return { ...byAdmin(received, pool), client }
    },
  },

  'admin through a client': {
    caller: 'admin',
    async resolve(received: Received, input: { ClientId: string }): Promise<Call> {
      const { client, pool } = noted(received, await getClientAndPool(received.context, input.ClientId))
      return { ...byAdmin(received, pool), client }
    },
  },

  'admin about a user': {
    caller: 'admin',
    /** The user as found now: a transaction that changes the user reads the row again. */
    async resolve(
      received: Received,
      input: { UserPoolId: string; Username: string },
    ): Promise<PoolCall & { readonly user: User }> {
      const { context } = received
      const pool = await getUserPool(context.db, input.UserPoolId)
      const call = byAdmin(received, noted(received, { pool }).pool)
      const user = await findUser(context.db, call.pool, input.Username)
      attemptSubject(call, user, input.Username)
      if (!user) throw errors.userNotFound()
      return { ...call, user }
    },
  },
} as const

export type Kind = keyof typeof KINDS

/** How a kind turns a request into a call. */
export type Resolve<Input, Extra, Resolved> = (
  received: Received,
  input: Input,
  definition: Extra,
) => Promise<Resolved>

type Part<K extends Kind, Name extends 'input' | 'extra' | 'call'> =
  (typeof KINDS)[K]['resolve'] extends Resolve<infer input, infer extra, infer call>
    ? { input: input; extra: extra; call: call }[Name]
    : never

/** What `run` of an operation is handed. */
export type CallOf<K extends Kind> = Part<K, 'call'>

/** What the definition of an operation has besides the members that all have. */
export type ExtraOf<K extends Kind> = Part<K, 'extra'>

/** The input shapes that a kind can be resolved from. */
export type InputShapeOf<K extends Kind> = StructureShape & { readonly members: MembersOf<Part<K, 'input'>> }

type MembersOf<Input> = Input extends unknown
  ? {
      readonly [Name in keyof Input]: [Input[Name]] extends [undefined]
        ? never
        : Record<never, never> extends Pick<Input, Name>
          ? StringShape
          : Required<StringShape>
    }
  : never

/** Tells the audit where the request belongs, before anything about it can be refused. */
function noted<Found extends { readonly pool: UserPool; readonly client?: AppClient }>(
  { audit }: Received,
  found: Found,
): Found {
  audit.note({ userPoolId: found.pool.id, ...(found.client && { clientId: found.client.id }) })
  return found
}

// Member by member, since it is on the path of every sign-in: to copy an object and then add to it takes V8 many times as
// long.
const throughClient = (
  {
    context,
    requestId,
    clientAddress,
    userAgent,
    explain,
    about,
    audit,
    operation,
    metadata,
    validationData,
  }: Received,
  { client, pool }: ClientAndPool,
  provedSecret: boolean,
): Call => ({
  context,
  requestId,
  clientAddress,
  userAgent,
  explain,
  about,
  audit,
  operation,
  metadata,
  validationData,
  client,
  pool,
  by: 'client',
  limitedAddress: provedSecret ? undefined : clientAddress,
})

const byAdmin = (received: Received, pool: UserPool): PoolCall => ({
  ...received,
  pool,
  by: 'admin',
  limitedAddress: received.hasCredentials ? undefined : received.clientAddress,
})
