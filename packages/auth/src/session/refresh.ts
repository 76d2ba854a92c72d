import { orInterrupted, type RequestContext, withDeadline } from '../context/deadline.js'
import { authError, toAuthError } from '../errors.js'
import { tell } from '../events.js'
import type { ClientMetadata } from '../models.js'
import { REPEATABLE, userPool, userPoolConfig } from '../service/user-pool.js'
import { mayBeRunning, withLock } from './lock.js'
import { receiveTokens } from './receive-tokens.js'
import { clearTokens, loadTokens, type StoredTokens, updateTokens } from './token-store.js'

/** Refreshes under way by storage, session and metadata. They save requests; what is true is what is stored. */
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
  // Of a session that has ended meanwhile, a slow refresh is nothing to wait for.
  const key = JSON.stringify([userPoolConfig(context).userPoolClientId, seen.refreshToken, clientMetadata])
  refreshes[key] ??= refreshNow(context, seen, clientMetadata).finally(() => delete refreshes[key])
  return orInterrupted(context, refreshes[key])
}

/** What the service says once a refresh token is of no use to anybody any more. */
const final =
  /^(NotAuthorized|TokenRevoked|RefreshTokenReuse|UserNot(Found|Confirmed)|PasswordResetRequired)Exception/

async function refreshNow(
  context: RequestContext,
  seen: StoredTokens,
  clientMetadata: ClientMetadata | undefined,
): Promise<StoredTokens | undefined> {
  // The sign-in these tokens come from: other users of this origin do not have to wait.
  const lock = `amulet.refresh.${seen.accessToken.payload.origin_jti}.`
  let sent = seen.refreshToken
  const isCurrent = (now: StoredTokens | undefined) => now?.refreshToken === sent
  try {
    return await withLock(lock, () =>
      withDeadline(context, {}, async (context) => {
        const stored = await loadTokens(context)
        // Between the caller's look and the lock, another tab or context refreshed, signed out or signed in.
        if (!stored || (`${stored.accessToken}` !== `${seen.accessToken}` && !clientMetadata)) return stored
        sent = stored.refreshToken
        if (!sent) throw noRefreshToken()
        const input = {
          ClientId: userPoolConfig(context).userPoolClientId,
          RefreshToken: sent,
          DeviceKey: stored.deviceKey,
          ClientMetadata: clientMetadata,
        }
        // If the first answer is lost, its token would be sent again by the next call anyway.
        const answer = await userPool(context, 'GetTokensFromRefreshToken', input, REPEATABLE)
        const fresh = receiveTokens(context, answer.AuthenticationResult, stored)
        if (!fresh.accessToken.payload.iat)
          throw authError('iatNotFoundException', 'iat not found in access token')
        const now = await loadTokens(context)
        // Storing these would bring a session back that was signed out meanwhile, or overwrite a newer one.
        if (!isCurrent(now)) return now
        if (!(await updateTokens(context, fresh))) return undefined
        tell(context, { event: 'tokenRefresh' })
        return fresh
      }),
    )
  } catch (thrown) {
    const error = toAuthError(thrown)
    const ended = final.test(error.name)
    if (ended) {
      let now = await loadTokens(context)
      // Another tab has used the token first and is about to store what it gave: now, or when its answer has come.
      for (let tries = 0; error.name === 'RefreshTokenReuseException' && isCurrent(now); tries++) {
        // No request of another tab takes longer than 30 seconds.
        if (tries > 60 || (tries > 3 && !(await mayBeRunning(lock)))) break
        await new Promise((resolve) => setTimeout(resolve, 500))
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
