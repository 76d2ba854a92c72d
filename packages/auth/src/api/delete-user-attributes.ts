import { type Call, call } from '../context/call.js'
import type { UserAttributeKey } from '../models.js'
import { REPEATABLE, userPool } from '../service/user-pool.js'
import { accessToken } from '../session/get-tokens.js'

export interface DeleteUserAttributesInput {
  /** At least one name. */
  userAttributeKeys: [UserAttributeKey, ...UserAttributeKey[]]
}

/**
 * Deletes attributes of the signed-in user. One that the user does not have is no error.
 *
 * @throws AuthError (`AuthErrorNames['deleteUserAttributes']`) named as one of
 *   {@link DeleteUserAttributesException}, which is `InvalidParameterException` for an attribute the pool
 *   requires or does not know; `UserUnAuthenticatedException` when no user is signed in;
 *   `AuthTokenConfigException`; `NetworkError`, `TimeoutError`, `AbortError`
 *
 * @example
 * ```ts
 * import { deleteUserAttributes } from '@amulet/auth'
 *
 * await deleteUserAttributes({ userAttributeKeys: ['nickname', 'custom:team'] })
 * ```
 */
export const deleteUserAttributes: Call<DeleteUserAttributesInput, void> = call(
  'deleteUserAttributes',
  async (context, { userAttributeKeys }: DeleteUserAttributesInput) => {
    const input = { AccessToken: await accessToken(context), UserAttributeNames: userAttributeKeys }
    await userPool(context, 'DeleteUserAttributes', input, REPEATABLE)
  },
)
