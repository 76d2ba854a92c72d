import { type CallWithoutInput, call } from '../context/call.js'
import { mfaTypes } from '../mfa/mfa-types.js'
import type { AuthMFAType } from '../models.js'
import { REPEATABLE, userPool } from '../service/user-pool.js'
import { accessToken } from '../session/get-tokens.js'

export interface FetchMFAPreferenceOutput {
  /** The second factors that are turned on; left out when there are none. */
  enabled?: AuthMFAType[]
  /** The one that sign-ins ask for. */
  preferred?: AuthMFAType
}

/**
 * The second factors of the signed-in user, fresh from the service.
 *
 * @throws AuthError (`AuthErrorNames['fetchMFAPreference']`) named as one of {@link GetUserException};
 *   `UserUnAuthenticatedException` when no user is signed in; `AuthTokenConfigException`; `NetworkError`,
 *   `TimeoutError`, `AbortError`
 *
 * @example
 * ```ts
 * import { fetchMFAPreference } from '@amulet/auth'
 *
 * const { enabled = [], preferred } = await fetchMFAPreference()
 * console.log(enabled.includes('TOTP'), preferred)
 * ```
 */
export const fetchMFAPreference: CallWithoutInput<FetchMFAPreferenceOutput> = call(
  'fetchMFAPreference',
  async (context) => {
    const input = { AccessToken: await accessToken(context) }
    const answer = await userPool(context, 'GetUser', input, REPEATABLE)
    const [preferred] = mfaTypes([answer.PreferredMfaSetting ?? ''])
    return {
      ...(answer.UserMFASettingList && { enabled: mfaTypes(answer.UserMFASettingList) }),
      ...(preferred && { preferred }),
    }
  },
)
