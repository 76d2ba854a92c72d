import type { RequestContext } from '../context/deadline.js'
import type { SignInOutput } from '../models.js'
import { clientFields } from '../service/client-fields.js'
import { type AuthResponse, userPool } from '../service/user-pool.js'
import type { Attempt } from './attempt.js'
import { complete } from './complete.js'
import { forgetPending, savePending } from './pending.js'
import { refuseChallenge } from './refuse-challenge.js'
import type { Given } from './step.js'
import { steps } from './steps.js'

const unknownStep = { ask: refuseChallenge, answer: refuseChallenge }

/**
 * Goes on with a sign-in until the user is signed in, or a challenge waits for the user's answer.
 *
 * @param response the service's answer, or the challenge that was waiting
 * @param given what the user answers to that challenge
 */
export async function proceed(
  context: RequestContext,
  attempt: Attempt,
  response: AuthResponse,
  given?: Given,
): Promise<SignInOutput> {
  for (;;) {
    const { ChallengeName = '', AuthenticationResult } = response
    if (AuthenticationResult) return complete(context, attempt, AuthenticationResult)
    const step = steps[ChallengeName] ?? unknownStep
    if (step.ask && !given) {
      // A challenge that is not known here must leave nothing for `confirmSignIn` to take up.
      await forgetPending(context)
      const nextStep = await step.ask(response, context)
      await savePending(context, attempt, response)
      return { isSignedIn: false, nextStep }
    }
    // What the user gave is there for a step that asks, and no other looks at it.
    const answer = await step.answer(response, attempt, context, given as Given)
    given = undefined
    if ('ChallengeResponses' in answer) {
      const { USERNAME = attempt.username } = answer.ChallengeResponses
      response = await userPool(context, 'RespondToAuthChallenge', {
        ...clientFields(context, USERNAME, attempt.options),
        ChallengeName,
        Session: response.Session,
        ...answer,
        ChallengeResponses: { USERNAME, ...answer.ChallengeResponses },
      })
    } else response = answer
  }
}
