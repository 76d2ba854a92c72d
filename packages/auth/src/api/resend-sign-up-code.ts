import { type Call, call } from '../context/call.js'
import { required } from '../errors.js'
import type {
  AuthServiceOptions,
  ClientMetadata,
  CodeDeliveryDetails,
  VerifiableUserAttributeKey,
} from '../models.js'
import { clientFields } from '../service/client-fields.js'
import { codeDeliveryDetails } from '../service/code-delivery-details.js'
import { userPool } from '../service/user-pool.js'

export interface ResendSignUpCodeInput {
  username: string
  options?: AuthServiceOptions & { clientMetadata?: ClientMetadata }
}

export type ResendSignUpCodeOutput = CodeDeliveryDetails<VerifiableUserAttributeKey>

/**
 * Sends the confirmation code of a new account once more, and says where to.
 *
 * @throws AuthError (`AuthErrorNames['resendSignUpCode']`) named as one of
 *   {@link ResendConfirmationException}; `EmptySignUpUsername`; `AuthTokenConfigException`; `NetworkError`,
 *   `TimeoutError`, `AbortError`
 *
 * @example
 * ```ts
 * import { resendSignUpCode } from '@amulet/auth'
 *
 * const { destination } = await resendSignUpCode({ username: 'ada' })
 * ```
 */
export const resendSignUpCode: Call<ResendSignUpCodeInput, ResendSignUpCodeOutput> = call(
  'resendSignUpCode',
  async (context, { username, options }: ResendSignUpCodeInput) => {
    required(username, 'EmptySignUpUsername', 'username', 'signUp')
    const { CodeDeliveryDetails } = await userPool(context, 'ResendConfirmationCode', {
      ...clientFields(context, username, options),
      Username: username,
    })
    return codeDeliveryDetails(CodeDeliveryDetails)
  },
)
