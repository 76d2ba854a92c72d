import type { ServerContext } from '../context.js'
import type { Transaction } from '../db/schema.js'
import type { KeyPair } from '../keys/key-pair.js'
import { insertSigningKey } from '../keys/signing-key.js'
import type { UserPoolSettings } from '../wire/user-pool-settings.js'
import type { UserPool } from './user-pool.js'

const ID_CHARACTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** `<region>_` and nine letters or digits, as the service makes them. */
export const newUserPoolId = (context: ServerContext): string =>
  `${context.region}_${randomText(context, ID_CHARACTERS, 9)}`

/** Characters drawn evenly from an alphabet of at most 256. */
export function randomText(context: ServerContext, alphabet: string, length: number): string {
  const limit = 256 - (256 % alphabet.length)
  let text = ''
  while (text.length < length)
    for (const byte of context.randomBytes(length)) {
      // Bytes from the uneven rest would favour the first characters.
      if (byte < limit && text.length < length) text += alphabet[byte % alphabet.length]
    }
  return text
}

/** Stores a pool and the key that signs its tokens. */
export async function insertUserPool(
  context: ServerContext,
  tx: Transaction,
  pool: { id: string; name: string; settings: UserPoolSettings },
  key: KeyPair,
): Promise<UserPool> {
  const now = context.clock.now()
  const mfaConfig = { MfaConfiguration: pool.settings.MfaConfiguration ?? ('OFF' as const) }
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
  await insertSigningKey(context, tx, pool.id, key)
  return { ...pool, mfaConfig, createdAt: now, updatedAt: now }
}
