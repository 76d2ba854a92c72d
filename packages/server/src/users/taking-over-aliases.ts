import type { ServerContext } from '../context.js'
import type { Transaction } from '../db/schema.js'
import { ServiceError } from '../errors.js'
import { getUserPoolForUpdate, type UserPool } from '../pools/user-pool.js'

/** Another user can prove an address while it is taken over; at the next attempt that user has it, and is waited for. */
const ATTEMPTS = 4

/**
 * Runs a transaction that may take aliases over from the users who have them. In one pool they run one after the other:
 * side by side, each could wait for a user that the other one has locked. A name that is taken at the same moment in
 * another way makes it begin again.
 */
export async function takingOverAliases<T>(
  context: ServerContext,
  pool: UserPool,
  run: (tx: Transaction) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await context.db.transaction().execute(async (tx) => {
        // Before any user, as where a pool is deleted.
        await getUserPoolForUpdate(tx, pool.id)
        return await run(tx)
      })
    } catch (error) {
      if (attempt === ATTEMPTS || !isTaken(error)) throw error
    }
  }
}

const isTaken = (error: unknown): boolean =>
  error instanceof ServiceError && ['AliasExistsException', 'UsernameExistsException'].includes(error.name)
