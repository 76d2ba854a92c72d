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
}

export type HubCallback<Channel extends string = string, EventData extends EventDataMap = EventDataMap> = (
  capsule: HubCapsule<Channel, EventData>,
) => void

/** Events by channel: `auth` for this package, `core` for `configure`, any other name for the application. */
export interface EventHub {
  /**
   * Calls `callback` for every later event of the channel, in order of registration.
   *
   * @returns a function that stops it
   * @throws AuthError `NoHubcallbackProvidedException` when the callback is not a function
   */
  listen(channel: 'auth', callback: HubCallback<'auth', AuthHubEventData>, listenerName?: string): () => void
  listen<EventData extends EventDataMap>(
    channel: string,
    callback: HubCallback<string, EventData>,
    listenerName?: string,
  ): () => void
  /** Calls the listeners of a channel before it returns; what they throw is logged and stops nobody else. */
  dispatch(channel: 'auth', payload: HubPayload<AuthHubEventData>, source?: string): void
  dispatch(channel: string, payload: HubPayload, source?: string): void
}

export function createHub(): EventHub {
  let listeners: { channel: string; callback: HubCallback }[] = []
  return {
    listen(channel: string, callback: unknown) {
      if (typeof callback !== 'function') {
        throw authError('NoHubcallbackProvidedException', 'No callback supplied to Hub')
      }
      // The overloads tie the callback to its channel, and dispatch only calls it for that channel.
      listeners = [...listeners, { channel, callback: callback as HubCallback }]
      return () => {
        listeners = listeners.filter((other) => other.channel !== channel || other.callback !== callback)
      }
    },
    dispatch(channel: string, payload: HubPayload, source = '') {
      for (const listener of listeners) {
        if (listener.channel !== channel) continue
        try {
          listener.callback({ channel, payload: { ...payload }, source, patternInfo: [] })
        } catch (error) {
          console.error(error)
        }
      }
    },
  }
}

/** Tells the listeners of a context what happened to its session. */
export const tell = ({ hub }: { hub: EventHub }, payload: AuthHubEventData): void =>
  hub.dispatch('auth', payload, 'Auth')

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
export const Hub: EventHub = /* @__PURE__ */ createHub()
