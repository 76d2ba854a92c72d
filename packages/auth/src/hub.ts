import type { AuthContext } from './context/context.js'
import { byDefault } from './context/default.js'
import { authError } from './errors.js'
import {
  defaultHub,
  type EventHub,
  type HubCallback,
  type HubListenOptions,
  type HubPayload,
} from './events.js'
import { type TabWatch, watchTabs } from './session/other-tabs.js'
import { watchRedirect } from './session/watch-redirect.js'

interface Listener {
  channel: string
  callback: unknown
  enableCrossTabEvents: boolean
  /** Receives every event, and picks its own. */
  hear(channel: string, payload: HubPayload, source: string, crossTab?: true): void
}

/** Makes a hub of an object; `contextOf` says whose session other tabs are watched for. */
export const createHub = (hub: Partial<EventHub>, contextOf: () => AuthContext): EventHub => {
  let listeners: Listener[] = []
  /** Set while a listener asks for what other tabs do. */
  let tabs: TabWatch | undefined
  const hearAll: Listener['hear'] = (...event) => {
    for (const listener of listeners) listener.hear(...event)
  }
  const setListeners = (changed: Listener[]) => {
    listeners = changed
    if (listeners.some(({ enableCrossTabEvents }) => enableCrossTabEvents)) {
      tabs ??= watchTabs(contextOf, (payload) => hearAll('auth', payload, 'Auth', true))
    } else {
      tabs?.stop()
      tabs = undefined
    }
  }
  return Object.assign(hub, {
    dispatch(channel: string, payload: HubPayload, source = '') {
      tabs?.changedHere(channel)
      hearAll(channel, payload, source)
      // `configure` may have begun to complete a sign-in by redirect. That tells of itself, unless it cannot be loaded.
      if (channel === 'core') {
        watchRedirect(contextOf(), (error) =>
          hearAll('auth', { event: 'signInWithRedirect_failure', data: { error } }, 'Auth'),
        )
      }
    },
    listen(channel: string, callback: unknown, options?: string | HubListenOptions) {
      if (typeof callback !== 'function') {
        throw authError('NoHubcallbackProvidedException', 'No callback supplied to Hub')
      }
      // A name has no such member.
      const enableCrossTabEvents =
        channel === 'auth' && !!(options as HubListenOptions | undefined)?.enableCrossTabEvents
      const hear: Listener['hear'] = (on, payload, source, crossTab) => {
        if (on !== channel || (crossTab && !enableCrossTabEvents)) return
        const capsule = { channel, payload: { ...payload }, source, patternInfo: [] }
        try {
          // The overloads tie the callback to its channel, and here it hears of that channel only.
          ;(callback as HubCallback)(crossTab ? { ...capsule, crossTab } : capsule)
        } catch (error) {
          console.error(error)
        }
      }
      setListeners([...listeners, { channel, callback, enableCrossTabEvents, hear }])
      return () =>
        setListeners(listeners.filter((other) => other.channel !== channel || other.callback !== callback))
    },
  })
}

/**
 * The events of the default context, the one `configure` sets. A context of `createAuthContext` has its own
 * in `context.hub`.
 *
 * @example
 * ```ts
 * import { Hub } from '@amulet/auth'
 *
 * const stop = Hub.listen('auth', ({ payload }) => {
 *   if (payload.event === 'signedOut') console.log('Signed out:', payload.data.reason)
 * })
 * stop()
 * ```
 */
export const Hub: EventHub = /* @__PURE__ */ createHub(defaultHub, () => byDefault.context)
