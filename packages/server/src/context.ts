import type { AssumeRole } from './assume-role.js'
import type { RequestAudit } from './audit.js'
import type { Clock } from './clock.js'
import type { GenerateKeyPair } from './crypto/key-pair.js'
import type { RootKey } from './crypto/root-key.js'
import type { OpenDatabase } from './db/open-database.js'
import type { Db } from './db/schema.js'
import type { Functions } from './functions.js'
import type { IamProvider } from './iam-provider.js'
import type { Deliver, MessageLimits } from './message.js'

/** What the operations live on. Time, randomness and delivery come from here and from nowhere else. */
export interface ServerContext {
  readonly db: Db
  readonly isUniqueViolation: OpenDatabase['isUniqueViolation']
  readonly isReferenceViolation: OpenDatabase['isReferenceViolation']
  readonly space: OpenDatabase['space']
  readonly clock: Clock
  readonly randomBytes: (size: number) => Buffer
  readonly rootKey: RootKey
  readonly generateKeyPair: GenerateKeyPair
  readonly deliver: Deliver
  /** Never called in a transaction: a function may call this server. */
  readonly functions: Functions
  /**
   * Goes on with work whose outcome the answer must not tell. Closing the server waits for it; that it failed is logged,
   * as of the request that it came of.
   *
   * @param request `about`: the id of the user
   */
  later(
    work: Promise<void>,
    request: { readonly requestId: string; readonly operation: string; readonly about?: string },
  ): void
  /** Whether the sessions of a user go on when the password is replaced or reset. */
  readonly keepSessionsOnPasswordChange: boolean
  /** Milliseconds after which guests of identity pools who have not come back are removed; `undefined` for never. */
  readonly guestLifetime: number | undefined
  /** How many messages one destination gets and one client address asks for. */
  readonly messageLimits: MessageLimits
  /**
   * In `dev`, what stands in for social providers: answers requests to their endpoints, which then are no others than this
   * server's own. In `serve` there is none.
   */
  readonly standIn: ((request: Request) => Promise<Response>) | undefined
  /** What AWS IAM would know of providers that identity pools name, by ARN. */
  readonly iamProviders: Readonly<Record<string, IamProvider>>
  /** Gets AWS credentials for identities; `undefined` where there is nothing to get them from. */
  readonly assumeRole: AssumeRole | undefined
  /**
   * Told of a setting that only AWS can follow, and what does not happen without AWS. In `dev` it is taken, with a warning.
   *
   * @throws InvalidParameterException in `serve`
   */
  onlyAtAws(member: string, missing: string): void
  /** First part of the ids of new user pools. */
  readonly region: string
  /** Account number in ARNs. */
  readonly accountId: string
  /** The issuer of a pool's tokens. */
  issuer(userPoolId: string): string
  /** What comes after the prefix and a dot in the host of a pool's domain; without it, prefixes have no hosts. */
  readonly domainSuffix: string | undefined
  /** Where clients reach the server: the pool's `.well-known` documents are below it. */
  baseUrl(): string
}

/** What is known of the request an operation runs for. */
export interface RequestInfo {
  /** Also in the response header `x-amzn-RequestId`. */
  readonly requestId: string
  /** Where the request came from, if it came over a network. */
  readonly clientAddress: string | undefined
  /** The `User-Agent` header: untrusted, of any length. */
  readonly userAgent: string | undefined
  /**
   * Tells a developer the reason of an answer that hides it, such as a refusal that looks the same for unknown users. In
   * `serve` it is dropped.
   */
  explain(reason: string): void
  /**
   * Tells the log and the audit which user the request is about, by the id, or for a name that does not exist by the id
   * that stands in for it. The log has a keyed hash of it.
   *
   * @param isKnown whether there is such a user. Default: `true`
   */
  about(subject: string, isKnown?: boolean): void
  /** What the audit says of the request. */
  readonly audit: RequestAudit
}
