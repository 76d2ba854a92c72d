/**
 * What an auditor reads: one line for each sign-in and each request to change an account or a pool, written once its
 * outcome is decided. Holds no password, code, token, name or address of a user. Described by `docs/audit.schema.json`.
 */
export interface AuditEntry {
  /** The version of this format. */
  readonly audit: 1
  /** ISO 8601, in UTC. */
  readonly time: string
  /** Also in the request log and in the response header `x-amzn-RequestId`. */
  readonly requestId: string
  readonly event: AuditEvent
  /** Name of the API operation, or of what a page or an endpoint of OAuth does, such as `SignIn`. */
  readonly operation: string
  /**
   * `challenge`: a sign-in goes on with another proof. `refused`: nothing was done, unless a PostConfirmation function failed
   * after it. `failed`: something went wrong inside, or a message was not delivered; what was done before stays, and the
   * request log has the cause.
   */
  readonly outcome: 'success' | 'challenge' | 'refused' | 'failed'
  /** Which challenge follows. */
  readonly challenge?: string
  /** Name of the exception or of the OAuth error, of what was refused or failed. */
  readonly exception?: string
  /** The account: its `sub`. */
  readonly user?: string
  /** The name was that of no account. The same for each request with this name; no account ever has it. */
  readonly unknownUser?: string
  readonly userPoolId?: string
  readonly clientId?: string
  readonly identityPoolId?: string
  readonly identityId?: string
  /** The access key id of the administrator whose signature the request has. */
  readonly admin?: string
  /** What else an administrator's request names: a group, a client, a provider, …, by the member of the input. */
  readonly names?: Readonly<Record<string, string>>
  /** Where the request came from, if it came over a network. */
  readonly clientAddress?: string
}

export type Audit = (entry: AuditEntry) => void

/**
 * `sign-in`: proofs of who a user or a client is, and tokens for them. `refresh`: new tokens for a sign-in. `sign-out`:
 * the end of one or of all. `account`: a user or what belongs to one. `pool`: the settings of a user pool or an identity
 * pool, and what belongs to them. `credentials`: identities and AWS credentials for them.
 */
export type AuditEvent = 'sign-in' | 'refresh' | 'sign-out' | 'account' | 'pool' | 'credentials'

/** What is known beside the outcome. */
export type AuditFacts = {
  readonly [Name in
    | 'event'
    | 'challenge'
    | 'exception'
    | 'userPoolId'
    | 'clientId'
    | 'identityPoolId'
    | 'identityId'
    | 'admin'
    | 'names']?: AuditEntry[Name] | undefined
}

/** What the audit says of a request. */
export interface RequestAudit {
  /** Adds to the line. What was said before under the same name is replaced. */
  note(facts: AuditFacts): void
  /** Does what is audited. A line says how it ended: by what the work returned or threw, and what it noted. */
  run<T>(event: AuditEvent, operation: string, work: () => Promise<T>): Promise<T>
}

/** Where there is no audit. */
export const NO_AUDIT: RequestAudit = {
  note() {},
  run: (_event, _operation, work) => work(),
}
