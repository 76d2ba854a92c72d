import { type CallWithoutInput, call } from '../context/call.js'
import { createPasskey } from '../passkeys/create-passkey.js'
import { REPEATABLE, userPool } from '../service/user-pool.js'
import { accessToken } from '../session/get-tokens.js'

/**
 * Makes a passkey of the signed-in user on this device, or on one that the browser offers. Browsers want it to follow a
 * click. The user has as long as the service says, a minute, unless `timeout` says otherwise.
 *
 * @throws AuthError (`AuthErrorNames['associateWebAuthnCredential']`) named as one of {@link PasskeyException}, of
 *   {@link StartWebAuthnRegistrationException} or of {@link CompleteWebAuthnRegistrationException};
 *   `PasskeyRegistrationCanceled` when the user does not want to, `TimeoutError` when the time is over;
 *   `UserUnAuthenticatedException` when no user is signed in; `AuthTokenConfigException`; `NetworkError`, `AbortError`
 *
 * @example
 * ```ts
 * import { associateWebAuthnCredential, isAuthError } from '@amulet/auth'
 *
 * try {
 *   await associateWebAuthnCredential()
 * } catch (error) {
 *   if (!isAuthError(error, 'PasskeyRegistrationCanceled')) throw error
 * }
 * ```
 */
export const associateWebAuthnCredential: CallWithoutInput<void> = call(
  'associateWebAuthnCredential',
  async (context) => {
    const AccessToken = await accessToken(context)
    const { CredentialCreationOptions } = await userPool(
      context,
      'StartWebAuthnRegistration',
      { AccessToken },
      REPEATABLE,
    )
    const Credential = await createPasskey(context, CredentialCreationOptions)
    await userPool(context, 'CompleteWebAuthnRegistration', { AccessToken, Credential })
  },
)
