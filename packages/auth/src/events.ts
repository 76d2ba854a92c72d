import { type AuthError, authError } from './errors.js'
import type { AuthUser } from './models.js'

/** Why a session ended. */
export type SignedOutReason =
  /** The application called `signOut`. `error` is set when the service could not be told. */
  | 'signOut'
  /** The application called `deleteUser`. */
  | 'userDeleted'
  /** The service refused the stored refresh token for good; `error` says how. */
  | 'sessionEnded'
  /** Another tab signed out, or lost its session. */
  | 'otherTab'

/** What the `auth` channel carries. */
export type AuthHubEventData =
  /** A user signed in; tokens are stored. */
  | { event: 'signedIn'; data: AuthUser }
  /** The stored tokens are gone. */
  | { event: 'signedOut'; data: { reason: SignedOutReason; error?: AuthError } }
  /** Refreshed tokens are stored; once per refresh, however many calls waited for it. */
  | { event: 'tokenRefresh' }
  /** A refresh failed. The session still exists unless `signedOut` follows. */
  | { event: 'tokenRefresh_failure'; data: { error: AuthError } }

/** What an event carries, on any channel. */
export interface EventDataMap {
  event: string
  data?: unknown
}

export type HubPayload<EventData extends EventDataMap = EventDataMap> = EventData & { message?: string }

/** What a listener receives. */
export interface HubCapsule<Channel extends string = string, EventData extends EventDataMap = EventDataMap> {
  channel: Channel
  payload: HubPayload<EventData>
  source: string
  patternInfo: string[]
  /** True when it happened in another tab. */
  crossTab?: true
}

export type HubCallback<Channel extends string = string, EventData extends EventDataMap = EventDataMap> = (
  capsule: HubCapsule<Channel, EventData>,
) => void

export interface HubListenOptions {
  /** A name for the listener; it has no effect. */
  listenerName?: string
  /**
   * Whether the listener also receives what other tabs do to the session, as `signedIn`, `signedOut` (with the reason
   * `otherTab`) and `tokenRefresh` with `crossTab` in the capsule. Default `false`. For tokens in `localStorage`: no
   * other storage has events.
   */
  enableCrossTabEvents?: boolean
}

/** Events by channel: `auth` for this package, `core` for `configure`, any other name for the application. */
export interface EventHub {
  /**
   * Calls `callback` for every later event of the channel, in order of registration.
   *
   * @returns a function that stops it
   * @throws AuthError `NoHubcallbackProvidedException` when the callback is not a function
   */
  listen(
    channel: 'auth',
    callback: HubCallback<'auth', AuthHubEventData>,
    options?: string | HubListenOptions,
  ): () => void
  listen<EventData extends EventDataMap>(
    channel: string,
    callback: HubCallback<string, EventData>,
    listenerName?: string,
  ): () => void
  /** Calls the listeners of a channel before it returns; what they throw is logged and stops nobody else. */
  dispatch(channel: 'auth', payload: HubPayload<AuthHubEventData>, source?: string): void
  dispatch(channel: string, payload: HubPayload, source?: string): void
}

/** Watches what other tabs do to a session, and tells it. */
export type WatchTabs = (tell: (payload: AuthHubEventData) => void) => {
  /** This tab has changed the session. */
  changedHere(): void
  stop(): void
}

/** A hub as its context knows it. */
export interface ContextHub extends EventHub {
  /** Other tabs are watched this way from now on, as long as a listener asks for it. */
  watchTabs(watch: WatchTabs): void
}

export function createHub(): ContextHub {
  let listeners: { channel: string; callback: HubCallback; crossTab: boolean | undefined }[] = []
  let watch: WatchTabs | undefined
  let watching: ReturnType<WatchTabs> | undefined
  const deliver = (channel: string, payload: HubPayload, source: string, crossTab?: true) => {
    for (const listener of listeners) {
      if (listener.channel !== channel || (crossTab && !listener.crossTab)) continue
      try {
        listener.callback({
          channel,
          payload: { ...payload },
          source,
          patternInfo: [],
          ...(crossTab && { crossTab }),
        })
      } catch (error) {
        console.error(error)
      }
    }
  }
  const stopWatching = () => {
    watching?.stop()
    watching = undefined
  }
  const watchIfWanted = () => {
    if (!listeners.some(({ crossTab }) => crossTab)) stopWatching()
    else watching ??= watch?.((payload) => deliver('auth', payload, 'Auth', true))
  }
  return {
    listen(channel: string, callback: unknown, options?: string | HubListenOptions) {
      if (typeof callback !== 'function') {
        throw authError('NoHubcallbackProvidedException', 'No callback supplied to Hub')
      }
      const crossTab = typeof options === 'object' && channel === 'auth' && options.enableCrossTabEvents
      // The overloads tie the callback to its channel, and dispatch only calls it for that channel.
      listeners = [...listeners, { channel, callback: callback as HubCallback, crossTab }]
      watchIfWanted()
      return () => {
        listeners = listeners.filter((other) => other.channel !== channel || other.callback !== callback)
        watchIfWanted()
      }
    },
    dispatch(channel: string, payload: HubPayload, source = '') {
      watching?.changedHere()
      deliver(channel, payload, source)
    },
    watchTabs(next) {
      stopWatching()
      watch = next
      watchIfWanted()
    },
  }
}

/** Tells the listeners of a context what happened to its session. */
export const tell = ({ hub }: { hub: EventHub }, payload: AuthHubEventData): void =>
  hub.dispatch('auth', payload, 'Auth')

/** {@link Hub}, as `configure` knows it. */
export const defaultHub: ContextHub = /* @__PURE__ */ createHub()

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
export const Hub: EventHub = defaultHub
