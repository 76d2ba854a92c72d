// Where the SDK is not installed, there are no types of it, and operations of any name are taken. A comment of another kind would
// not be in the declarations.
// biome-ignore lint/suspicious/noTsIgnore: here it is installed, and there would be nothing to expect
/** @ts-ignore */
import type { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider'
import { type DevelopmentServer, send } from './development-server.js'

/** What the SDK overloads each operation with: a promise, and two kinds of callback. */
interface Overloaded<Input, Output> {
  (input: Input, options?: never): Promise<Output>
  (input: Input, callback: never): void
  (input: Input, options: never, callback: never): void
}

/** The pool need not be named. */
type InputOf<Input> = Input extends { UserPoolId: string | undefined }
  ? Omit<Input, 'UserPoolId'> & { UserPoolId?: string }
  : Input

type CallOf<Method> =
  Method extends Overloaded<infer Input, infer Output>
    ? (
        ...input: Record<never, never> extends InputOf<Input>
          ? [input?: InputOf<Input>]
          : [input: InputOf<Input>]
      ) => Promise<Omit<Output, '$metadata'>>
    : never

type IsAny<T> = 0 extends 1 & T ? true : false

/** Operations of user pools as the AWS SDK names and types them: `adminCreateUser`, `listUsers`, … */
export type Admin =
  IsAny<CognitoIdentityProvider> extends true
    ? Record<string, (input?: object) => Promise<Record<string, unknown>>>
    : {
        readonly [Name in Exclude<
          keyof CognitoIdentityProvider,
          'config' | 'destroy' | 'middlewareStack' | 'send'
        >]: CallOf<CognitoIdentityProvider[Name]>
      }

/**
 * Calls operations of administrators, without a port, credentials, or the AWS SDK: its types alone are used, where
 * `@aws-sdk/client-cognito-identity-provider` is installed. An input without a `UserPoolId` is about the pool that the
 * server has from the start.
 *
 * A refusal is an `Error` with the `name` of the exception, as it is from the SDK.
 *
 * @example
 * ```ts
 * import { createServer } from '@amulet/server'
 * import { createAdmin } from '@amulet/server/testing'
 *
 * const server = createServer()
 * const admin = createAdmin(server)
 * await admin.adminCreateUser({ Username: 'ada@example.com', MessageAction: 'SUPPRESS' })
 * const { Users } = await admin.listUsers()
 * console.log(Users)
 * ```
 *
 * @param options.userPoolId Default: the pool that the server has from the start.
 */
export function createAdmin(
  server: DevelopmentServer,
  options: { readonly userPoolId?: string } = {},
): Admin {
  let poolOfServer: Promise<string> | undefined
  const userPoolId = async () => {
    if (options.userPoolId !== undefined) return options.userPoolId
    poolOfServer ??= firstPool(server)
    return await poolOfServer
  }
  const operations = new Map<string, (input?: object) => Promise<object>>()
  const handler: ProxyHandler<Record<string, unknown>> = {
    get(_, name) {
      // What is awaited is asked for it.
      if (typeof name === 'symbol' || name === 'then') return undefined
      let operation = operations.get(name)
      if (!operation) {
        const onWire = name.charAt(0).toUpperCase() + name.slice(1)
        operation = async (input = {}) => call(server, onWire, { UserPoolId: await userPoolId(), ...input })
        operations.set(name, operation)
      }
      return operation
    },
  }
  // A function for each name there may be; the server says which there are.
  return new Proxy({}, handler) as Admin
}

async function firstPool(server: DevelopmentServer): Promise<string> {
  const response = await send(server, '/')
  if (!response.ok) throw new Error('The server is not one for development.')
  // What such a server answers there.
  return ((await response.json()) as { userPoolId: string }).userPoolId
}

async function call(server: DevelopmentServer, operation: string, input: object): Promise<object> {
  const headers = {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': `AWSCognitoIdentityProviderService.${operation}`,
  }
  const response = await send(server, '/', { headers, body: input })
  const text = await response.text()
  // The protocol's answers are objects.
  const output = JSON.parse(text || '{}', datesOf) as { __type?: string; message?: string }
  if (response.ok) return output
  const error = new Error(output.message ?? '')
  error.name = output.__type ?? 'UnknownError'
  throw error
}

/** Times are seconds on the wire, and the SDK's are `Date`s. */
const datesOf = (name: string, value: unknown): unknown =>
  typeof value === 'number' && /(Date|^CreatedAt)$/.test(name) ? new Date(value * 1000) : value
