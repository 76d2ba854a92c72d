import type { RequestContext } from '../context/deadline.js'
import type { SignInOutput } from '../models.js'
import { clientFields } from '../service/client-fields.js'
import { type AuthResponse, userPool } from '../service/user-pool.js'
import type { Answer, Attempt } from './attempt.js'
import { complete } from './complete.js'
import { fromDevice } from './from-device.js'
import { forgetPending, savePending } from './pending.js'
import { refuseChallenge } from './refuse-challenge.js'
import { answers, asks } from './steps.js'

/**
 * Goes on with a sign-in until the user is signed in, or a challenge waits for the user's answer.
 *
 * @param response the service's answer, or the challenge that was waiting
 * @param answer the answer to that challenge, where the user gave one
 */
export const proceed = async (
  context: RequestContext,
  attempt: Attempt,
  response: AuthResponse,
  answer?: Answer | AuthResponse,
): Promise<SignInOutput> => {
  for (;;) {
    const { ChallengeName = '', AuthenticationResult } = response
    if (AuthenticationResult) return complete(context, attempt, AuthenticationResult)
    answer ??= await answers[ChallengeName]?.(response, attempt, context)
    if (!answer) {
      const ask = asks[ChallengeName]
      if (!ask) {
        // A challenge that is not known here must leave nothing for `confirmSignIn` to take up.
        await forgetPending(context)
        refuseChallenge(response)
      }
      // Before the step asks the service for something: when that fails, `confirmSignIn` can try it again.
      await savePending(context, attempt, response)
      const before = response.Session
      const nextStep = await ask(response, attempt, context)
      if (response.Session !== before) await savePending(context, attempt, response)
      return { isSignedIn: false, nextStep }
    }
    if ('ChallengeResponses' in answer) {
      const { ChallengeResponses } = answer
      const { USERNAME = attempt.username } = ChallengeResponses
      const fields = {
        ...clientFields(context, USERNAME, attempt.options),
        ChallengeName,
        Session: response.Session,
        ...answer,
      }
      response = await fromDevice(
        context,
        attempt,
        USERNAME,
        (key) =>
          userPool(context, 'RespondToAuthChallenge', {
            ...fields,
            ChallengeResponses: { USERNAME, ...ChallengeResponses, ...key },
          }),
        ChallengeName === 'DEVICE_PASSWORD_VERIFIER',
      )
    } else response = answer
    answer = undefined
  }
}
