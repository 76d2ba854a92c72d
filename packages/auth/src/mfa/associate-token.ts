import type { RequestContext } from '../context/deadline.js'
import { authError } from '../errors.js'
import type { AuthTOTPSetupDetails } from '../models.js'
import { type UserPoolOperations, userPool } from '../service/user-pool.js'

/**
 * Asks for the secret of an authenticator app.
 *
 * @param proof who the user is: an access token, or the session of a sign-in, in whose place the answer has another one
 * @param username what the app shows, unless the application says otherwise
 */
export const associateToken = async (
  context: RequestContext,
  proof: UserPoolOperations['AssociateSoftwareToken'][0],
  username: string,
): Promise<[details: AuthTOTPSetupDetails, Session: string | undefined]> => {
  const { SecretCode, Session } = await userPool(context, 'AssociateSoftwareToken', proof)
  if (!SecretCode) throw authError('SetUpTOTPException', 'Failed to set up TOTP.')
  const getSetupUri = (appName: string, accountName = username) =>
    new URL(
      `otpauth://totp/${escaped(appName)}:${escaped(accountName)}?secret=${SecretCode}&issuer=${escaped(appName)}`,
    )

  return [{ sharedSecret: SecretCode, getSetupUri }, Session]
}

// `@` has no meaning in a path or a query, and Amplify leaves it as it is.
const escaped = (text: string) => encodeURIComponent(text).replaceAll('%40', '@')
