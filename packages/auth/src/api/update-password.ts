import { type Call, call } from '../context/call.js'
import { authError } from '../errors.js'
import { userPool, userPoolConfig } from '../service/user-pool.js'
import { accessToken } from '../session/get-tokens.js'

export interface UpdatePasswordInput {
  oldPassword: string
  newPassword: string
}

/**
 * Changes the password of the signed-in user, who stays signed in here. Amazon Cognito keeps the sessions of other devices,
 * and a server of Amulet ends them.
 *
 * @throws AuthError (`AuthErrorNames['updatePassword']`) named as one of {@link ChangePasswordException},
 *   which is `NotAuthorizedException` for a wrong old password and for a session that was ended; `EmptyUpdatePassword`;
 *   `UserUnAuthenticatedException` when no user is signed in; `AuthTokenConfigException`; `NetworkError`,
 *   `TimeoutError`, `AbortError`
 *
 * @example
 * ```ts
 * import { updatePassword } from '@amulet/auth'
 *
 * await updatePassword({ oldPassword: 'correct horse', newPassword: 'battery staple' })
 * ```
 */
export const updatePassword: Call<UpdatePasswordInput, void> = call(
  'updatePassword',
  async (context, { oldPassword, newPassword }: UpdatePasswordInput) => {
    userPoolConfig(context)
    // One refusal for both, in the operation's own word for it.
    if (!oldPassword || !newPassword) {
      throw authError('EmptyUpdatePassword', 'oldPassword and newPassword are required to changePassword')
    }
    await userPool(context, 'ChangePassword', {
      AccessToken: await accessToken(context),
      PreviousPassword: oldPassword,
      ProposedPassword: newPassword,
    })
  },
)
