import { type Call, call } from '../context/call.js'
import type { MFAPreference } from '../models.js'
import { type MfaSettings, REPEATABLE, userPool } from '../service/user-pool.js'
import { accessToken } from '../session/get-tokens.js'

export interface UpdateMFAPreferenceInput {
  /** Codes by SMS. */
  sms?: MFAPreference
  /** Codes of an authenticator app. */
  totp?: MFAPreference
  /** Codes by e-mail. */
  email?: MFAPreference
}

/**
 * Turns second factors of the signed-in user on or off, and says which one is asked for. What is left out stays as it
 * is.
 *
 * @throws AuthError (`AuthErrorNames['updateMFAPreference']`) named as one of {@link SetUserMFAPreferenceException},
 *   which is `InvalidParameterException` for a factor that the user cannot use; `UserUnAuthenticatedException` when
 *   no user is signed in; `AuthTokenConfigException`; `NetworkError`, `TimeoutError`, `AbortError`
 *
 * @example
 * ```ts
 * import { updateMFAPreference } from '@amulet/auth'
 *
 * await updateMFAPreference({ totp: 'PREFERRED', sms: 'DISABLED' })
 * ```
 */
export const updateMFAPreference: Call<UpdateMFAPreferenceInput, void> = call(
  'updateMFAPreference',
  async (context, { sms, totp, email }: UpdateMFAPreferenceInput) => {
    const input = {
      AccessToken: await accessToken(context),
      SMSMfaSettings: settingsOf(sms),
      SoftwareTokenMfaSettings: settingsOf(totp),
      EmailMfaSettings: settingsOf(email),
    }
    await userPool(context, 'SetUserMFAPreference', input, REPEATABLE)
  },
)

const settingsOf = (preference: MFAPreference | undefined): MfaSettings | undefined => {
  switch (preference) {
    case 'DISABLED':
      return { Enabled: false }
    case 'ENABLED':
      return { Enabled: true }
    case 'PREFERRED':
      return { Enabled: true, PreferredMfa: true }
    case 'NOT_PREFERRED':
      return { Enabled: true, PreferredMfa: false }
    default:
      return undefined
  }
}
