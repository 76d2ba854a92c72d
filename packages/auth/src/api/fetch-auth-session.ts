import { call } from '../context/call.js'
import type { AuthContext } from '../context/context.js'
import type { RequestContext, RequestOptions } from '../context/deadline.js'
import type { AuthSession } from '../models.js'
import { type GetTokensOptions, getTokens } from '../session/get-tokens.js'

export interface FetchAuthSessionOptions extends GetTokensOptions, RequestOptions {}

/**
 * The session: tokens, refreshed when they are about to expire. Without a signed-in user, and without
 * configuration, it resolves with every member undefined. A refresh that fails for the moment rejects only
 * if there is no valid access token left, or when `forceRefresh` asked for it.
 *
 * This version does not talk to identity pools: `credentials` and `identityId` are always undefined.
 *
 * @param options.forceRefresh fetch new tokens even if the stored ones are valid; default `false`
 * @param options.clientMetadata handed to the pool's triggers if there is a refresh
 * @throws AuthError (`AuthErrorNames['fetchAuthSession']`) when the tokens cannot be refreshed:
 *   `NetworkError`, `TimeoutError`, `AbortError`, `TokenRefreshException` without a refresh token, or
 *   whatever the service answers
 *
 * @example
 * ```ts
 * import { fetchAuthSession } from '@amulet/auth'
 *
 * const { tokens } = await fetchAuthSession()
 * const headers = { authorization: `Bearer ${tokens?.accessToken}` }
 * ```
 */
export const fetchAuthSession: {
  (context: AuthContext, options?: FetchAuthSessionOptions): Promise<AuthSession>
  (options?: FetchAuthSessionOptions): Promise<AuthSession>
} = call(
  'fetchAuthSession',
  async (context: RequestContext, options: FetchAuthSessionOptions): Promise<AuthSession> => {
    const { accessToken, idToken, signInDetails } = (await getTokens(context, options)) ?? {}
    return {
      tokens: accessToken && { accessToken, idToken, signInDetails },
      credentials: undefined,
      identityId: undefined,
      userSub: accessToken?.payload.sub,
    }
  },
)
