import type { AuthUser } from '../models.js'
import type { StoredTokens } from './token-store.js'

/** The user whose tokens these are. */
export const userOf = ({ accessToken, idToken, signInDetails }: StoredTokens): AuthUser => {
  const { sub, 'cognito:username': username, username: accessUsername } = (idToken ?? accessToken).payload
  return {
    // Both tokens of a user pool name the user, each in its own claim.
    username: (username ?? accessUsername) as string,
    userId: sub as string,
    ...(signInDetails && { signInDetails }),
  }
}
