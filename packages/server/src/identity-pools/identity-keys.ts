import type { ServerContext } from '../context.js'
import type { Queryable } from '../db/schema.js'
import { type OpenedKey, openSigningKey } from '../keys/open-signing-key.js'
import { JWKS_MAX_AGE } from '../keys/signing-keys.js'

/** Milliseconds that a token of an identity pool can last at most. */
const LONGEST_TOKEN_LIFETIME = 86_400_000

type Making = Pick<ServerContext, 'db' | 'clock' | 'randomBytes' | 'rootKey' | 'generateKeyPair'>

/** Keys that were opened, by key id: opening one costs more than asking for it. */
const opened = new WeakMap<ServerContext, Map<string, OpenedKey>>()

/**
 * What tokens of identity pools are verified with, the one that signs them first. The first server that needs a key makes
 * it; of two that do so at once both keys are good, and the older one signs.
 */
export async function identityKeys(context: ServerContext): Promise<readonly [OpenedKey, ...OpenedKey[]]> {
  const [first, ...others] = await readKeys(context)
  if (first) return [first, ...others]
  await insertKey(context, context.db, await context.generateKeyPair('id'), 0)
  const [made, ...more] = await readKeys(context)
  if (!made) throw new Error('The key of identity pools was removed while it was being made.')
  return [made, ...more]
}

/**
 * Gives identity pools a new key. It is published at once and signs when every cached set without it has expired; the old
 * ones verify until the last token that they signed has expired.
 *
 * @param atOnce for a key that has leaked: the new one signs now, and the old ones are gone
 * @returns the milliseconds since the epoch from which it signs, or `undefined` where there is no key yet
 */
export async function rotateIdentityKeys(
  context: Making,
  { atOnce = false } = {},
): Promise<number | undefined> {
  const pair = await context.generateKeyPair('id')
  return await context.db.transaction().execute(async (tx) => {
    const now = context.clock.now()
    const signsFrom = atOnce ? now : now + JWKS_MAX_AGE * 1000
    const old = await tx
      .updateTable('identity_keys')
      .set(({ fn, val }) => ({
        verifies_until: fn.coalesce('verifies_until', val(signsFrom + LONGEST_TOKEN_LIFETIME)),
      }))
      .returning('kid')
      .execute()
    if (old.length === 0) return undefined
    if (atOnce) await tx.deleteFrom('identity_keys').execute()
    await insertKey(context, tx, pair, signsFrom)
    return signsFrom
  })
}

async function insertKey(
  { randomBytes, rootKey, clock }: Making,
  db: Queryable,
  { privateKey }: Awaited<ReturnType<ServerContext['generateKeyPair']>>,
  signsFrom: number,
): Promise<void> {
  const kid = randomBytes(32).toString('base64')
  const pkcs8 = privateKey.export({ type: 'pkcs8', format: 'der' })
  await db
    .insertInto('identity_keys')
    .values({
      kid,
      sealed_private_key: rootKey.seal('signing-key', kid, pkcs8),
      created_at: clock.now(),
      signs_from: signsFrom,
    })
    .execute()
}

async function readKeys(context: ServerContext): Promise<readonly OpenedKey[]> {
  const rows = await context.db
    .selectFrom('identity_keys')
    .selectAll()
    .orderBy('created_at')
    .orderBy('kid')
    .execute()
  const now = context.clock.now()
  const isLater = ({ signs_from }: { signs_from: number }) => signs_from > now
  const usable = rows
    .filter(({ verifies_until }) => verifies_until === null || verifies_until > now)
    // The newest that signs already comes first; of two that were made at once, the older one.
    .sort((a, b) => Number(isLater(a)) - Number(isLater(b)) || b.signs_from - a.signs_from)
  const known = opened.get(context) ?? new Map<string, OpenedKey>()
  opened.set(context, known)
  const keys = usable.flatMap(({ kid, sealed_private_key }) => {
    const key = known.get(kid) ?? openSigningKey(context, kid, new Uint8Array(sealed_private_key), 'JWS')
    if (!key) return []
    known.set(kid, key)
    return [key]
  })
  // In its place a new key would be made, and nothing would tell that the root key is a wrong one.
  if (usable.length > 0 && keys.length === 0)
    throw new Error('The keys of identity pools were sealed under another root key.')
  return keys
}
