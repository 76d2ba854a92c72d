import type { KeyValueStorage } from './storage.js'

/**
 * A storage that forgets everything with the page or process, and that nothing else shares.
 *
 * @example
 * ```ts
 * import { createAuthContext, createMemoryStorage } from '@amulet/auth'
 *
 * const config = { Auth: { Cognito: { userPoolId: 'eu-west-1_Example', userPoolClientId: 'client' } } }
 * const context = createAuthContext(config, { storage: createMemoryStorage() })
 * ```
 */
export const createMemoryStorage = (): Required<KeyValueStorage> => {
  const items = new Map<string, string>()
  return {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => items.set(key, value),
    removeItem: (key) => items.delete(key),
    clear: () => items.clear(),
  }
}
