import { type Call, call } from '../context/call.js'
import type {
  AuthServiceOptions,
  ClientMetadata,
  CodeDeliveryDetails,
  VerifiableUserAttributeKey,
} from '../models.js'
import { codeDeliveryDetails } from '../service/code-delivery-details.js'
import { userPool } from '../service/user-pool.js'
import { accessToken } from '../session/get-tokens.js'

export interface SendUserAttributeVerificationCodeInput {
  userAttributeKey: VerifiableUserAttributeKey
  options?: AuthServiceOptions & { clientMetadata?: ClientMetadata }
}

export type SendUserAttributeVerificationCodeOutput = CodeDeliveryDetails<VerifiableUserAttributeKey>

/**
 * Sends a code that confirms the signed-in user's email address or phone number, and says where to. Give it to
 * `confirmUserAttribute`.
 *
 * @throws AuthError (`AuthErrorNames['sendUserAttributeVerificationCode']`) named as one of
 *   {@link GetUserAttributeVerificationException}; `UserUnAuthenticatedException` when no user is signed in;
 *   `AuthTokenConfigException`; `NetworkError`, `TimeoutError`, `AbortError`
 *
 * @example
 * ```ts
 * import { sendUserAttributeVerificationCode } from '@amulet/auth'
 *
 * const { destination } = await sendUserAttributeVerificationCode({ userAttributeKey: 'email' })
 * ```
 */
export const sendUserAttributeVerificationCode: Call<
  SendUserAttributeVerificationCodeInput,
  SendUserAttributeVerificationCodeOutput
> = call(
  'sendUserAttributeVerificationCode',
  async (context, { userAttributeKey, options }: SendUserAttributeVerificationCodeInput) => {
    const { CodeDeliveryDetails } = await userPool(context, 'GetUserAttributeVerificationCode', {
      AccessToken: await accessToken(context),
      ClientMetadata: options?.clientMetadata,
      AttributeName: userAttributeKey,
    })
    return codeDeliveryDetails(CodeDeliveryDetails)
  },
)
