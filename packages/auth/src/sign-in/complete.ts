import type { RequestContext } from '../context/deadline.js'
import { authError } from '../errors.js'
import { tell } from '../events.js'
import type { SignInOutput } from '../models.js'
import type { AuthenticationResult } from '../service/user-pool.js'
import { receiveTokens } from '../session/receive-tokens.js'
import { loadTokens, storeTokens } from '../session/token-store.js'
import { userOf } from '../session/user-of.js'
import type { Attempt } from './attempt.js'
import { keepDevice } from './keep-device.js'
import { forgetPending } from './pending.js'

/** The end of a sign-in: the user is signed in, and the tokens are stored. */
export const complete = async (
  context: RequestContext,
  attempt: Attempt,
  result: AuthenticationResult,
): Promise<SignInOutput> => {
  const tokens = receiveTokens(result, attempt, context.clock())
  await keepDevice(context, attempt, result, tokens)
  await storeTokens(context, tokens)
  await forgetPending(context)
  // As every step since the answer, whether or not the call has been ended: the user is signed in.
  const stored = await loadTokens(context)
  if (!stored) {
    throw authError(
      'UnexpectedSignInInterruptionException',
      'Unable to get user session following successful sign-in.',
      'This most likely is due to auth tokens not being persisted. If you are using cookie store, please ensure cookies can be correctly set from your server.',
    )
  }
  tell(context, { event: 'signedIn', data: userOf(stored) })
  return { isSignedIn: true, nextStep: { signInStep: 'DONE' } }
}
