import { changePassword } from './change-password.js'
import { confirmForgotPassword } from './confirm-forgot-password.js'
import { confirmSignUp } from './confirm-sign-up.js'
import { deleteUser } from './delete-user.js'
import { deleteUserAttributes } from './delete-user-attributes.js'
import { forgotPassword } from './forgot-password.js'
import { getTokensFromRefreshToken } from './get-tokens-from-refresh-token.js'
import { getUser } from './get-user.js'
import { getUserAttributeVerificationCode } from './get-user-attribute-verification-code.js'
import { globalSignOut } from './global-sign-out.js'
import { initiateAuth } from './initiate-auth.js'
import type { Operation } from './operation.js'
import { resendConfirmationCode } from './resend-confirmation-code.js'
import { respondToAuthChallenge } from './respond-to-auth-challenge.js'
import { revokeToken } from './revoke-token.js'
import { signUp } from './sign-up.js'
import { updateUserAttributes } from './update-user-attributes.js'
import { verifyUserAttribute } from './verify-user-attribute.js'

/** The wire operations by name, of user pools (`AWSCognitoIdentityProviderService`). */
export const userPoolOperations: Readonly<Record<string, Operation>> = {
  ChangePassword: changePassword,
  ConfirmForgotPassword: confirmForgotPassword,
  ConfirmSignUp: confirmSignUp,
  DeleteUser: deleteUser,
  DeleteUserAttributes: deleteUserAttributes,
  ForgotPassword: forgotPassword,
  GetTokensFromRefreshToken: getTokensFromRefreshToken,
  GetUser: getUser,
  GetUserAttributeVerificationCode: getUserAttributeVerificationCode,
  GlobalSignOut: globalSignOut,
  InitiateAuth: initiateAuth,
  ResendConfirmationCode: resendConfirmationCode,
  RespondToAuthChallenge: respondToAuthChallenge,
  RevokeToken: revokeToken,
  SignUp: signUp,
  UpdateUserAttributes: updateUserAttributes,
  VerifyUserAttribute: verifyUserAttribute,
}
