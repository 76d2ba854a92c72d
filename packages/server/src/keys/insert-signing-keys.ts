import type { ServerContext } from '../context.js'
import type { KeyPair, TokenUse } from '../crypto/key-pair.js'
import type { Transaction } from '../db/schema.js'

export const TOKEN_USES: readonly TokenUse[] = ['access', 'id']

/** The keys that a pool's tokens are signed with: one for each kind. */
export type PoolKeyPairs = { readonly [use in TokenUse]?: KeyPair }

type Generating = Pick<ServerContext, 'generateKeyPair'>
type Inserting = Pick<ServerContext, 'randomBytes' | 'rootKey' | 'clock'>

/** Both at once: each is found on a thread of its own. */
export async function generateKeyPairs(
  context: Generating,
  uses: readonly TokenUse[] = TOKEN_USES,
): Promise<PoolKeyPairs> {
  const pairs = await Promise.all(uses.map(async (use) => [use, await context.generateKeyPair(use)] as const))
  return Object.fromEntries(pairs)
}

/** Stores keys of a pool. They sign from a time on, and until others take their place. */
export async function insertSigningKeys(
  context: Inserting,
  tx: Transaction,
  userPoolId: string,
  pairs: PoolKeyPairs,
  signsFrom = context.clock.now(),
): Promise<void> {
  for (const use of TOKEN_USES) {
    const pair = pairs[use]
    if (!pair) continue
    // The service's key ids are base64 of 32 bytes. A random one, for pools of a test process share their keys.
    const kid = context.randomBytes(32).toString('base64')
    // The public key is not stored. It follows from the private one, which cannot be made up without the root key.
    const pkcs8 = pair.privateKey.export({ type: 'pkcs8', format: 'der' })
    await tx
      .insertInto('signing_keys')
      .values({
        kid,
        user_pool_id: userPoolId,
        token_use: use,
        sealed_private_key: context.rootKey.seal('signing-key', kid, pkcs8),
        created_at: context.clock.now(),
        signs_from: signsFrom,
        verifies_until: null,
      })
      .execute()
  }
}
