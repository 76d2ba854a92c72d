import type { Transaction } from '../db/schema.js'

/**
 * Holds up everybody else who changes a pool's keys, or deletes the pool, until the transaction ends. Users sign up
 * meanwhile.
 *
 * @returns whether there is such a pool
 */
export async function lockPool(tx: Transaction, userPoolId: string): Promise<boolean> {
  const row = await tx
    .selectFrom('user_pools')
    .select('id')
    .where('id', '=', userPoolId)
    .forNoKeyUpdate()
    .executeTakeFirst()
  return row !== undefined
}
