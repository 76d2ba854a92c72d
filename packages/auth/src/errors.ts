import type { AuthErrorName } from './error-names.js'

/** What is known about the answer of the service that an error came from. */
export interface ResponseMetadata {
  /** HTTP status code of the answer. */
  httpStatusCode?: number
  /** The service's id of the request: the thing to quote when asking the operator about it. */
  requestId?: string
  extendedRequestId?: string
}

/** What an {@link AuthError} is made of. */
export interface AuthErrorParams {
  /** Stable identifier, for example `NotAuthorizedException`. */
  name: string
  message: string
  /** What the developer or the user could do about it. */
  recoverySuggestion?: string | undefined
  /** What was caught when this error was made; also set as `cause`. */
  underlyingError?: unknown
  metadata?: ResponseMetadata | undefined
  /** See {@link AuthError.retryable}; default `false`. */
  retryable?: boolean | undefined
}

// A registered symbol, so that an error made by one copy of this package is known to another.
const brand: unique symbol = Symbol.for('amulet.error') as never

/**
 * The one class every call of this package rejects with. Tell errors apart by `name`.
 *
 * @example
 * ```ts
 * import { AuthError, signIn } from '@amulet/auth'
 *
 * try {
 *   await signIn({ username: 'ada', password: 'wrong' })
 * } catch (error) {
 *   if (error instanceof AuthError && error.retryable) console.log('Try again in a moment')
 * }
 * ```
 */
export class AuthError extends Error {
  // A method, which neither a log nor a comparison sees.
  [brand](): void {}
  declare readonly recoverySuggestion: string | undefined
  declare readonly underlyingError: unknown
  /** Present when the service answered. */
  declare readonly metadata?: ResponseMetadata
  /**
   * True when the same call may succeed later without a change: no network, a timeout, throttling, or a
   * fault of the service. It says nothing about whether the first attempt took effect.
   */
  declare readonly retryable: boolean

  constructor(params: AuthErrorParams) {
    const { message, underlyingError: cause } = params
    // An error without a cause has no such member, whatever else is in the place of the options.
    super(message, (cause && { cause }) as ErrorOptions)
    Object.assign(this, params, { retryable: !!params.retryable })
  }
}

/**
 * Whether `error` is an {@link AuthError}, and one with this `name` when a name is given. An error made by another copy
 * of this package is one too, which `instanceof` does not know.
 *
 * @example
 * ```ts
 * import { confirmSignUp, isAuthError } from '@amulet/auth'
 *
 * try {
 *   await confirmSignUp({ username: 'ada', confirmationCode: '123456' })
 * } catch (error) {
 *   if (isAuthError(error, 'CodeMismatchException')) console.log('That is not the code we sent')
 *   else throw error
 * }
 * ```
 */
export function isAuthError(error: unknown): error is AuthError
export function isAuthError<Name extends AuthErrorName | (string & NonNullable<unknown>)>(
  error: unknown,
  name: Name,
): error is AuthError & { name: Name }
export function isAuthError(error: unknown, name?: string): boolean {
  // Of anything but an AuthError there is no such member.
  const known = error as AuthError | null | undefined
  return !!known?.[brand] && (name === undefined || known.name === name)
}

export const authError = (
  name: string,
  message: string,
  recoverySuggestion?: string,
  underlyingError?: unknown,
  retryable?: boolean,
  metadata?: ResponseMetadata,
): AuthError => {
  return new AuthError({ name, message, recoverySuggestion, underlyingError, retryable, metadata })
}

/** Anything that was thrown, as an AuthError: callers branch on `name` and never meet a bare TypeError. */
export const toAuthError = (error: unknown): AuthError => {
  // Of anything but an AuthError there is no such member.
  const known = error as AuthError | null | undefined
  if (known?.[brand]) return known
  const cause = `${error}`
  // How every engine says that the platform lacks something.
  return /^Ref|not a (co|fu)/.test(cause)
    ? authError('PlatformNotSupported', cause, 'Load a polyfill.', error)
    : authError('Unknown', 'An unknown error has occurred.', cause, error)
}

/** Validation of required input: truthiness, as the API always had it. */
export function required(value: unknown, name: string, what: string, verb: string): asserts value {
  if (!value) throw authError(name, `${what} is required to ${verb}`)
}
