import { authError, toAuthError } from '../errors.js'
import type { AuthContext } from './context.js'

/** How one call may end early. */
export interface RequestOptions {
  /**
   * Aborting it rejects the call with an AuthError named `AbortError`, whose `cause` is the signal's reason, unless the
   * service's answer is there already. `signOut` still forgets the session, and has the error in its event.
   */
  signal?: AbortSignal
  /**
   * Milliseconds until the call rejects with an AuthError named `TimeoutError`; default 30,000, and the time that the
   * service gives a user for a passkey. `Infinity` for none.
   */
  timeout?: number
}

/** A context for the time of one call. */
export interface RequestContext extends AuthContext {
  /** Handed to `fetch`. */
  readonly signal: AbortSignal
  /** Rejects with the error of the call when it is aborted or takes too long. */
  readonly interrupted: Promise<never>
  /** Lets the call end so many milliseconds from now. Without it the caller has said when. */
  readonly endIn: ((milliseconds: number) => void) | undefined
}

/**
 * Runs a call with its deadline. What waits for others (the network, another call's refresh) races with
 * `interrupted`; what comes after the service's answer does not, so that no answer is half stored.
 */
export const withDeadline = async <Output>(
  context: AuthContext,
  run: (context: RequestContext) => Promise<Output>,
  timeout?: number,
  signal?: AbortSignal,
): Promise<Output> => {
  let timer: ReturnType<typeof setTimeout> | undefined
  let abort = () => {}
  let endIn = (_milliseconds: number) => {}
  try {
    const controller = new AbortController()
    const interrupted = new Promise<never>((_, reject) => {
      abort = () => reject(authError('AbortError', 'The call was aborted.', undefined, signal?.reason))
      endIn = (milliseconds) => {
        clearTimeout(timer)
        // Timers cannot count further; their delay would wrap around to zero.
        if (milliseconds < 2 ** 31) {
          timer = setTimeout(
            () => reject(authError('TimeoutError', 'No answer in time.', undefined, undefined, true)),
            milliseconds,
          )
        }
      }
    })
    endIn(timeout ?? 30_000)
    // It ends the request as well; and nothing else may be waiting for it.
    interrupted.catch(() => controller.abort())
    signal?.addEventListener('abort', abort)
    if (signal?.aborted) {
      abort()
      await interrupted
    }
    return await run({
      ...context,
      signal: controller.signal,
      interrupted,
      endIn: timeout === undefined ? endIn : undefined,
    })
  } catch (error) {
    throw toAuthError(error)
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', abort)
  }
}

/** What `work` comes to, unless the call ends first. */
export const orInterrupted = <Value>(context: RequestContext, work: Value | Promise<Value>): Promise<Value> =>
  Promise.race([context.interrupted, work])

/** Lets `milliseconds` pass. */
export const wait = (milliseconds: number): Promise<unknown> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds))
