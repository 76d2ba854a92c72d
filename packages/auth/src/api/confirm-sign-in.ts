import { type Call, call } from '../context/call.js'
import { orInterrupted } from '../context/deadline.js'
import { authError, required } from '../errors.js'
import type { AuthServiceOptions, ClientMetadata, SignInOutput } from '../models.js'
import { userPoolConfig } from '../service/user-pool.js'
import { findPending } from '../sign-in/pending.js'
import { proceed } from '../sign-in/proceed.js'
import { refuseChallenge } from '../sign-in/refuse-challenge.js'
import { stepAfter } from '../sign-in/step-after.js'
import { userAnswers } from '../sign-in/user-answers.js'

export interface ConfirmSignInInput {
  /**
   * What the step asks for: a password, a code, an address, an answer to the pool's functions, or a choice: a second
   * factor is `'SMS'`, `'TOTP'` or `'EMAIL'`, and a first one is named as in `availableChallenges`.
   */
  challengeResponse: string
  options?: AuthServiceOptions & {
    /** Values for `missingAttributes`. */
    userAttributes?: Partial<Record<string, string>>
    clientMetadata?: ClientMetadata
    /** Name of the authenticator app that is set up, for a list of what the user has. */
    friendlyDeviceName?: string
  }
}

export type ConfirmSignInOutput = SignInOutput

/**
 * Answers the step `signIn` came back with. A refused answer leaves the step open, to be tried again, also after a
 * reload.
 *
 * @throws AuthError (`AuthErrorNames['confirmSignIn']`) named as one of
 *   {@link RespondToAuthChallengeException}, and where an authenticator app is set up of
 *   {@link AssociateSoftwareTokenException} or {@link VerifySoftwareTokenException}; `EmptyChallengeResponse`;
 *   `IncorrectMFAMethod`; `SignInException` when no sign-in is under way, its time is over, or the answer does not fit; `AuthTokenConfigException`; `NetworkError`, `TimeoutError`, `AbortError`
 *
 * @example
 * ```ts
 * import { confirmSignIn, signIn } from '@amulet/auth'
 *
 * let { nextStep } = await signIn({ username: 'ada', password: 'temporary' })
 * if (nextStep.signInStep === 'CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED') {
 *   nextStep = (await confirmSignIn({ challengeResponse: 'a password of my own' })).nextStep
 * }
 * if (nextStep.signInStep === 'CONFIRM_SIGN_IN_WITH_TOTP_CODE') {
 *   await confirmSignIn({ challengeResponse: '123456' })
 * }
 * ```
 */
export const confirmSignIn: Call<ConfirmSignInInput, ConfirmSignInOutput> = call(
  'confirmSignIn',
  async (context, { challengeResponse, options }: ConfirmSignInInput) => {
    userPoolConfig(context)
    required(challengeResponse, 'EmptyChallengeResponse', 'challengeResponse', 'confirmSignIn')
    const pending = await orInterrupted(context, findPending(context))
    if (!pending) throw noPendingSignIn()
    const [found, challenge] = pending
    const attempt = { ...found, options }
    try {
      const answerOf = userAnswers[challenge.ChallengeName ?? ''] ?? refuseChallenge
      const answer = await answerOf(challenge, attempt, context, { ...options, challengeResponse })
      return await proceed(context, attempt, challenge, answer)
    } catch (error) {
      return stepAfter(error)
    }
  },
)

const noPendingSignIn = () =>
  authError(
    'SignInException',
    'An error occurred during the sign in process. This most likely occurred due to: 1. signIn was not called before confirmSignIn. 2. signIn threw an exception. 3. page was refreshed during the sign in flow and session has expired.',
    'Make sure a successful call to signIn is made before calling confirmSignIn and that the session has not expired.',
  )
