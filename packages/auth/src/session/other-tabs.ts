import type { AuthContext } from '../context/context.js'
import type { AuthHubEventData } from '../events.js'
import { loadTokens } from './token-store.js'
import { userOf } from './user-of.js'

export interface TabWatch {
  /** This tab has something to tell on this channel, and may have changed the session. */
  changedHere(channel: string): void
  stop(): void
}

/**
 * Watches the session of a context by what is stored before and after: a tab writes and removes several items for one
 * sign-in, and an older version of the page may do it in another order. `configure` may change the context at any time;
 * that is a change by this tab.
 */
export const watchTabs = (
  contextOf: () => AuthContext,
  tell: (payload: AuthHubEventData) => void,
): TabWatch => {
  let known = loadTokens(contextOf())
  const onStorage = ({ key }: StorageEvent) => {
    // Without a key everything was cleared.
    if (key !== null && !key.startsWith('CognitoIdentityServiceProvider.')) return
    const context = contextOf()
    known = known.then(async (before) => {
      const now = await loadTokens(context)
      if (`${before?.accessToken}` === `${now?.accessToken}`) return now
      const isSame = before?.username === now?.username
      if (before && !isSame) tell({ event: 'signedOut', data: { reason: 'otherTab' } })
      if (now) tell(isSame ? { event: 'tokenRefresh' } : { event: 'signedIn', data: userOf(now) })
      return now
    })
  }
  // Only pages have other tabs. Elsewhere no event tells about changes of a storage.
  globalThis.window?.addEventListener?.('storage', onStorage)
  return {
    changedHere(channel) {
      // An application's own channel changes nothing, and a change that another tab made a moment ago would be taken for
      // this tab's.
      if (channel !== 'auth' && channel !== 'core') return
      const context = contextOf()
      known = known.then(() => loadTokens(context))
    },
    stop() {
      globalThis.window?.removeEventListener?.('storage', onStorage)
    },
  }
}
