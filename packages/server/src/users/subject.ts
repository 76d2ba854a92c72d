import type { RequestInfo, ServerContext } from '../context.js'
import type { UserPool } from '../pools/user-pool.js'
import { simulatedUser } from './simulated-user.js'
import type { User } from './user.js'

/**
 * What attempts are counted by, and what the log names the user by: the id of the user, or for a name that does not
 * exist, of the one that stands in for it. Both are counted alike, so that being locked out tells nothing about whether a
 * user exists.
 */
export function attemptSubject(
  { context, pool, about }: RequestInfo & { readonly context: ServerContext; readonly pool: UserPool },
  user: User | undefined,
  typedName: string,
): string {
  const { id } = user ?? simulatedUser(context, pool, typedName)
  about(id, user !== undefined)
  return id
}
