import { type Call, call } from '../context/call.js'
import { required } from '../errors.js'
import type { VerifiableUserAttributeKey } from '../models.js'
import { userPool, userPoolConfig } from '../service/user-pool.js'
import { accessToken } from '../session/get-tokens.js'

export interface ConfirmUserAttributeInput {
  userAttributeKey: VerifiableUserAttributeKey
  /** The code that was sent. */
  confirmationCode: string
}

/**
 * Confirms the signed-in user's email address or phone number with the code that was sent there by
 * `updateUserAttributes` or `sendUserAttributeVerificationCode`.
 *
 * @throws AuthError (`AuthErrorNames['confirmUserAttribute']`) named as one of
 *   {@link VerifyUserAttributeException}; `EmptyConfirmUserAttributeCode`; `UserUnAuthenticatedException`
 *   when no user is signed in; `AuthTokenConfigException`; `NetworkError`, `TimeoutError`, `AbortError`
 *
 * @example
 * ```ts
 * import { confirmUserAttribute } from '@amulet/auth'
 *
 * await confirmUserAttribute({ userAttributeKey: 'email', confirmationCode: '123456' })
 * ```
 */
export const confirmUserAttribute: Call<ConfirmUserAttributeInput, void> = call(
  'confirmUserAttribute',
  async (context, { userAttributeKey, confirmationCode }: ConfirmUserAttributeInput) => {
    userPoolConfig(context)
    const what = 'confirmation code'
    required(confirmationCode, 'EmptyConfirmUserAttributeCode', what, 'confirmUserAttribute')
    await userPool(context, 'VerifyUserAttribute', {
      AccessToken: await accessToken(context),
      AttributeName: userAttributeKey,
      Code: confirmationCode,
    })
  },
)
