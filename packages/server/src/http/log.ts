import type { ServerContext } from '../context.js'

export type Log = (entry: LogEntry) => void

/** One line per request. Holds nothing that the user typed. */
export interface LogEntry {
  /** Also in the response header `x-amzn-RequestId`. */
  readonly requestId: string
  /**
   * Name of the API operation, `unknown` when there is no such operation; of other requests the method and the route,
   * such as `GET /:userPoolId/…`.
   */
  readonly operation: string
  /** What was asked for where the operation is `unknown`, if it looks like the name of one. */
  readonly unknownOperation?: string
  readonly status: number
  readonly milliseconds: number
  /** Where the request came from, if it came over a network. */
  readonly clientAddress?: string
  /**
   * Which user the request is about: a keyed hash of the id, 32 hexadecimal digits. A name that does not exist has one
   * too. It stays the same for as long as the root key does.
   */
  readonly subject?: string
  /** The access key id of the administrator whose signature the request has. */
  readonly admin?: string
  /** Name of the exception that was answered. */
  readonly exception?: string
  /** In `dev`: why an answer is what it is, where it hides the reason from its caller. May hold what the user typed. */
  readonly reason?: string
  /** What went wrong inside, or at the mail server. May hold what the user typed: mask it before it is kept. */
  readonly cause?: unknown
}

/** How a log names a user: its lines can be told apart by user, and name no user without the root key. */
export const subjectOf = ({ rootKey }: ServerContext, userId: string): string =>
  rootKey.mac('log-subject', userId).toString('hex').slice(0, 32)
