import type { Transaction } from '../db/schema.js'

/**
 * Makes other transactions that change a pool's keys, or delete the pool, wait until this one ends. Users can sign up
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
