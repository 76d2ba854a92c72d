import { type CallWithoutInput, call } from '../context/call.js'
import { orInterrupted, type RequestContext, withDeadline } from '../context/deadline.js'
import type { AutoSignIn } from '../context/memory.js'
import { authError, toAuthError } from '../errors.js'
import type { SignInOutput } from '../models.js'
import { startSignIn } from '../sign-in/start.js'
import { findAutoSignIn, patience } from '../sign-up/auto-sign-in.js'

/**
 * Signs in the user of the last `signUp` that asked for it with `autoSignIn`, once the account is confirmed:
 * after `confirmSignUp`, or, in a pool that sends links, by trying every five seconds for three minutes. Calls
 * that overlap share one sign-in. It is done with afterwards, whatever came of it; only a call that was aborted
 * or ran out of its time may be made again. Each attempt to sign in ends after 30 seconds, and the call after its
 * `timeout` (here 200,000 ms by default).
 *
 * @throws AuthError (`AuthErrorNames['autoSignIn']`) named `AutoSignInException` when there is nothing to
 *   complete, or the link was not followed in time; whatever `signIn` throws
 *
 * @example
 * ```ts
 * import { autoSignIn, confirmSignUp } from '@amulet/auth'
 *
 * const { nextStep } = await confirmSignUp({ username: 'ada', confirmationCode: '123456' })
 * if (nextStep.signUpStep === 'COMPLETE_AUTO_SIGN_IN') await autoSignIn()
 * ```
 */
export const autoSignIn: CallWithoutInput<SignInOutput> = call(
  'autoSignIn',
  async (context) => {
    const waiting = findAutoSignIn(context)
    if (!waiting || !(waiting.isConfirmed || waiting.isLink)) throw notWaiting()
    for (;;) {
      const isShared = !!waiting.result
      waiting.result ??= signInOnceConfirmed(context, waiting)
      try {
        return await orInterrupted(context, waiting.result)
      } catch (error) {
        // The call that began it was given up. This one was not, and begins it again, unless another sign-up has begun.
        if (!isShared || context.signal.aborted || !isGivenUp(error)) throw error
        if (context.memory.autoSignIn !== waiting) throw notWaiting()
      }
    }
  },
  200_000,
)

const signInOnceConfirmed = async (context: RequestContext, waiting: AutoSignIn): Promise<SignInOutput> => {
  const { memory } = context
  const isWaiting = () => memory.autoSignIn === waiting
  try {
    const output = await trySigningIn(context, waiting, isWaiting)
    if (isWaiting()) memory.autoSignIn = undefined
    return output
  } catch (error) {
    if (isWaiting() && !isGivenUp(error)) memory.autoSignIn = undefined
    throw error
  } finally {
    waiting.result = undefined
  }
}

const isGivenUp = (error: unknown) => /^(Abort|Timeout)Error/.test(toAuthError(error).name)

const trySigningIn = async (
  context: RequestContext,
  waiting: AutoSignIn,
  isWaiting: () => boolean,
): Promise<SignInOutput> => {
  const { input } = waiting
  const { signal } = context
  if (input.options?.authFlowType === 'CUSTOM_WITHOUT_SRP') input.password = undefined
  const until = context.clock() + patience
  for (;;) {
    // Each with a deadline of its own: an answer that never comes must not keep the next one from being asked for.
    const output = await withDeadline(
      context,
      // Before that it would prove nothing.
      (context) => startSignIn(context, input, waiting.isConfirmed ? waiting.session : undefined),
      undefined,
      signal,
    ).catch((error) => {
      // A user who looks for a link has another window in front, and a network that comes and goes.
      if (waiting.isConfirmed || signal.aborted || !toAuthError(error).retryable) throw error
    })
    if (output && (waiting.isConfirmed || output.nextStep.signInStep !== 'CONFIRM_SIGN_UP')) return output
    if (context.clock() > until) throw notInTime()
    let timer: ReturnType<typeof setTimeout> | undefined
    const pause = new Promise((resolve) => {
      timer = setTimeout(resolve, 5000)
    })
    // A process must not live on for a pause that no call waits for any more.
    await orInterrupted(context, pause).finally(() => clearTimeout(timer))
    // Another sign-up, or a sign-in by hand.
    if (!isWaiting()) throw notWaiting()
  }
}

const notWaiting = () =>
  authError(
    'AutoSignInException',
    'The autoSignIn flow has not started, or has been cancelled/completed.',
    'Please try to use the signIn API or log out before starting a new autoSignIn flow.',
  )

const notInTime = () =>
  authError(
    'AutoSignInException',
    'The account was not confirmed on time.',
    'Try to verify your account by clicking the link sent your email or phone and then login manually.',
  )
