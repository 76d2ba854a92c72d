import type { ServerContext } from '../context.js'
import { randomText } from '../crypto/random.js'
import type { Transaction } from '../db/schema.js'
import { insertSigningKeys, type PoolKeyPairs } from '../keys/insert-signing-keys.js'
import type { MfaConfig, UserPoolSettings } from '../wire/user-pool-settings.js'
import { newMfaConfig } from './mfa-config.js'
import type { UserPool } from './user-pool.js'

const ID_CHARACTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** `<region>_` and nine letters or digits, as the service makes them. */
export const newUserPoolId = (context: ServerContext): string =>
  `${context.region}_${randomText(context, ID_CHARACTERS, 9)}`

/** Stores a pool and the keys that sign its tokens. */
export async function insertUserPool(
  context: ServerContext,
  tx: Transaction,
  pool: { id: string; name: string; settings: UserPoolSettings; mfaConfig?: MfaConfig },
  keys: PoolKeyPairs,
): Promise<UserPool> {
  const now = context.clock.now()
  const { mfaConfig = newMfaConfig(pool.settings) } = pool
  await tx
    .insertInto('user_pools')
    .values({
      id: pool.id,
      name: pool.name,
      settings: JSON.stringify(pool.settings),
      mfa_config: JSON.stringify(mfaConfig),
      created_at: now,
      updated_at: now,
    })
    .execute()
  await insertSigningKeys(context, tx, pool.id, keys)
  return {
    ...pool,
    mfaConfig,
    sessionConfig: undefined,
    longestSsoMinutes: 0,
    createdAt: now,
    updatedAt: now,
  }
}
