import { type CallWithoutInput, call } from '../context/call.js'
import { userPool } from '../service/user-pool.js'
import { clearDevice } from '../session/device-store.js'
import { accessToken } from '../session/get-tokens.js'
import { endSession } from '../sign-out/end-session.js'

/**
 * Deletes the signed-in user from the user pool, and everything that is stored about them here. When the service
 * refuses, or cannot be reached, nothing is forgotten. There is no way back. A session that came from the user pool's
 * domain is ended there too, as by `signOut`.
 *
 * @throws AuthError (`AuthErrorNames['deleteUser']`) named as one of {@link DeleteUserException};
 *   `UserUnAuthenticatedException` when no user is signed in; `AuthTokenConfigException`; `NetworkError`,
 *   `TimeoutError`, `AbortError`; when the user is deleted, but still has a session at the domain:
 *   `InvalidOriginException` or `InvalidRedirectException` where no `redirectSignOut` fits
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
  await clearDevice(context)
  // The user is deleted: what is left to do is done even if the call is ended meanwhile.
  await endSession({ ...context, interrupted: new Promise(() => {}) }, {}, 'userDeleted')
})
