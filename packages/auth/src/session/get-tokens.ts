import { orInterrupted, type RequestContext } from '../context/deadline.js'
import { type AuthError, authError } from '../errors.js'
import type { ClientMetadata, JWT } from '../models.js'
import { userPoolConfig } from '../service/user-pool.js'
import { refresh } from './refresh.js'
import { loadTokens, type StoredTokens } from './token-store.js'

export interface GetTokensOptions {
  forceRefresh?: boolean
  clientMetadata?: ClientMetadata
}

/**
 * The session's tokens, refreshed when they have to be; nothing when no user is signed in.
 *
 * @param expiredToo whether a session that could not be refreshed, but has not ended, is better than an error
 */
export const getTokens = async (
  context: RequestContext,
  { forceRefresh, clientMetadata }: GetTokensOptions = {},
  expiredToo?: boolean,
): Promise<StoredTokens | undefined> => {
  // Of no use, by the service's clock and in so many seconds: it has expired, or comes from the future. Then this
  // device's clock was set back since, and says nothing about expiry any more.
  const isOff = ({ clockDrift }: StoredTokens, { payload: { iat = 0, exp = 0 } }: JWT, ahead = 0) => {
    const time = (context.clock() + clockDrift) / 1000 + ahead
    return time >= exp || time < iat - 60
  }
  // A sign-in by redirect that this page is the answer to. It ends in time, and with an error for its own listeners.
  await orInterrupted(
    context,
    context.memory.redirect?.catch(() => {}),
  )
  const stored = await orInterrupted(context, loadTokens(context))
  // Code that could not be loaded for it is an error for a user who is not signed in, and for no other.
  if (!stored) {
    await context.memory.redirect
    return undefined
  }
  const { accessToken, idToken = accessToken } = stored
  // Five seconds, so that a token does not expire on its way to the service.
  if (!forceRefresh && ![accessToken, idToken].some((jwt) => isOff(stored, jwt, 5))) return stored
  try {
    const fresh = await refresh(context, stored, clientMetadata)
    // The answer may be old: this page was frozen when it came.
    return fresh && isOff(fresh, fresh.accessToken) ? await refresh(context, fresh, clientMetadata) : fresh
  } catch (error) {
    // Everything that `refresh` rejects with is an AuthError.
    const kept = !forceRefresh && (error as AuthError).name !== 'AbortError' && (await loadTokens(context))
    // Still good for its last seconds, or with an ID token that ran out before it: better than nothing.
    if (kept && (expiredToo ? kept.refreshToken : !isOff(kept, kept.accessToken))) return kept
    throw error
  }
}

/**
 * The access token of a call that needs one.
 *
 * @throws AuthError `AuthTokenConfigException` when the context has no user pool, `UserUnAuthenticatedException`
 *   when no user is signed in
 */
export const accessToken = async (context: RequestContext): Promise<string> => {
  userPoolConfig(context)
  return `${authenticated(await getTokens(context)).accessToken}`
}

/** @throws AuthError `UserUnAuthenticatedException` when no user is signed in */
export const authenticated = <Value>(value: Value | undefined): Value => {
  if (value) return value
  throw authError(
    'UserUnAuthenticatedException',
    'User needs to be authenticated to call this API.',
    'Sign in before calling this API again.',
  )
}
