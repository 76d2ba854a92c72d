import type { AuthContext } from './context.js'

/**
 * The context of calls that are given none. Before `configure` it is one without a user pool, and each call
 * says so its own way. Without a user pool nothing else of a context is looked at; a whole one would bring
 * its storages and events into every bundle.
 */
export const byDefault: { context: AuthContext } = {
  context: { config: {}, memory: {} } as unknown as AuthContext,
}
