import { orInterrupted, type RequestContext, wait, withDeadline } from '../context/deadline.js'
import type { AuthError } from '../errors.js'
import { tell } from '../events.js'
import type { ClientMetadata } from '../models.js'
import { exchange } from './exchange.js'
import { patience, withLock } from './lock.js'
import { clearTokens, loadTokens, type StoredTokens, updateTokens } from './token-store.js'

/** Refreshes under way by storage, session and metadata. They save requests; what is true is what is stored. */
const underWay = new WeakMap<object, Record<string, Promise<StoredTokens | undefined>>>()

/**
 * New tokens for the session `seen`, or nothing when the session turns out to have ended. All calls on one
 * storage share one refresh. It does not end with the call that began it, so no call can abort it for others.
 */
export const refresh = async (
  context: RequestContext,
  seen: StoredTokens,
  clientMetadata: ClientMetadata | undefined,
): Promise<StoredTokens | undefined> => {
  const refreshes = underWay.get(context.storage) ?? {}
  underWay.set(context.storage, refreshes)
  // By the token that is to be replaced: a slow refresh of a session that has ended since is nothing to wait for.
  const key = `${seen.accessToken}${JSON.stringify(clientMetadata)}`
  refreshes[key] ??= refreshNow(context, seen, clientMetadata).finally(() => delete refreshes[key])
  return orInterrupted(context, refreshes[key])
}

/** What the service says once a refresh token is of no use any more. */
const final = /^(NotAuthorized|TokenRevoked|RefreshTokenReuse|UserNot|PasswordResetRequired)/

const refreshNow = async (
  context: RequestContext,
  seen: StoredTokens,
  clientMetadata: ClientMetadata | undefined,
): Promise<StoredTokens | undefined> => {
  // The sign-in of these tokens, or its user if the pool revokes no tokens and so does not name sign-ins:
  // other users of this origin do not have to wait.
  const { origin_jti, sub } = seen.accessToken.payload
  const lock = `amulet.${origin_jti ?? sub}.`
  let sent = seen.refreshToken
  const isReplaced = async () => (await loadTokens(context))?.refreshToken !== sent
  try {
    const tokens = await withLock(lock, () =>
      withDeadline(context, async (context) => {
        const stored = await loadTokens(context)
        // Between the caller's look and the lock, another tab or context refreshed, signed out or signed in.
        if (!stored || (`${stored.accessToken}` !== `${seen.accessToken}` && !clientMetadata)) return stored
        sent = stored.refreshToken
        const [fresh, isShared] = await exchange(context, stored, clientMetadata, isReplaced)
        // Storing these would bring a session back that was signed out meanwhile, or overwrite a newer one.
        if (await isReplaced()) return null
        if (!(await updateTokens(context, fresh))) return undefined
        if (!isShared) tell(context, { event: 'tokenRefresh' })
        // The metadata of this call are still to be sent.
        return isShared && clientMetadata ? null : fresh
      }),
    )
    if (tokens !== null) return tokens
  } catch (thrown) {
    // Everything that `withDeadline` rejects with is an AuthError.
    const error = thrown as AuthError
    const ended = final.test(error.name)

    // What became of a token that is not the session's any more says nothing.
    for (let tries = 0; !(await isReplaced()); tries++) {
      // Another tab may have used the token first, and store what it got for it in a moment, when its answer comes, or when
      // it goes on, if it is frozen. Callers wait as for an answer.
      const isWaiting = error.name === 'RefreshTokenReuseException' && tries < 2 * (await patience(lock))
      if (!isWaiting) {
        if (ended) await clearTokens(context)
        tell(context, { event: 'tokenRefresh_failure', data: { error } })
        if (ended) tell(context, { event: 'signedOut', data: { reason: 'sessionEnded', error } })
        if (error.name === 'NotAuthorizedException') return undefined
        throw error
      }
      await wait(500)
    }
  }
  // Another tab may still be in the middle of storing what it got.
  return refreshNow(context, seen, clientMetadata)
}
