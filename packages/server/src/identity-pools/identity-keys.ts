import type { ServerContext } from '../context.js'
import { type OpenedKey, openSigningKey } from '../keys/open-signing-key.js'

/** Keys that were opened, by key id: opening one costs more than asking for it. */
const opened = new WeakMap<ServerContext, Map<string, OpenedKey>>()

/**
 * What tokens of identity pools are verified with, the one that signs them first. The first server that needs a key makes
 * it; of two that do so at once both keys are good, and the older one signs.
 */
export async function identityKeys(context: ServerContext): Promise<readonly [OpenedKey, ...OpenedKey[]]> {
  const [first, ...others] = await readKeys(context)
  if (first) return [first, ...others]
  const { privateKey } = await context.generateKeyPair('id')
  const kid = context.randomBytes(32).toString('base64')
  const pkcs8 = privateKey.export({ type: 'pkcs8', format: 'der' })
  await context.db
    .insertInto('identity_keys')
    .values({
      kid,
      sealed_private_key: context.rootKey.seal('signing-key', kid, pkcs8),
      created_at: context.clock.now(),
    })
    .execute()
  const [made, ...more] = await readKeys(context)
  if (!made) throw new Error('The key of identity pools was removed while it was being made.')
  return [made, ...more]
}

async function readKeys(context: ServerContext): Promise<readonly OpenedKey[]> {
  const rows = await context.db
    .selectFrom('identity_keys')
    .selectAll()
    .orderBy('created_at')
    .orderBy('kid')
    .execute()
  const known = opened.get(context) ?? new Map<string, OpenedKey>()
  opened.set(context, known)
  const keys = rows.flatMap(({ kid, sealed_private_key }) => {
    const key = known.get(kid) ?? openSigningKey(context, kid, new Uint8Array(sealed_private_key), 'JWS')
    if (!key) return []
    known.set(kid, key)
    return [key]
  })
  // In its place a new key would be made, and nothing would tell that the root key is a wrong one.
  if (rows.length > 0 && keys.length === 0)
    throw new Error('The keys of identity pools were sealed under another root key.')
  return keys
}
