import {
  type AuthContext,
  type AuthContextOptions,
  type AuthHubEventData,
  confirmSignUp,
  createAuthContext,
  createMemoryStorage,
  type ResourcesConfig,
  signIn,
  signUp,
} from '@amulet/auth'
import { type AmuletServer, createServer } from '@amulet/server'
import { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider'
import { onTestFinished } from 'vitest'
import { keyPairOfTests } from '../../server/test/key-pair.js'
import { realWork } from './virtual-time.js'

export const PASSWORD = 'Correct-Horse-1'

type Forward = () => Promise<Response>

/** What the network does to one request: answer in the server's place, before or after it, or drop it. */
export type Fault = (forward: Forward, request: Request) => Promise<Response>

export interface SentRequest {
  operation: string
  // Bodies are looked at member by member, as the test expects them.
  body: Record<string, unknown>
  headers: Headers
  url: string
}

/** The way to the server, with a log of what was sent, and faults to happen to the next requests. */
export function network(server: AmuletServer) {
  const sent: SentRequest[] = []
  const faults: Fault[] = []
  const fetch = async (request: Request): Promise<Response> => {
    sent.push({
      operation: (request.headers.get('x-amz-target') ?? '').replace(
        /^AWSCognitoIdentity(Provider)?Service\./,
        '',
      ),
      body: (await request.clone().json()) as Record<string, unknown>,
      headers: request.headers,
      url: request.url,
    })
    const forward = () => realWork(server.fetch(request))
    const fault = faults.shift()
    return fault ? fault(forward, request) : forward()
  }
  return { sent, faults, fetch, operations: () => sent.map(({ operation }) => operation) }
}

export interface Started {
  server: AmuletServer
  context: AuthContext
  config: ResourcesConfig & { Auth: object }
  userPoolClientId: string
  net: ReturnType<typeof network>
  /** Events of `context` on the `auth` channel so far. */
  events: AuthHubEventData[]
  /** Another context on the same user pool; its own storage unless one is given. */
  anotherContext(options?: AuthContextOptions): AuthContext
}

/** A server of its own for one test, and a context whose network is that server. */
export async function start(options: AuthContextOptions = {}): Promise<Started> {
  const server = createServer({ database: 'sqlite::memory:', generateKeyPair: keyPairOfTests })
  onTestFinished(() => server.close())
  const { userPoolId, userPoolClientId } = await server.ready
  const config = { Auth: { Cognito: { userPoolId, userPoolClientId } } }
  const net = network(server)
  const anotherContext = (more: AuthContextOptions = {}) =>
    createAuthContext(config, {
      storage: createMemoryStorage(),
      fetch: net.fetch,
      clock: server.clock.now,
      ...more,
    })
  const context = anotherContext(options)
  const events: AuthHubEventData[] = []
  context.hub.listen('auth', ({ payload }) => events.push(payload))
  return { server, context, config, userPoolClientId, net, events, anotherContext }
}

/** Signs up a user and confirms the address. */
export async function confirmedUser(
  { server, context }: Started,
  username = 'ada@example.com',
): Promise<string> {
  await signUp(context, { username, password: PASSWORD })
  await confirmSignUp(context, { username, confirmationCode: server.inbox.last(username)?.code ?? '' })
  return username
}

/** Signs up a user, confirms the address, and signs in. */
export async function signedInUser(started: Started, username?: string): Promise<string> {
  const confirmed = await confirmedUser(started, username)
  await signIn(started.context, { username: confirmed, password: PASSWORD })
  started.net.sent.length = 0
  started.events.length = 0
  return confirmed
}

/** The AWS SDK as the administrator's tool. */
export async function administrator({ server }: Started): Promise<CognitoIdentityProvider> {
  const { url } = await server.listen()
  const admin = new CognitoIdentityProvider({
    endpoint: url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'anybody', secretAccessKey: 'anything' },
  })
  onTestFinished(() => admin.destroy())
  return admin
}

/** The configuration of another client, whose tokens do not name their sign-in. */
export async function withoutRevocation(started: Started) {
  const admin = await administrator(started)
  // What `start` configures.
  const { Cognito } = started.config.Auth as { Cognito: { userPoolId: string } }
  const { UserPoolClient } = await admin.createUserPoolClient({
    UserPoolId: Cognito.userPoolId,
    ClientName: 'without revocation',
    EnableTokenRevocation: false,
    ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
  })
  return { Auth: { Cognito: { ...Cognito, userPoolClientId: UserPoolClient?.ClientId ?? '' } } }
}

/** The last code sent to an address. */
export const lastCode = ({ server }: Started, to: string): string => server.inbox.last(to)?.code ?? ''

/** A code that is not this one. */
export const anotherCode = (code: string): string => (code === '000000' ? '111111' : '000000')

export const json =
  (status: number, body: object, headers?: Record<string, string>): Fault =>
  () =>
    Promise.resolve(new Response(JSON.stringify(body), { status, headers: headers ?? {} }))

/** The request never arrives. */
export const offline: Fault = () => Promise.reject(new TypeError('fetch failed'))

/** The request arrives, the answer does not. */
export const answerLost: Fault = async (forward) => {
  await forward()
  throw new TypeError('terminated')
}

/** A proxy answers with a page of its own. */
export const htmlPage: Fault = () =>
  Promise.resolve(
    new Response('<html>Service Unavailable</html>', {
      status: 503,
      headers: { 'content-type': 'text/html' },
    }),
  )

export const tooMany: Fault = json(400, { __type: 'TooManyRequestsException', message: 'Too many requests' })

/** Nothing ever comes back. */
export const blackHole: Fault = () => new Promise(() => {})
