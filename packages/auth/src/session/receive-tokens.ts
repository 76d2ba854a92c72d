import { authError } from '../errors.js'
import type { AuthenticationResult } from '../service/user-pool.js'
import { decodeJWT } from './decode-jwt.js'
import type { StoredTokens } from './token-store.js'

/**
 * The session the service has just issued: its tokens, and what is kept of the one before or the sign-in.
 *
 * @param sentAt when the service was asked, by the clock of this device
 */
export const receiveTokens = (
  { AccessToken, IdToken, RefreshToken }: AuthenticationResult = {},
  known: Pick<StoredTokens, 'username' | 'signInDetails' | 'refreshToken'>,
  sentAt: number,
): StoredTokens => {
  if (!AccessToken) throw authError('InvalidTokens', 'Invalid tokens', 'Check Cognito UserPool settings')
  const accessToken = decodeJWT(AccessToken)
  const { iat } = accessToken.payload
  return {
    ...known,
    accessToken,
    // From here on expiry is judged by the service's clock; this device's may be a day off.
    clockDrift: iat ? iat * 1000 - sentAt : 0,
    idToken: IdToken ? decodeJWT(IdToken) : undefined,
    refreshToken: RefreshToken ?? known.refreshToken,
  }
}
