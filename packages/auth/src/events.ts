import type { AuthError } from './errors.js'
import type { AuthUser } from './models.js'

/** Why a session ended. */
export type SignedOutReason =
  /** The application called `signOut`. `error` is set when the service could not be told. */
  | 'signOut'
  /** The application called `deleteUser`. */
  | 'userDeleted'
  /** The service has permanently refused the stored refresh token; `error` says how. */
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
  /**
   * The storage is full, or refuses items for another reason, which `error` names. The session is kept in memory: it goes
   * on until the page is left. Told once, until everything is stored again.
   */
  | { event: 'storage_failure'; data: { error: unknown } }
  /** A sign-in by redirect is complete, and its tokens are stored; `signedIn` follows. */
  | { event: 'signInWithRedirect' }
  /** A sign-in by redirect has failed, or the user has come back without an answer. */
  | { event: 'signInWithRedirect_failure'; data: { error?: AuthError } }
  /** What `signInWithRedirect` was given as `customState`; before the other events of the sign-in. */
  | { event: 'customOAuthState'; data: string }

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
  /** A listener whose parameter is declared with Amplify's events, which are fewer, listens as well. */
  listen(
    channel: 'auth',
    callback: HubCallback<'auth', Exclude<AuthHubEventData, { event: 'storage_failure' }>>,
    options?: string | HubListenOptions,
  ): () => void
  listen<EventData extends EventDataMap>(
    channel: string,
    callback: HubCallback<string, EventData>,
    listenerName?: string,
  ): () => void
  /** Calls the listeners of a channel before it returns; what they throw is logged and stops no other listener. */
  dispatch(channel: 'auth', payload: HubPayload<AuthHubEventData>, source?: string): void
  dispatch(channel: string, payload: HubPayload, source?: string): void
}

/**
 * The hub of the default context. `createHub` makes a whole one of it in a bundle that has `Hub`; without that there is
 * no way to listen, and so nothing to be told.
 */
export const defaultHub = { dispatch() {} } as unknown as EventHub

/** Tells the listeners of a context what happened to its session. */
export const tell = (context: { hub: EventHub }, payload: AuthHubEventData): void =>
  context.hub.dispatch('auth', payload, 'Auth')
