import type { RequestContext } from '../context/deadline.js'
import { authError } from '../errors.js'
import type { ClientMetadata } from '../models.js'
import { refresh } from './refresh.js'
import { loadTokens, type StoredTokens } from './token-store.js'

export interface GetTokensOptions {
  forceRefresh?: boolean
  clientMetadata?: ClientMetadata
}

/** Whether a token of this session will have expired at `now` plus `margin` milliseconds, by the service's clock. */
const expiresWithin = (margin: number, now: number, { accessToken, idToken, clockDrift }: StoredTokens) =>
  [accessToken, idToken].some((jwt) => jwt && now + clockDrift + margin > (jwt.payload.exp ?? 0) * 1000)

/** The session's tokens, refreshed when they have to be; nothing when nobody is signed in. */
export async function getTokens(
  context: RequestContext,
  { forceRefresh, clientMetadata }: GetTokensOptions = {},
): Promise<StoredTokens | undefined> {
  const stored = await loadTokens(context)
  // Five seconds, so that a token does not expire on its way to the service.
  if (!stored || !(forceRefresh || expiresWithin(5000, context.clock(), stored))) return stored
  try {
    return await refresh(context, stored, clientMetadata)
  } catch (error) {
    // Still good for its last seconds, or with an ID token that ran out before it: better than nothing.
    const kept = !forceRefresh && (await loadTokens(context))
    if (kept && !expiresWithin(0, context.clock(), { ...kept, idToken: undefined })) return kept
    throw error
  }
}

/** The access token of a call that needs one. */
export async function accessToken(context: RequestContext): Promise<string> {
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
