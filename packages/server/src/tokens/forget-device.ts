import type { Transaction } from '../db/schema.js'
import { errors } from '../errors.js'
import { FORGOTTEN_DEVICE } from './token-family.js'

/**
 * Forgets a device: refresh tokens of its sign-ins end, and its access tokens cannot confirm it anew. The transaction has
 * taken the user's row.
 *
 * @throws ResourceNotFoundException
 */
export async function forgetDevice(tx: Transaction, userId: string, key: string): Promise<void> {
  const { numDeletedRows } = await tx
    .deleteFrom('devices')
    .where('user_id', '=', userId)
    .where('key', '=', key)
    .executeTakeFirst()
  if (numDeletedRows === 0n) throw errors.deviceNotFound()
  await tx
    .updateTable('token_families')
    .set({ device_key: FORGOTTEN_DEVICE })
    .where('user_id', '=', userId)
    .where('device_key', '=', key)
    .execute()
}
