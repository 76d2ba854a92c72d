import { type CallWithoutInput, call } from '../context/call.js'
import type { UserAttributeKey } from '../models.js'
import { REPEATABLE, userPool } from '../service/user-pool.js'
import { accessToken } from '../session/get-tokens.js'

export type FetchUserAttributesOutput = Partial<Record<UserAttributeKey, string>>

/**
 * The attributes of the signed-in user, fresh from the service. Every value is text.
 *
 * @throws AuthError (`AuthErrorNames['fetchUserAttributes']`) named as one of {@link GetUserException};
 *   `UserUnAuthenticatedException` when no user is signed in; `AuthTokenConfigException`; `NetworkError`,
 *   `TimeoutError`, `AbortError`
 *
 * @example
 * ```ts
 * import { fetchUserAttributes } from '@amulet/auth'
 *
 * const { email, 'custom:team': team } = await fetchUserAttributes()
 * ```
 */
export const fetchUserAttributes: CallWithoutInput<FetchUserAttributesOutput> = call(
  'fetchUserAttributes',
  async (context) => {
    const input = { AccessToken: await accessToken(context) }
    const { UserAttributes = [] } = await userPool(context, 'GetUser', input, REPEATABLE)
    return Object.fromEntries(UserAttributes.flatMap(({ Name, Value }) => (Name ? [[Name, Value]] : [])))
  },
)
