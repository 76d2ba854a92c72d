import { confirmSignUp } from './confirm-sign-up.js'
import { getTokensFromRefreshToken } from './get-tokens-from-refresh-token.js'
import { getUser } from './get-user.js'
import { globalSignOut } from './global-sign-out.js'
import { initiateAuth } from './initiate-auth.js'
import type { Operation } from './operation.js'
import { resendConfirmationCode } from './resend-confirmation-code.js'
import { respondToAuthChallenge } from './respond-to-auth-challenge.js'
import { revokeToken } from './revoke-token.js'
import { signUp } from './sign-up.js'

/** The wire operations by name, of user pools (`AWSCognitoIdentityProviderService`). */
export const userPoolOperations: Readonly<Record<string, Operation>> = {
  ConfirmSignUp: confirmSignUp,
  GetTokensFromRefreshToken: getTokensFromRefreshToken,
  GetUser: getUser,
  GlobalSignOut: globalSignOut,
  InitiateAuth: initiateAuth,
  ResendConfirmationCode: resendConfirmationCode,
  RespondToAuthChallenge: respondToAuthChallenge,
  RevokeToken: revokeToken,
  SignUp: signUp,
}
