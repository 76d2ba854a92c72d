import { type CallWithOptionalInput, call } from '../context/call.js'
import type { LogOutOptions } from '../oauth/log-out.js'
import { endSession } from '../sign-out/end-session.js'

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
export const signOut: CallWithOptionalInput<SignOutInput, void> = call('signOut', endSession)
