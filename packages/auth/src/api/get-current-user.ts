import { type CallWithoutInput, call } from '../context/call.js'
import type { AuthUser } from '../models.js'
import { userPoolConfig } from '../service/user-pool.js'
import { authenticated, getTokens } from '../session/get-tokens.js'
import { userOf } from '../session/user-of.js'

export type GetCurrentUserOutput = AuthUser

/**
 * The signed-in user, as the stored tokens tell. When these have expired they are refreshed first, so that a
 * session the service has ended does not go on here; but a user need not be online to know who they are: as long as
 * the session has not ended, the answer comes from the stored tokens if the service cannot be reached, fails, or
 * takes longer than `timeout` (here 5,000 ms by default).
 *
 * @throws AuthError (`AuthErrorNames['getCurrentUser']`) named `UserUnAuthenticatedException` when no user is
 *   signed in; named as one of {@link InitiateAuthException} when a refresh is refused;
 *   `AuthTokenConfigException`; `NetworkError`, `TimeoutError`, `AbortError`
 *
 * @example
 * ```ts
 * import { getCurrentUser } from '@amulet/auth'
 *
 * const { username, userId } = await getCurrentUser()
 * ```
 */
export const getCurrentUser: CallWithoutInput<GetCurrentUserOutput> = call(
  'getCurrentUser',
  async (context) => {
    userPoolConfig(context)
    return userOf(authenticated(await getTokens(context, {}, true)))
  },
  5000,
)
