import { call } from '../context/call.js'
import type { AuthContext } from '../context/context.js'
import { orInterrupted, type RequestContext, type RequestOptions } from '../context/deadline.js'
import { authError } from '../errors.js'
import type { AuthSession } from '../models.js'
import { send } from '../service/transport.js'
import { type GetTokensOptions, getTokens } from '../session/get-tokens.js'
import { readItem, writeItem } from '../session/items.js'

export interface FetchAuthSessionOptions extends GetTokensOptions, RequestOptions {}

/**
 * The session: tokens, refreshed when they are about to expire. Without a signed-in user, and without
 * configuration, it resolves with every member undefined. A refresh that fails for the moment rejects only
 * if there is no valid access token left, or when `forceRefresh` asked for it.
 *
 * With an `identityPoolId` the session has AWS credentials too: those of the user, or with `allowGuestAccess` those of a
 * guest. They are kept in memory until they expire, or the session ends, and fetched by one call at a time.
 *
 * @param options.forceRefresh fetch new tokens, and credentials, even if those at hand are valid; default `false`
 * @param options.clientMetadata handed to the pool's triggers if there is a refresh
 * @throws AuthError (`AuthErrorNames['fetchAuthSession']`) when the tokens cannot be refreshed, or credentials not be had:
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
    const pool = context.config.Auth?.Cognito
    // Without an ID token nothing tells the identity pool who the user is.
    const { credentials, identityId } =
      pool?.identityPoolId && (accessToken ? idToken : pool.allowGuestAccess)
        ? await orInterrupted(
            context,
            import('../session/credentials.js').then((loaded) =>
              loaded.credentials(
                send,
                authError,
                readItem,
                writeItem,
                context,
                pool,
                idToken,
                options.forceRefresh,
              ),
            ),
          )
        : {}
    return {
      tokens: accessToken && { accessToken, idToken, signInDetails },
      credentials,
      identityId,
      userSub: accessToken?.payload.sub,
    }
  },
)
