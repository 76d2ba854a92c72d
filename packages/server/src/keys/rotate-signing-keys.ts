import type { ServerContext } from '../context.js'
import { generateKeyPairs, insertSigningKeys } from './insert-signing-keys.js'
import { lockPool } from './lock-pool.js'
import { JWKS_MAX_AGE } from './signing-keys.js'

/** Milliseconds that an access or ID token can last at most, by any setting that a client may have now or later. */
const LONGEST_TOKEN_LIFETIME = 86_400_000

type Rotating = Pick<ServerContext, 'db' | 'clock' | 'randomBytes' | 'rootKey' | 'generateKeyPair'>

/**
 * Gives a pool new keys. They are published at once and sign when every cached set without them has expired; the old
 * ones verify until the last token that they signed has expired. Servers follow within a second.
 *
 * @param atOnce for keys that have leaked: the new ones sign now, and the old ones are gone, with the tokens that they
 *   signed
 * @returns the milliseconds since the epoch from which the new keys sign, or `undefined` if there is no such pool
 */
export async function rotateSigningKeys(
  context: Rotating,
  userPoolId: string,
  { atOnce = false } = {},
): Promise<number | undefined> {
  const pairs = await generateKeyPairs(context)
  return await context.db.transaction().execute(async (tx) => {
    if (!(await lockPool(tx, userPoolId))) return undefined
    const now = context.clock.now()
    const signsFrom = atOnce ? now : now + JWKS_MAX_AGE * 1000
    if (atOnce) await tx.deleteFrom('signing_keys').where('user_pool_id', '=', userPoolId).execute()
    else
      await tx
        .updateTable('signing_keys')
        .set({ verifies_until: signsFrom + LONGEST_TOKEN_LIFETIME })
        .where('user_pool_id', '=', userPoolId)
        .where('verifies_until', 'is', null)
        .execute()
    await insertSigningKeys(context, tx, userPoolId, pairs, signsFrom)
    return signsFrom
  })
}
