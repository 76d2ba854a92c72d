import { orInterrupted, type RequestContext } from '../context/deadline.js'
import { required } from '../errors.js'
import type { SignInInput, SignInOutput } from '../models.js'
import { clientFields } from '../service/client-fields.js'
import { userPool } from '../service/user-pool.js'
import type { Attempt } from './attempt.js'
import { flows } from './flows.js'
import { fromDevice } from './from-device.js'
import { forgetPending } from './pending.js'
import { proceed } from './proceed.js'
import { refuseSecondUser } from './refuse-second-user.js'
import { stepAfter } from './step-after.js'

const byDefault = 'USER_SRP_AUTH'

/**
 * A sign-in from its first request to tokens or the first challenge that needs the user.
 *
 * @param session of a sign-up, which proves for `USER_AUTH` what was proven there
 */
export const startSignIn = async (
  context: RequestContext,
  { username, password, options }: SignInInput,
  session?: string,
): Promise<SignInOutput> => {
  await refuseSecondUser(context)
  required(username, 'EmptySignInUsername', 'username', 'signIn')
  const { authFlowType: wanted = byDefault } = options ?? {}
  // An unknown flow counts as the default.
  const authFlowType = wanted in flows ? wanted : byDefault
  const attempt: Attempt = { username, options, session, signInDetails: { loginId: username, authFlowType } }
  // Wrong input is refused here, and changes nothing about a sign-in under way.
  const first = flows[authFlowType](attempt, password, context)
  try {
    const { AuthParameters, ...more } = await first
    const send = (key?: object) =>
      userPool(context, 'InitiateAuth', {
        ...clientFields(context, username, options),
        AuthFlow: authFlowType,
        ...more,
        AuthParameters: { USERNAME: username, ...AuthParameters, ...key },
      })
    // Where a proof of the password follows, the device is named there: the service has named the user by then.
    const response = await (AuthParameters.SRP_A ? send() : fromDevice(context, attempt, username, send))
    const { USERNAME, USER_ID_FOR_SRP } = response.ChallengeParameters ?? {}
    attempt.username = USERNAME ?? USER_ID_FOR_SRP ?? username
    return await proceed(context, attempt, response)
  } catch (error) {
    if (!attempt.isOpen) await orInterrupted(context, forgetPending(context))
    return stepAfter(error)
  }
}
