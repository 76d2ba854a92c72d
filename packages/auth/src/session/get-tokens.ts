import type { RequestContext } from '../context/deadline.js'
import { type AuthError, authError } from '../errors.js'
import type { ClientMetadata } from '../models.js'
import { userPoolConfig } from '../service/user-pool.js'
import { refresh } from './refresh.js'
import { loadTokens, type StoredTokens } from './token-store.js'

export interface GetTokensOptions {
  forceRefresh?: boolean
  clientMetadata?: ClientMetadata
}

/**
 * Whether a token of this session will have expired at `now` plus `margin` milliseconds, by the service's clock. One
 * from the future counts as well: this device's clock was set back since, and says nothing about expiry any more.
 */
const expiresWithin = (margin: number, now: number, { accessToken, idToken, clockDrift }: StoredTokens) =>
  [accessToken, idToken].some((jwt) => {
    const { iat = 0, exp = 0 } = jwt?.payload ?? { exp: Infinity }
    return now + clockDrift + margin >= exp * 1000 || now + clockDrift + 60_000 < iat * 1000
  })

/**
 * The session's tokens, refreshed when they have to be; nothing when nobody is signed in.
 *
 * @param expiredToo whether a session that could not be refreshed, but has not ended, is better than an error
 */
export async function getTokens(
  context: RequestContext,
  { forceRefresh, clientMetadata }: GetTokensOptions = {},
  expiredToo = false,
): Promise<StoredTokens | undefined> {
  const stored = await loadTokens(context)
  // Five seconds, so that a token does not expire on its way to the service.
  if (!stored || !(forceRefresh || expiresWithin(5000, context.clock(), stored))) return stored
  try {
    return await refresh(context, stored, clientMetadata)
  } catch (error) {
    // Everything that `refresh` rejects with is an AuthError.
    const isAborted = (error as AuthError).name === 'AbortError'
    const kept = !forceRefresh && !isAborted && (await loadTokens(context))
    // Still good for its last seconds, or with an ID token that ran out before it: better than nothing.
    if (
      kept &&
      (expiredToo ? kept.refreshToken : !expiresWithin(0, context.clock(), { ...kept, idToken: undefined }))
    )
      return kept
    throw error
  }
}

/**
 * The access token of a call that needs one.
 *
 * @throws AuthError `AuthTokenConfigException` when the context has no user pool, `UserUnAuthenticatedException`
 *   when nobody is signed in
 */
export async function accessToken(context: RequestContext): Promise<string> {
  userPoolConfig(context)
  return `${authenticated(await getTokens(context)).accessToken}`
}

/** @throws AuthError `UserUnAuthenticatedException` when nobody is signed in */
export function authenticated<Value>(value: Value | undefined): Value {
  if (value) return value
  throw authError(
    'UserUnAuthenticatedException',
    'User needs to be authenticated to call this API.',
    'Sign in before calling this API again.',
  )
}
