import type { EventHub } from '../events.js'
import type { KeyValueStorage } from '../storage/storage.js'
import { webStorage } from '../storage/web.js'
import type { AmplifyOutputs, AwsExports, ResourcesConfig } from './config.js'
import type { Memory } from './memory.js'
import { parseConfig } from './parse-config.js'

// A registered symbol, so that a context made by one copy of this package is known to another.
const brand: unique symbol = Symbol.for('amulet.context') as never

/** How a context reaches the world around it. */
export interface AuthContextOptions {
  /**
   * Where tokens are kept; default `localStorage`, or memory where there is none. A sign-in under way is
   * kept here too when a storage is given, and in `sessionStorage` otherwise.
   */
  storage?: KeyValueStorage
  /** Sends a request; default the platform's `fetch`. A server in the same process can be given here. */
  fetch?: (request: Request) => Promise<Response>
  /** The time in milliseconds since 1970; default `Date.now`. */
  clock?: () => number
  /** Headers to add to every request to the user pool; asked once per request, retries included. */
  headers?: () => Record<string, string> | Promise<Record<string, string>>
  /**
   * How long a sign-in may wait for its next answer, in milliseconds; default 180,000, which is Amazon
   * Cognito's own default. Set it with `AuthSessionValidity` of the app client.
   */
  signInValidity?: number
  /**
   * Where the user pool answers, instead of `userPoolEndpoint` of the configuration: points an `amplify_outputs.json`
   * at a server of your own.
   */
  endpoint?: string
}

/** Everything a call needs to know; made by `createAuthContext`. */
export interface AuthContext {
  readonly [brand]: true
  readonly config: ResourcesConfig
  /** The events of this context. */
  readonly hub: EventHub
  readonly storage: KeyValueStorage
  /** Where a sign-in under way is kept. */
  readonly signInStorage: KeyValueStorage
  readonly fetch?: AuthContextOptions['fetch']
  readonly clock: () => number
  readonly headers?: AuthContextOptions['headers']
  readonly signInValidity?: AuthContextOptions['signInValidity']
  readonly endpoint?: AuthContextOptions['endpoint']
  readonly memory: Memory
}

export const isContext = (value: unknown): value is AuthContext =>
  !!(value as Partial<AuthContext> | undefined)?.[brand]

/** Where a context keeps what it stores. */
export type Storages = Pick<AuthContext, 'storage' | 'signInStorage'>

export const storagesOf = ({ storage }: AuthContextOptions): Storages => ({
  storage: storage ?? webStorage('localStorage'),
  signInStorage: storage ?? webStorage('sessionStorage'),
})

/** @param before the context this one takes the place of: what is under way in the same storage and app client goes on */
export const contextWith = (
  hub: EventHub,
  config: ResourcesConfig | AmplifyOutputs | AwsExports,
  options: AuthContextOptions,
  storages: Storages,
  before?: AuthContext,
): AuthContext => {
  const parsed = parseConfig(config)
  const isSame =
    before?.storage === storages.storage &&
    before.config.Auth?.Cognito?.userPoolClientId === parsed.Auth?.Cognito?.userPoolClientId
  return Object.freeze({
    ...options,
    ...storages,
    [brand]: true as const,
    config: parsed,
    hub,
    clock: options.clock ?? Date.now,
    memory: isSame ? before.memory : {},
  })
}
