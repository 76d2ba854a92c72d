import { orInterrupted, type RequestContext, wait, withDeadline } from '../context/deadline.js'
import { authError, toAuthError } from '../errors.js'
import { tell } from '../events.js'
import type { ClientMetadata } from '../models.js'
import { userPool, userPoolConfig } from '../service/user-pool.js'
import { withLock } from './lock.js'
import { receiveTokens } from './receive-tokens.js'
import { clearTokens, loadTokens, type StoredTokens, storeTokens } from './token-store.js'

/** Refreshes under way by storage, app client and metadata. They save requests; what is true is what is stored. */
const underWay = new WeakMap<object, Record<string, Promise<StoredTokens | undefined>>>()

/**
 * New tokens for the session `seen`, or nothing when the session turns out to have ended. All calls on one
 * storage share one refresh. It does not end with the call that began it, so no call can abort it for others.
 */
export async function refresh(
  context: RequestContext,
  seen: StoredTokens,
  clientMetadata: ClientMetadata | undefined,
): Promise<StoredTokens | undefined> {
  const refreshes = underWay.get(context.storage) ?? {}
  underWay.set(context.storage, refreshes)
  const name = `amulet.refresh.${userPoolConfig(context).userPoolClientId}`
  const key = name + JSON.stringify(clientMetadata)
  refreshes[key] ??= withLock(name, () =>
    withDeadline(context, {}, (context) => refreshNow(context, seen, clientMetadata)),
  ).finally(() => delete refreshes[key])
  return orInterrupted(context, refreshes[key])
}

/** What the service says once a refresh token is of no use to anybody any more. */
const final =
  /^(NotAuthorized|TokenRevoked|UserNotFound|PasswordResetRequired|UserNotConfirmed|RefreshTokenReuse)Exception/

async function refreshNow(
  context: RequestContext,
  seen: StoredTokens,
  clientMetadata: ClientMetadata | undefined,
): Promise<StoredTokens | undefined> {
  const stored = await loadTokens(context)
  // Between the caller's look and the lock, another tab or context refreshed, signed out or signed in.
  if (!stored || (`${stored.accessToken}` !== `${seen.accessToken}` && !clientMetadata)) return stored
  const { refreshToken } = stored
  const isCurrent = (tokens: StoredTokens | undefined) => tokens?.refreshToken === refreshToken
  try {
    if (!refreshToken) throw noRefreshToken()
    const { AuthenticationResult } = await userPool(context, 'GetTokensFromRefreshToken', {
      ClientId: userPoolConfig(context).userPoolClientId,
      RefreshToken: refreshToken,
      DeviceKey: stored.deviceKey,
      ClientMetadata: clientMetadata,
    })
    const fresh = receiveTokens(context, AuthenticationResult, stored)
    if (!fresh.accessToken.payload.iat)
      throw authError('iatNotFoundException', 'iat not found in access token')
    const now = await loadTokens(context)
    // Storing these would bring a session back that was signed out meanwhile, or overwrite a newer one.
    if (!isCurrent(now)) return now
    await storeTokens(context, fresh)
    tell(context, { event: 'tokenRefresh' })
    return fresh
  } catch (thrown) {
    const error = toAuthError(thrown)
    const ended = final.test(error.name)
    if (ended) {
      let now = await loadTokens(context)
      // Where there is no lock, somebody may have used the token first and be about to store what it gave.
      for (let tries = 4; error.name === 'RefreshTokenReuseException' && isCurrent(now) && tries--; ) {
        await wait(context, 500)
        now = await loadTokens(context)
      }
      // The answer was about a token that is not the session's any more.
      if (!isCurrent(now)) return now
      await clearTokens(context)
    }
    tell(context, { event: 'tokenRefresh_failure', data: { error } })
    if (ended) tell(context, { event: 'signedOut', data: { reason: 'sessionEnded', error } })
    if (error.name === 'NotAuthorizedException') return undefined
    throw error
  }
}

const noRefreshToken = () =>
  authError(
    'TokenRefreshException',
    "Token refresh is not supported when authenticated with the 'implicit grant' (token) oauth flow. \n\tPlease change your oauth configuration to use 'code grant' flow.",
    'Please logout and change your Amplify configuration to use "code grant" flow. \n\tE.g { responseType: \'code\' }',
  )
