import type { AuthContext } from './context.js'

/**
 * The context of calls without one of their own. Before `configure` it has no user pool, and each call reports that in its
 * own way. Then no other part of it is used; a complete context would add its storages and events to every bundle.
 */
export const byDefault: { context: AuthContext } = {
  context: { config: {}, memory: {} } as unknown as AuthContext,
}
