import type { RequestInfo, ServerContext } from '../context.js'
import type { UserPool } from '../pools/user-pool.js'
import { type AppClient, hidesUserExistence } from './app-client.js'

/** A request about a user pool, as the rules see it: who sent it, to which pool, and what travels along. */
export interface PoolCall extends RequestInfo {
  readonly context: ServerContext
  readonly pool: UserPool
  /** The public API, an administrator with AWS credentials, or a page of this server. */
  readonly by: 'client' | 'admin' | 'page'
  /** What the log calls the request. */
  readonly operation: string
  /** `ClientMetadata` of the request. */
  readonly metadata: Readonly<Record<string, string>>
  /** `ValidationData` of a sign-up. */
  readonly validationData: Readonly<Record<string, string>>
  /**
   * What limits per address are counted by. `undefined` for a request that proves where it comes from, by a valid
   * SecretHash or by AWS credentials: an application's own server, which speaks for many users.
   */
  readonly limitedAddress: string | undefined
}

/** The same, through an app client. */
export interface Call extends PoolCall {
  readonly client: AppClient
}

/**
 * Whether an unknown user is answered like a known one: for the public API of a client that has
 * `PreventUserExistenceErrors` ENABLED. The API's default is LEGACY. Administrators are told what there is.
 */
export const hidesExistence = ({ by, client }: Pick<Call, 'by' | 'client'>): boolean =>
  by !== 'admin' && hidesUserExistence(client)
