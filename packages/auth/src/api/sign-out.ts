import { type CallWithOptionalInput, call } from '../context/call.js'
import { orInterrupted } from '../context/deadline.js'
import { type AuthError, toAuthError } from '../errors.js'
import { tell } from '../events.js'
import type { LogOutOptions } from '../oauth/log-out.js'
import { findOAuth, OAUTH_SIGN_IN } from '../oauth/oauth-config.js'
import { REPEATABLE, userPool, userPoolConfig } from '../service/user-pool.js'
import { getTokens } from '../session/get-tokens.js'
import { readItem, writeItem } from '../session/items.js'
import { clearTokens, keyOf, loadTokens } from '../session/token-store.js'

export interface SignOutInput {
  /** Also ends the user's sessions on all other devices. */
  global: boolean
  oauth?: LogOutOptions
}

/**
 * Signs the user out on this device: forgets the stored tokens, then revokes the refresh token. With `global`, an
 * access token that has expired is refreshed first, because the service ends all sessions for a good one only. The
 * tokens are forgotten even if the service cannot be reached; the `signedOut` event then carries the `error`. It comes
 * after the service's answer, and not at all when another user has signed in meanwhile. A session that came from the
 * user pool's domain is ended there too: the page is left for its `/logout`, and the user comes back from there.
 *
 * @throws AuthError (`AuthErrorNames['signOut']`) `AuthTokenConfigException`; `InvalidPreferredRedirectUrlException`, before
 *   anything is done; when the user is signed out here, but not at the domain: `InvalidOriginException` or
 *   `InvalidRedirectException` where no `redirectSignOut` fits, and what an opener fails with, `OAuthSignOutException`
 *
 * @example
 * ```ts
 * import { signOut } from '@amulet/auth'
 *
 * await signOut()
 * await signOut({ global: true })
 * ```
 */
export const signOut: CallWithOptionalInput<SignOutInput, void> = call(
  'signOut',
  async (context, { global, oauth: options = {} }: Partial<SignOutInput>) => {
    const { userPoolClientId } = userPoolConfig(context)
    const oauth = findOAuth(context)
    // Only sessions that came from a domain load what ends them there.
    const load = () => orInterrupted(context, import('../oauth/log-out.js'))
    const { redirectUrl } = options
    if (oauth && redirectUrl && !oauth.redirectSignOut.includes(redirectUrl))
      (await load()).refuseRedirectUrl()
    const { accessToken, refreshToken, oauthMetadata } =
      (await orInterrupted(context, loadTokens(context))) ?? {}
    // It outlives a session that the service has ended; the one at the domain may go on.
    const hasSignedIn = oauth && (await readItem(context, keyOf(context, OAUTH_SIGN_IN)))
    const data: { reason: 'signOut'; error?: AuthError } = { reason: 'signOut' }
    const failed = (error: unknown): undefined => {
      data.error = toAuthError(error)
    }
    // The service ends all sessions for a token that has not expired, and only what is still stored can be refreshed.
    const fresh = global && accessToken ? await getTokens(context).catch(failed) : undefined
    // Before the service is told: a page that is closed meanwhile must be signed out, and a user who signs in must stay signed in.
    await clearTokens(context)
    if (hasSignedIn) await writeItem(context, keyOf(context, OAUTH_SIGN_IN))
    context.memory.credentials = undefined
    if (fresh) {
      const input = { AccessToken: `${fresh.accessToken}` }
      await userPool(context, 'GlobalSignOut', input, REPEATABLE).catch(failed)
    } else if (!global && refreshToken && accessToken?.payload.origin_jti) {
      const input = { ClientId: userPoolClientId, Token: refreshToken }
      await userPool(context, 'RevokeToken', input, REPEATABLE).catch(failed)
    }
    // Before listeners are told: one that leaves the page must not be the last to do so.
    const domain = oauth && (oauthMetadata || hasSignedIn) ? await load().catch(failed) : undefined
    // A newer session has been told of already, and goes on.
    if (await loadTokens(context)) return
    tell(context, { event: 'signedOut', data })
    if (oauth) await domain?.logOut(context, oauth, options)
  },
)
