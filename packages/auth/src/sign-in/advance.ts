import type { RequestContext } from '../context/deadline.js'
import { authError } from '../errors.js'
import { tell } from '../events.js'
import type { SignInDetails, SignInOutput } from '../models.js'
import type { AuthResponse } from '../service/user-pool.js'
import { userOf } from '../session/current-user.js'
import { receiveTokens } from '../session/receive-tokens.js'
import { loadTokens, storeTokens } from '../session/token-store.js'
import { nextStep } from './next-step.js'
import { forgetPending, savePending } from './pending.js'

/** After every answer of the service to a sign-in: the user is signed in, or a challenge waits for its answer. */
export async function advance(
  context: RequestContext,
  username: string,
  response: AuthResponse,
  signInDetails: SignInDetails | undefined,
): Promise<SignInOutput> {
  const { ChallengeName = '', Session, AuthenticationResult } = response
  if (!AuthenticationResult) {
    // A challenge that is not known here must leave nothing for `confirmSignIn` to take up.
    await forgetPending(context)
    const step = nextStep(ChallengeName, response.ChallengeParameters)
    await savePending(context, {
      username,
      challengeName: ChallengeName,
      signInSession: Session,
      signInDetails,
    })
    return { isSignedIn: false, nextStep: step }
  }
  await storeTokens(context, receiveTokens(context, AuthenticationResult, { username, signInDetails }))
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
