import { type CallWithoutInput, call } from '../context/call.js'
import { orInterrupted, type RequestContext, wait } from '../context/deadline.js'
import { authError } from '../errors.js'
import type { SignInOutput } from '../models.js'
import { startSignIn } from '../sign-in/start.js'
import { type AutoSignIn, findAutoSignIn } from '../sign-up/auto-sign-in.js'

/**
 * Signs in the user of the last `signUp` that asked for it with `autoSignIn`, once the account is confirmed:
 * after `confirmSignUp`, or, in a pool that sends links, by trying every five seconds for three minutes. Calls
 * that overlap share one sign-in. It is done with afterwards, whatever came of it.
 *
 * @throws AuthError `AutoSignInException` when there is nothing to complete, or the link was not followed in
 *   time; whatever `signIn` throws
 *
 * @example
 * ```ts
 * import { autoSignIn, confirmSignUp } from '@amulet/auth'
 *
 * const { nextStep } = await confirmSignUp({ username: 'ada', confirmationCode: '123456' })
 * if (nextStep.signUpStep === 'COMPLETE_AUTO_SIGN_IN') await autoSignIn()
 * ```
 */
export const autoSignIn: CallWithoutInput<SignInOutput> = call(async (context) => {
  const waiting = findAutoSignIn(context)
  if (!waiting || !(waiting.isConfirmed || waiting.isLink)) {
    throw authError(
      'AutoSignInException',
      'The autoSignIn flow has not started, or has been cancelled/completed.',
      'Please try to use the signIn API or log out before starting a new autoSignIn flow.',
    )
  }
  waiting.result ??= signInOnceConfirmed(context, waiting).finally(() => {
    if (context.memory.autoSignIn === waiting) context.memory.autoSignIn = undefined
  })
  return orInterrupted(context, waiting.result)
}, 200_000)

async function signInOnceConfirmed(context: RequestContext, waiting: AutoSignIn): Promise<SignInOutput> {
  const { input } = waiting
  if (input.options?.authFlowType === 'CUSTOM_WITHOUT_SRP') input.password = undefined
  for (;;) {
    const output = await startSignIn(context, input)
    if (waiting.isConfirmed || output.nextStep.signInStep !== 'CONFIRM_SIGN_UP') return output
    await wait(context, 5000)
    if (context.clock() > waiting.until) {
      throw authError(
        'AutoSignInException',
        'The account was not confirmed on time.',
        'Try to verify your account by clicking the link sent your email or phone and then login manually.',
      )
    }
  }
}
