import type { ServerContext } from '../context.js'
import type { UserPool } from '../pools/user-pool.js'
import { loginKey, type User } from './user.js'

/**
 * What attempts are counted by: the user, or for a name that nobody has, the name itself. Both are counted alike, so
 * that being locked out tells nothing about whether a user exists; so does the case of the name, where case counts.
 */
export function attemptSubject(
  context: ServerContext,
  pool: UserPool,
  user: User | undefined,
  typedName: string,
): string {
  if (user) return user.id
  return context.rootKey
    .mac('simulated-user', JSON.stringify([pool.id, loginKey(pool, 'username', typedName), 'attempts']))
    .toString('base64url')
}
