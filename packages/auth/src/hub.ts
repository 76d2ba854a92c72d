import type { AuthContext } from './context/context.js'
import { defaultContext } from './context/default.js'
import { authError } from './errors.js'
import {
  defaultEvents,
  dispatcher,
  type EventHub,
  type Events,
  type HubCallback,
  type HubListenOptions,
  type Listener,
} from './events.js'
import { watchTabs } from './session/other-tabs.js'

/** The hub of some events; `contextOf` says whose session other tabs are watched for. */
export function createHub(events: Events, contextOf: () => AuthContext): EventHub {
  const setListeners = (listeners: Listener[]) => {
    events.listeners = listeners
    if (listeners.some(({ enableCrossTabEvents }) => enableCrossTabEvents)) {
      events.tabs ??= watchTabs(contextOf, (payload) => {
        for (const listener of events.listeners) listener.hear('auth', payload, 'Auth', true)
      })
    } else {
      events.tabs?.stop()
      events.tabs = undefined
    }
  }
  return {
    ...dispatcher(events),
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
      setListeners([...events.listeners, { channel, callback, enableCrossTabEvents, hear }])
      return () =>
        setListeners(
          events.listeners.filter((other) => other.channel !== channel || other.callback !== callback),
        )
    },
  }
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
export const Hub: EventHub = /* @__PURE__ */ createHub(defaultEvents, defaultContext)
