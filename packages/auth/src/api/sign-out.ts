import { type CallWithOptionalInput, call } from '../context/call.js'
import { orInterrupted } from '../context/deadline.js'
import { type AuthError, toAuthError } from '../errors.js'
import { tell } from '../events.js'
import { REPEATABLE, userPool, userPoolConfig } from '../service/user-pool.js'
import { getTokens } from '../session/get-tokens.js'
import { clearTokens, loadTokens } from '../session/token-store.js'

export interface SignOutInput {
  /** Also ends the user's sessions on all other devices. */
  global: boolean
}

/**
 * Signs the user out on this device: forgets the stored tokens, then revokes the refresh token. With `global`, an
 * access token that has expired is refreshed first, because the service ends all sessions for a good one only. The
 * tokens are forgotten even if the service cannot be reached; the `signedOut` event then carries the `error`. It comes
 * after the service's answer, and not at all when another user has signed in meanwhile.
 *
 * @throws AuthError (`AuthErrorNames['signOut']`) `AuthTokenConfigException`
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
  async (context, { global }: Partial<SignOutInput>) => {
    const { userPoolClientId } = userPoolConfig(context)
    const { accessToken, refreshToken } = (await orInterrupted(context, loadTokens(context))) ?? {}
    const data: { reason: 'signOut'; error?: AuthError } = { reason: 'signOut' }
    const failed = (error: unknown): undefined => {
      data.error = toAuthError(error)
    }
    // The service ends all sessions for a token that has not expired, and only what is still stored can be refreshed.
    const fresh = global && accessToken ? await getTokens(context).catch(failed) : undefined
    // Before the service is told: who closes the page meanwhile must be signed out, and who signs in must stay so.
    await clearTokens(context)
    if (fresh) {
      const input = { AccessToken: `${fresh.accessToken}` }
      await userPool(context, 'GlobalSignOut', input, REPEATABLE).catch(failed)
    } else if (!global && refreshToken && accessToken?.payload.origin_jti) {
      const input = { ClientId: userPoolClientId, Token: refreshToken }
      await userPool(context, 'RevokeToken', input, REPEATABLE).catch(failed)
    }
    // A newer session has been told of already, and goes on.
    if (!(await loadTokens(context))) tell(context, { event: 'signedOut', data })
  },
)
