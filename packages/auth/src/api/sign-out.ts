import { type CallWithOptionalInput, call } from '../context/call.js'
import { orInterrupted } from '../context/deadline.js'
import { toAuthError } from '../errors.js'
import { tell } from '../events.js'
import { REPEATABLE, userPool, userPoolConfig } from '../service/user-pool.js'
import { clearTokens, loadTokens } from '../session/token-store.js'

export interface SignOutInput {
  /** Also ends the user's sessions on all other devices. */
  global: boolean
}

/**
 * Signs the user out on this device: revokes the refresh token and forgets the stored tokens. The tokens are
 * forgotten even if the service cannot be reached; the `signedOut` event then carries the `error`.
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
  async (context, { global }: Partial<SignOutInput>) => {
    const { userPoolClientId } = userPoolConfig(context)
    const { accessToken, refreshToken } = (await orInterrupted(context, loadTokens(context))) ?? {}
    const data: { reason: 'signOut'; error?: ReturnType<typeof toAuthError> } = { reason: 'signOut' }
    try {
      if (global) {
        const input = { AccessToken: `${accessToken}` }
        if (accessToken) await userPool(context, 'GlobalSignOut', input, REPEATABLE)
      } else if (refreshToken && accessToken?.payload.origin_jti) {
        const input = { ClientId: userPoolClientId, Token: refreshToken }
        await userPool(context, 'RevokeToken', input, REPEATABLE)
      }
    } catch (error) {
      data.error = toAuthError(error)
    }
    await clearTokens(context)
    tell(context, { event: 'signedOut', data })
  },
)
