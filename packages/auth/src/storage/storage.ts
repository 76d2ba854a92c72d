/**
 * Where tokens and a sign-in under way are kept. `localStorage` is one, an object over cookies or
 * React Native's AsyncStorage is another: every method may answer at once or with a promise.
 */
export interface KeyValueStorage {
  /** The stored text, or `null` when there is none. */
  getItem(key: string): string | null | Promise<string | null>
  setItem(key: string, value: string): unknown
  removeItem(key: string): unknown
  /** Not called by this package. */
  clear?(): unknown
}
