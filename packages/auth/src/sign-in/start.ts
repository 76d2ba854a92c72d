import { orInterrupted, type RequestContext, withDeadline } from '../context/deadline.js'
import { authError, required } from '../errors.js'
import type { SignInInput, SignInOutput } from '../models.js'
import { clientFields } from '../service/client-fields.js'
import { userPool, userPoolConfig } from '../service/user-pool.js'
import { getTokens } from '../session/get-tokens.js'
import type { Attempt } from './attempt.js'
import { flows } from './flows.js'
import { fromDevice } from './from-device.js'
import { forgetPending } from './pending.js'
import { proceed } from './proceed.js'
import { srpFlow } from './srp-flow.js'
import { stepAfter } from './step-after.js'

/** A sign-in from its first request to tokens or the first challenge that needs the user. */
export const startSignIn = async (
  context: RequestContext,
  { username, password, options }: SignInInput,
): Promise<SignInOutput> => {
  // Whatever is wrong with a stored session is no reason against a new one, nor is a refresh of it that takes long.
  const check = withDeadline(context, (context) => getTokens(context), 5000, context.signal)
  if (await check.catch(() => undefined)) {
    throw authError(
      'UserAlreadyAuthenticatedException',
      'There is already a signed in user.',
      'Call signOut before calling signIn again.',
    )
  }
  userPoolConfig(context)
  required(username, 'EmptySignInUsername', 'username', 'signIn')
  const { authFlowType = 'USER_SRP_AUTH' } = options ?? {}
  const flow = flows[authFlowType]
  // An unknown flow counts as the default.
  if (!flow && /^(USER_AUTH|CUSTOM_WITH)/.test(authFlowType)) {
    throw authError(
      'SignInException',
      `This version does not sign in by ${authFlowType}.`,
      'Use USER_SRP_AUTH or USER_PASSWORD_AUTH.',
    )
  }
  const name = flow ? authFlowType : 'USER_SRP_AUTH'
  const attempt: Attempt = { username, options, signInDetails: { loginId: username, authFlowType: name } }
  // Wrong input is refused here, and changes nothing about a sign-in under way.
  const first = (flow ?? srpFlow)(attempt, password, context)
  try {
    const { AuthParameters, ...more } = await first
    const send = (key?: object) =>
      userPool(context, 'InitiateAuth', {
        ...clientFields(context, username, options),
        AuthFlow: name,
        ...more,
        AuthParameters: { USERNAME: username, ...AuthParameters, ...key },
      })
    // Where a proof of the password follows, the device is named there: the service has named the user by then.
    const response = await (AuthParameters.SRP_A ? send() : fromDevice(context, attempt, username, send))
    const { USERNAME, USER_ID_FOR_SRP } = response.ChallengeParameters ?? {}
    attempt.username = USERNAME ?? USER_ID_FOR_SRP ?? username
    return await proceed(context, attempt, response)
  } catch (error) {
    await orInterrupted(context, forgetPending(context))
    return stepAfter(error)
  }
}
