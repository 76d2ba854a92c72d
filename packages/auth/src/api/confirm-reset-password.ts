import { type Call, call } from '../context/call.js'
import { required } from '../errors.js'
import type { AuthServiceOptions, ClientMetadata } from '../models.js'
import { clientFields } from '../service/client-fields.js'
import { userPool, userPoolConfig } from '../service/user-pool.js'

export interface ConfirmResetPasswordInput {
  username: string
  newPassword: string
  /** The code that `resetPassword`, or an administrator, had sent. */
  confirmationCode: string
  options?: AuthServiceOptions & { clientMetadata?: ClientMetadata }
}

/**
 * Sets the new password of a user who forgot the old one. It signs no user in: call `signIn`.
 *
 * @throws AuthError (`AuthErrorNames['confirmResetPassword']`) named as one of
 *   {@link ConfirmForgotPasswordException}; `EmptyConfirmResetPasswordUsername`,
 *   `EmptyConfirmResetPasswordNewPassword`, `EmptyConfirmResetPasswordConfirmationCode`;
 *   `AuthTokenConfigException`; `NetworkError`, `TimeoutError`, `AbortError`
 *
 * @example
 * ```ts
 * import { confirmResetPassword } from '@amulet/auth'
 *
 * await confirmResetPassword({ username: 'ada', newPassword: 'battery staple', confirmationCode: '123456' })
 * ```
 */
export const confirmResetPassword: Call<ConfirmResetPasswordInput, void> = call(
  'confirmResetPassword',
  async (context, { username, newPassword, confirmationCode, options }: ConfirmResetPasswordInput) => {
    userPoolConfig(context)
    const verb = 'confirmResetPassword'
    required(username, 'EmptyConfirmResetPasswordUsername', 'username', verb)
    required(newPassword, 'EmptyConfirmResetPasswordNewPassword', 'newPassword', verb)
    required(confirmationCode, 'EmptyConfirmResetPasswordConfirmationCode', 'confirmationCode', verb)
    await userPool(context, 'ConfirmForgotPassword', {
      ...clientFields(context, username, options),
      Username: username,
      ConfirmationCode: confirmationCode,
      Password: newPassword,
    })
  },
)
