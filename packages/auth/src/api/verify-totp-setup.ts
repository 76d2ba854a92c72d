import { type Call, call } from '../context/call.js'
import { authError, required } from '../errors.js'
import type { AuthServiceOptions } from '../models.js'
import { userPool, userPoolConfig } from '../service/user-pool.js'
import { accessToken } from '../session/get-tokens.js'

export interface VerifyTOTPSetupInput {
  /** What the authenticator app shows. */
  code: string
  options?: AuthServiceOptions & {
    /** Name of the app, for a list of what the user has. */
    friendlyDeviceName?: string
  }
}

/**
 * Proves that the authenticator app of the signed-in user has the secret that `setUpTOTP` gave. It is asked for at
 * sign-ins once `updateMFAPreference` has turned it on.
 *
 * @throws AuthError (`AuthErrorNames['verifyTOTPSetup']`) named as one of {@link VerifySoftwareTokenException}, which
 *   is `EnableSoftwareTokenMFAException` for a wrong code; `EmptyVerifyTOTPSetupCode`; `UserUnAuthenticatedException`
 *   when no user is signed in; `AuthTokenConfigException`; `NetworkError`, `TimeoutError`, `AbortError`
 *
 * @example
 * ```ts
 * import { updateMFAPreference, verifyTOTPSetup } from '@amulet/auth'
 *
 * await verifyTOTPSetup({ code: '123456', options: { friendlyDeviceName: 'My phone' } })
 * await updateMFAPreference({ totp: 'PREFERRED' })
 * ```
 */
export const verifyTOTPSetup: Call<VerifyTOTPSetupInput, void> = call(
  'verifyTOTPSetup',
  async (context, { code, options }: VerifyTOTPSetupInput) => {
    userPoolConfig(context)
    required(code, 'EmptyVerifyTOTPSetupCode', 'code', 'verifyTotpSetup')
    const { Status } = await userPool(context, 'VerifySoftwareToken', {
      AccessToken: await accessToken(context),
      UserCode: code,
      FriendlyDeviceName: options?.friendlyDeviceName,
    })
    // The other way in which the service can say that the code is wrong.
    if (Status === 'ERROR') {
      throw authError('EnableSoftwareTokenMFAException', 'Code mismatch and fail enable Software Token MFA')
    }
  },
)
