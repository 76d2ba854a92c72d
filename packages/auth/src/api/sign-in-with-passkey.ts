import { fromBase64ToText } from '../base64.js'
import { type CallWithOptionalInput, call } from '../context/call.js'
import { orInterrupted } from '../context/deadline.js'
import { type AuthError, authError } from '../errors.js'
import type { AuthServiceOptions, ClientMetadata, SignInOutput } from '../models.js'
import { isPasskeySupported } from '../passkeys/is-passkey-supported.js'
import { NOT_SUPPORTED } from '../passkeys/texts.js'
import { tools } from '../passkeys/tools.js'
import { usePasskey } from '../passkeys/use-passkey.js'
import { clientFields } from '../service/client-fields.js'
import { REPEATABLE, userPool } from '../service/user-pool.js'
import { proceed } from '../sign-in/proceed.js'
import { refuseSecondUser } from '../sign-in/refuse-second-user.js'
import { stepAfter } from '../sign-in/step-after.js'

export interface SignInWithPasskeyInput {
  options?: AuthServiceOptions & {
    /**
     * `conditional` waits, without asking, until the user chooses a passkey from the suggestions of an input with
     * `autocomplete="username webauthn"`. By default the browser asks at once.
     */
    mediation?: 'conditional'
    /** Handed to the pool's triggers. */
    clientMetadata?: ClientMetadata
  }
}

/**
 * Signs in the user that a passkey names: no username is asked for. It takes a user pool of `@amulet/server`; Amazon
 * Cognito gives no challenge without a username.
 *
 * With `mediation: 'conditional'` call it when the page has come up, and abort it by its `signal` when the page is left
 * or the user signs in otherwise. It waits for as long as the page is there; a passkey that is asked for otherwise ends
 * it with `PasskeyOperationAborted`.
 *
 * @throws AuthError (`AuthErrorNames['signInWithPasskey']`) named as one of {@link PasskeyException};
 *   `PasskeyUsernameRequired`, before the user is asked, when the user pool wants a username first; as one of
 *   {@link InitiateAuthException} or {@link RespondToAuthChallengeException}, which is `NotAuthorizedException` for a
 *   passkey that the pool does not know; `UserAlreadyAuthenticatedException`; `AuthTokenConfigException`;
 *   `NetworkError`, `TimeoutError`, `AbortError`
 *
 * @example
 * ```ts
 * import { isAuthError, signInWithPasskey } from '@amulet/auth'
 *
 * const leaving = new AbortController()
 * try {
 *   await signInWithPasskey({ options: { mediation: 'conditional' } }, { signal: leaving.signal })
 * } catch (error) {
 *   if (!isAuthError(error, 'AbortError')) throw error
 * }
 * ```
 */
export const signInWithPasskey: CallWithOptionalInput<SignInWithPasskeyInput, SignInOutput> = call(
  'signInWithPasskey',
  async (context, { options }: SignInWithPasskeyInput) => {
    await refuseSecondUser(context)
    const mediation = options?.mediation
    const isOffered =
      isPasskeySupported() &&
      // Browsers of before 2023 do not have it.
      (!mediation || (await orInterrupted(context, PublicKeyCredential.isConditionalMediationAvailable?.())))
    if (!isOffered) throw authError(...NOT_SUPPORTED)
    for (;;) {
      const challenge = await userPool(
        context,
        'InitiateAuth',
        {
          ...clientFields(context, '', options),
          AuthFlow: 'USER_AUTH',
          AuthParameters: { PREFERRED_CHALLENGE: 'WEB_AUTHN' },
        },
        REPEATABLE,
      ).catch(usernameRequired)
      let used: Awaited<ReturnType<typeof usePasskey>>
      try {
        used = await usePasskey(tools, context, challenge.ChallengeParameters, mediation)
      } catch (error) {
        // The challenge has expired, and not the patience of a user who was not asked. If it is the call's own time that
        // is over, its next request says so.
        if (mediation && (error as AuthError).name === 'TimeoutError') continue
        throw error
      }
      const [CREDENTIAL, userHandle = ''] = used
      // Signing in by hand is what a sign-up no longer waits for.
      context.memory.autoSignIn = undefined
      const attempt = {
        // The `sub`, which the service takes as a username.
        username: fromBase64ToText(userHandle),
        options,
        signInDetails: { authFlowType: 'USER_AUTH' as const },
      }
      return proceed(context, attempt, challenge, { ChallengeResponses: { CREDENTIAL } }).catch(stepAfter)
    }
  },
)

const usernameRequired = (error: AuthError) => {
  throw /USERNAME/.test(error.message)
    ? authError(
        'PasskeyUsernameRequired',
        'The user pool asks for a passkey only when it knows the username.',
        'Ask for the username, and call signIn with authFlowType USER_AUTH and preferredChallenge WEB_AUTHN.',
        error,
      )
    : error
}
