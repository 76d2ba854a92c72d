import { orInterrupted, type RequestContext } from '../context/deadline.js'
import { type AuthError, toAuthError } from '../errors.js'
import { tell } from '../events.js'
import type { LogOutOptions } from '../oauth/log-out.js'
import { findOAuth, OAUTH_SIGN_IN } from '../oauth/oauth-config.js'
import { REPEATABLE, userPool, userPoolConfig } from '../service/user-pool.js'
import { getTokens } from '../session/get-tokens.js'
import { readItem, writeItem } from '../session/items.js'
import { clearTokens, keyOf, loadTokens } from '../session/token-store.js'

/**
 * Ends the session: here, at the service unless the user was deleted there, and at the domain if it came from one.
 */
export const endSession = async (
  context: RequestContext,
  { global, oauth: options = {} }: { global?: boolean; oauth?: LogOutOptions },
  reason: 'signOut' | 'userDeleted' = 'signOut',
): Promise<void> => {
  const { userPoolClientId, identityPoolId } = userPoolConfig(context)
  const oauth = findOAuth(context)
  // Only sessions that came from a domain load what ends them there.
  const load = () => orInterrupted(context, import('../oauth/log-out.js'))
  if (oauth && options.redirectUrl && !oauth.redirectSignOut.includes(options.redirectUrl))
    (await load()).refuseRedirectUrl()
  const { accessToken, refreshToken, oauthMetadata } =
    (await orInterrupted(context, loadTokens(context))) ?? {}
  // It outlives a session that the service has ended; the one at the domain may go on.
  const hasSignedIn = await readItem(context, keyOf(context, OAUTH_SIGN_IN))
  const data: { reason: typeof reason; error?: AuthError } = { reason }
  const failed = (error: unknown): undefined => {
    data.error = toAuthError(error)
  }
  // The service ends all sessions for a token that has not expired, and only what is still stored can be refreshed.
  const fresh = global && accessToken ? await getTokens(context).catch(failed) : undefined
  // Before the service is told: a page that is closed meanwhile must be signed out, and a user who signs in must stay signed in.
  await clearTokens(context)
  context.memory.credentials = undefined
  // The identity of a guest who signed in and asked for no credentials.
  if (identityPoolId) await writeItem(context, `com.amplify.Cognito.${identityPoolId}.identityId`)
  await writeItem(context, keyOf(context, OAUTH_SIGN_IN))
  const told = fresh
    ? userPool(context, 'GlobalSignOut', { AccessToken: `${fresh.accessToken}` }, REPEATABLE)
    : reason === 'signOut' && !global && refreshToken && accessToken?.payload.origin_jti
      ? userPool(context, 'RevokeToken', { ClientId: userPoolClientId, Token: refreshToken }, REPEATABLE)
      : undefined
  await told?.catch(failed)
  // Before listeners are told: one that leaves the page must not be the last to do so.
  const domain = oauth && (oauthMetadata || hasSignedIn) ? await load().catch(failed) : undefined
  // A newer session has been told of already, and goes on.
  if (await loadTokens(context)) return
  tell(context, { event: 'signedOut', data })
  if (oauth) await domain?.logOut(context, oauth, options)
}
