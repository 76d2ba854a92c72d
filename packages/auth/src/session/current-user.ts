import type { RequestContext } from '../context/deadline.js'
import type { AuthUser } from '../models.js'
import { getTokens } from './get-tokens.js'
import type { StoredTokens } from './token-store.js'

/**
 * The signed-in user, if there is one.
 *
 * @param expiredToo see {@link getTokens}
 */
export async function findCurrentUser(
  context: RequestContext,
  expiredToo?: boolean,
): Promise<AuthUser | undefined> {
  const tokens = await getTokens(context, {}, expiredToo)
  return tokens && userOf(tokens)
}

/** The user whose tokens these are. */
export function userOf({ accessToken, idToken, signInDetails }: StoredTokens): AuthUser {
  const { sub, 'cognito:username': username, username: accessUsername } = (idToken ?? accessToken).payload
  return {
    // Both tokens of a user pool name the user, each in its own claim.
    username: (username ?? accessUsername) as string,
    userId: sub as string,
    ...(signInDetails && { signInDetails }),
  }
}
