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

export interface ResetPasswordInput {
  username: string
  options?: AuthServiceOptions & { clientMetadata?: ClientMetadata }
}

export interface ResetPasswordOutput {
  /** Always false: the code has to come back first. */
  isPasswordReset: boolean
  nextStep: {
    /** Always `CONFIRM_RESET_PASSWORD_WITH_CODE`: call `confirmResetPassword`. */
    resetPasswordStep: 'CONFIRM_RESET_PASSWORD_WITH_CODE' | 'DONE'
    /** Never there; Amplify declares it. */
    additionalInfo?: Record<string, string>
    codeDeliveryDetails: CodeDeliveryDetails<VerifiableUserAttributeKey>
  }
}

/**
 * Begins to replace a forgotten password: sends a code to the user's confirmed address, and says where to. The
 * old password works until `confirmResetPassword`.
 *
 * @throws AuthError (`AuthErrorNames['resetPassword']`) named as one of {@link ForgotPasswordException};
 *   `EmptyResetPasswordUsername`; `AuthTokenConfigException`; `NetworkError`, `TimeoutError`, `AbortError`
 *
 * @example
 * ```ts
 * import { resetPassword } from '@amulet/auth'
 *
 * const { nextStep } = await resetPassword({ username: 'ada' })
 * console.log('We sent a code to', nextStep.codeDeliveryDetails.destination)
 * ```
 */
export const resetPassword: Call<ResetPasswordInput, ResetPasswordOutput> = call(
  'resetPassword',
  async (context, { username, options }: ResetPasswordInput): Promise<ResetPasswordOutput> => {
    required(username, 'EmptyResetPasswordUsername', 'username', 'resetPassword')
    const { CodeDeliveryDetails } = await userPool(context, 'ForgotPassword', {
      ...clientFields(context, username, options),
      Username: username,
    })
    return {
      isPasswordReset: false,
      nextStep: {
        resetPasswordStep: 'CONFIRM_RESET_PASSWORD_WITH_CODE',
        codeDeliveryDetails: codeDeliveryDetails(CodeDeliveryDetails),
      },
    }
  },
)
