import { createMemoryStorage } from './memory.js'
import type { KeyValueStorage } from './storage.js'

/** A storage of the page, or one in memory where there is none. */
export const webStorage = (name: 'localStorage' | 'sessionStorage'): KeyValueStorage => {
  try {
    // A browser with cookies blocked throws on reading the property. Servers have no `window`, and what
    // Node calls `localStorage` would be shared by all users of the process.
    return globalThis.window?.[name] ?? createMemoryStorage()
  } catch {
    return createMemoryStorage()
  }
}

/**
 * The page's `localStorage`, shared by all tabs of an origin. Where there is none (a server, blocked
 * cookies), a memory storage of its own. This is where a context keeps tokens by default.
 *
 * @example
 * ```ts
 * import { createLocalStorage } from '@amulet/auth'
 *
 * const storage = createLocalStorage()
 * ```
 */
export const createLocalStorage = (): KeyValueStorage => webStorage('localStorage')

/**
 * The tab's `sessionStorage`, which a reload keeps and closing the tab forgets; a memory storage of its own
 * where there is none.
 *
 * @example
 * ```ts
 * import { configure, createSessionStorage } from '@amulet/auth'
 *
 * configure(
 *   { Auth: { Cognito: { userPoolId: 'eu-west-1_Example', userPoolClientId: 'client' } } },
 *   { storage: createSessionStorage() },
 * )
 * ```
 */
export const createSessionStorage = (): KeyValueStorage => webStorage('sessionStorage')
