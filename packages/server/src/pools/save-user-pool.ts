import type { ServerContext } from '../context.js'
import type { Transaction } from '../db/schema.js'
import type { UserPool } from './user-pool.js'

/** Stores a pool that was read for update in the same transaction. */
export async function saveUserPool(
  context: ServerContext,
  tx: Transaction,
  { id, name, settings, mfaConfig, sessionConfig, longestSsoMinutes }: UserPool,
): Promise<void> {
  await tx
    .updateTable('user_pools')
    .set({
      name,
      settings: JSON.stringify(settings),
      mfa_config: JSON.stringify(mfaConfig),
      session_config: sessionConfig ? JSON.stringify(sessionConfig) : null,
      longest_sso_minutes: longestSsoMinutes,
      updated_at: context.clock.now(),
    })
    .where('id', '=', id)
    .execute()
}
