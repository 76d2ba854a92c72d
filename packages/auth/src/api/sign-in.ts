import { type Call, call } from '../context/call.js'
import type { SignInInput, SignInOutput } from '../models.js'
import { startSignIn } from '../sign-in/start.js'

/**
 * Signs a user in. The answer says whether that is done, or what is to be done next (`nextStep`).
 *
 * @throws AuthError (`AuthErrorNames['signIn']`) named as one of {@link InitiateAuthException} or
 *   {@link RespondToAuthChallengeException}; `EmptySignInUsername`, `EmptySignInPassword`,
 *   `CustomAuthSignInPassword`, `InvalidPreferredChallenge`; `UserAlreadyAuthenticatedException`; `SignInException` for a
 *   challenge this version does not have; `AuthTokenConfigException`; `NetworkError`, `TimeoutError`, `AbortError`
 *
 * @example
 * ```ts
 * import { signIn } from '@amulet/auth'
 *
 * const { isSignedIn, nextStep } = await signIn({ username: 'ada', password: 'correct horse' })
 * if (nextStep.signInStep === 'CONFIRM_SIGN_UP') console.log('Confirm your account first')
 * ```
 */
export const signIn: Call<SignInInput, SignInOutput> = call('signIn', (context, input: SignInInput) => {
  // Signing in by hand is what the sign-up no longer waits for.
  context.memory.autoSignIn = undefined
  return startSignIn(context, input)
})
