import { Hub } from '../events.js'
import type { AuthContext } from './context.js'

let current: AuthContext | undefined

export const setDefaultContext = (context: AuthContext): void => {
  current = context
}

/**
 * The context of calls that are given none. Before `configure` it is one without a user pool, and each call
 * says so its own way; nothing else of a context is looked at without a user pool.
 */
export const defaultContext = (): AuthContext =>
  current ?? ({ config: {}, hub: Hub, memory: {} } as unknown as AuthContext)
