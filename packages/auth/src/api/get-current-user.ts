import { type CallWithoutInput, call } from '../context/call.js'
import type { AuthUser } from '../models.js'
import { userPoolConfig } from '../service/user-pool.js'
import { findCurrentUser } from '../session/current-user.js'
import { authenticated } from '../session/get-tokens.js'

export type GetCurrentUserOutput = AuthUser

/**
 * The signed-in user, as the stored tokens tell. Asks the service only when they have to be refreshed.
 *
 * @throws AuthError `UserUnAuthenticatedException` when nobody is signed in; named as one of
 *   {@link InitiateAuthException} when a refresh is refused; `AuthTokenConfigException`; `NetworkError`,
 *   `TimeoutError`, `AbortError`
 *
 * @example
 * ```ts
 * import { getCurrentUser } from '@amulet/auth'
 *
 * const { username, userId } = await getCurrentUser()
 * ```
 */
export const getCurrentUser: CallWithoutInput<GetCurrentUserOutput> = call(async (context) => {
  userPoolConfig(context)
  return authenticated(await findCurrentUser(context))
})
