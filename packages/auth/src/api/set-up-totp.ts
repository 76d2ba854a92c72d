import { type CallWithoutInput, call } from '../context/call.js'
import { associateToken } from '../mfa/associate-token.js'
import type { AuthTOTPSetupDetails } from '../models.js'
import { userPoolConfig } from '../service/user-pool.js'
import { authenticated, getTokens } from '../session/get-tokens.js'
import { userOf } from '../session/user-of.js'

export type SetUpTOTPOutput = AuthTOTPSetupDetails

/**
 * Begins to set up an authenticator app for the signed-in user: gives the secret, as text and as an URI for a QR code.
 * `verifyTOTPSetup` ends it, and `updateMFAPreference` turns the app on.
 *
 * @throws AuthError (`AuthErrorNames['setUpTOTP']`) named as one of {@link AssociateSoftwareTokenException};
 *   `SetUpTOTPException` when the service gave no secret; `UserUnAuthenticatedException` when no user is signed in;
 *   `AuthTokenConfigException`; `NetworkError`, `TimeoutError`, `AbortError`
 *
 * @example
 * ```ts
 * import { setUpTOTP } from '@amulet/auth'
 *
 * const { sharedSecret, getSetupUri } = await setUpTOTP()
 * console.log(sharedSecret, `${getSetupUri('My app')}`)
 * ```
 */
export const setUpTOTP: CallWithoutInput<SetUpTOTPOutput> = call('setUpTOTP', async (context) => {
  userPoolConfig(context)
  const tokens = authenticated(await getTokens(context))
  const AccessToken = `${tokens.accessToken}`
  const [details] = await associateToken(context, { AccessToken }, userOf(tokens).username)
  return details
})
