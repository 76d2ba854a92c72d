import { type CallWithoutInput, call } from '../context/call.js'
import { tell } from '../events.js'
import { userPool } from '../service/user-pool.js'
import { clearDevice } from '../session/device-store.js'
import { accessToken } from '../session/get-tokens.js'
import { clearTokens } from '../session/token-store.js'

/**
 * Deletes the signed-in user from the user pool, and everything that is stored about them here. When the service
 * refuses, or cannot be reached, nothing is forgotten. There is no way back.
 *
 * @throws AuthError (`AuthErrorNames['deleteUser']`) named as one of {@link DeleteUserException};
 *   `UserUnAuthenticatedException` when no user is signed in; `AuthTokenConfigException`; `NetworkError`,
 *   `TimeoutError`, `AbortError`
 *
 * @example
 * ```ts
 * import { deleteUser } from '@amulet/auth'
 *
 * await deleteUser()
 * ```
 */
export const deleteUser: CallWithoutInput<void> = call('deleteUser', async (context) => {
  await userPool(context, 'DeleteUser', { AccessToken: await accessToken(context) })
  // There is no refresh token left to revoke: it went with the user.
  await clearDevice(context)
  await clearTokens(context)
  context.memory.credentials = undefined
  tell(context, { event: 'signedOut', data: { reason: 'userDeleted' } })
})
