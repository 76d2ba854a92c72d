import type { RequestInfo, ServerContext } from '../context.js'
import { ServiceError } from '../errors.js'
import type { UserPool } from '../pools/user-pool.js'
import { simulatedUser } from './simulated-user.js'
import { findUser, type User } from './user.js'

type AboutPool = RequestInfo & { readonly context: ServerContext; readonly pool: UserPool }

/**
 * What attempts are counted by, and what the log names the user by: the id of the user, or for a name that does not
 * exist, of the one that stands in for it. Both are counted alike, so that being locked out tells nothing about whether a
 * user exists.
 */
export function attemptSubject(
  { context, pool, about }: AboutPool,
  user: User | undefined,
  typedName: string,
): string {
  const { id } = user ?? simulatedUser(context, pool, typedName)
  about(id, user !== undefined)
  return id
}

/**
 * Handles the failure to create a user. If the name is taken, the request is about the user who has it.
 *
 * @returns a function that throws the error that it is given
 */
export const aboutHolder =
  ({ context, pool, about }: AboutPool, typedName: string) =>
  async (error: unknown): Promise<never> => {
    if (error instanceof ServiceError && error.name === 'UsernameExistsException') {
      const holder = await findUser(context.db, pool, typedName)
      if (holder) about(holder.id)
    }
    throw error
  }
