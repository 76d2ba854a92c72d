import type { ServerContext } from '../context.js'
import type { UserPool } from '../pools/user-pool.js'
import { simulatedUser } from './simulated-user.js'
import type { User } from './user.js'

/**
 * What attempts are counted by: the id of the user, or for a name that nobody has, of the one it is taken for. Both are
 * counted alike, so that being locked out tells nothing about whether a user exists.
 */
export const attemptSubject = (
  context: ServerContext,
  pool: UserPool,
  user: User | undefined,
  typedName: string,
): string => (user ?? simulatedUser(context, pool, typedName)).id
