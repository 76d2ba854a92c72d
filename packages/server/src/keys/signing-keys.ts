import type { KeyObject } from 'node:crypto'
import type { JWK } from 'jose'
import type { ServerContext } from '../context.js'
import type { TokenUse } from '../crypto/key-pair.js'
import type { Queryable } from '../db/schema.js'
import { generateKeyPairs, insertSigningKeys, TOKEN_USES } from './insert-signing-keys.js'
import { lockPool } from './lock-pool.js'
import { type OpenedKey, openSigningKey, type SigningKey } from './open-signing-key.js'

/** Seconds that a pool's published keys may be cached. A new key signs when every cached set without it has expired. */
export const JWKS_MAX_AGE = 3600

interface PoolKey extends OpenedKey {
  readonly tokenUse: TokenUse
  readonly sealed: Buffer
  readonly signsFrom: number
  readonly verifiesUntil: number | null
}

/**
 * Milliseconds that a pool's keys are remembered. They may be rotated, or the pool deleted and another one made with its
 * id, through another server or a command on the same database.
 */
const REMEMBERED = 1000

interface Remembered {
  readonly until: number
  readonly keys: Promise<readonly PoolKey[]>
}

const caches = new WeakMap<ServerContext, Map<string, Remembered>>()

/** What a pool's access and ID tokens are signed with now. */
export async function signingKeys(
  context: ServerContext,
  userPoolId: string,
): Promise<{ readonly [use in TokenUse]: SigningKey }> {
  const keys = alive(context, await rememberedKeys(context, userPoolId)).sort(newestFirst)
  const now = context.clock.now()
  const signing = keys.filter(({ signsFrom }) => signsFrom <= now)
  const signerOf = (use: TokenUse): SigningKey => {
    // A pool of an earlier version has one key for both, until the second one is published everywhere.
    const key = signing.find(({ tokenUse }) => tokenUse === use) ?? signing[0] ?? keys.at(-1)
    if (!key) throw new Error(`User pool ${userPoolId} has no signing key.`)
    return key
  }
  return { access: signerOf('access'), id: signerOf('id') }
}

/** What a pool's tokens are verified with, by key id; nothing for a pool that does not exist. */
export async function verifyingKeys(
  context: ServerContext,
  userPoolId: string,
): Promise<ReadonlyMap<string, KeyObject>> {
  const keys = alive(context, await rememberedKeys(context, userPoolId))
  return new Map(keys.map(({ kid, publicKey }) => [kid, publicKey]))
}

/** The pool's JSON Web Key Set (RFC 7517 section 5), as it is in the database at this moment; empty without a pool. */
export async function publishedKeys(context: ServerContext, userPoolId: string): Promise<JWK[]> {
  return alive(context, await remember(context, userPoolId)).map(({ jwk }) => jwk)
}

/** Forgets a pool that is gone; another may come to have its id. */
export function forgetKeys(context: ServerContext, userPoolId: string): void {
  caches.get(context)?.delete(userPoolId)
}

/** Keys with which a token may still be signed. */
function alive({ clock }: ServerContext, keys: readonly PoolKey[]): PoolKey[] {
  const now = clock.now()
  return keys.filter(({ verifiesUntil }) => verifiesUntil === null || now < verifiesUntil)
}

/** Of keys that sign from the same moment on, the order in which they were read decides, at every server. */
const newestFirst = (a: PoolKey, b: PoolKey) => b.signsFrom - a.signsFrom

function rememberedKeys(context: ServerContext, userPoolId: string): Promise<readonly PoolKey[]> {
  const remembered = caches.get(context)?.get(userPoolId)
  return remembered && context.clock.now() < remembered.until
    ? remembered.keys
    : remember(context, userPoolId)
}

async function remember(context: ServerContext, userPoolId: string): Promise<readonly PoolKey[]> {
  let cache = caches.get(context)
  if (!cache) {
    cache = new Map()
    caches.set(context, cache)
  }
  const keys = loadKeys(context, userPoolId, cache.get(userPoolId)?.keys)
  const entry = { until: context.clock.now() + REMEMBERED, keys }
  cache.set(userPoolId, entry)
  const forget = () => {
    if (cache.get(userPoolId) === entry) cache.delete(userPoolId)
  }
  // A pool that does not exist is not remembered: its name may come from a token that is not verified yet.
  keys.then((found) => found.length === 0 && forget(), forget)
  return await keys
}

/** @param previous keys are taken over where they are the same: opening one costs more than asking */
async function loadKeys(
  context: ServerContext,
  userPoolId: string,
  previous: Promise<readonly PoolKey[]> | undefined,
): Promise<readonly PoolKey[]> {
  const known = (await previous?.catch(() => undefined)) ?? []
  const keys = await readKeys(context, context.db, userPoolId, known)
  if (keys.length === 0 || missingUses(keys).length === 0) return keys
  // Where it cannot be written, the key that is there goes on signing.
  await addMissingKeys(context, userPoolId).catch(() => {})
  return await readKeys(context, context.db, userPoolId, keys)
}

/** @throws the pool's keys were all sealed under another root key */
async function readKeys(
  context: ServerContext,
  db: Queryable,
  userPoolId: string,
  known: readonly PoolKey[],
): Promise<readonly PoolKey[]> {
  const rows = await db
    .selectFrom('signing_keys')
    .selectAll()
    .where('user_pool_id', '=', userPoolId)
    .orderBy('created_at')
    .orderBy('token_use')
    .orderBy('kid')
    .execute()
  const keys = rows.flatMap((row): PoolKey[] => {
    const sealed = Buffer.from(row.sealed_private_key)
    const same = known.find(({ kid, ...key }) => kid === row.kid && sealed.equals(key.sealed))
    // A row that does not open was not written by this server. It verifies nothing and is not published.
    const opened = same ?? openSigningKey(context, row.kid, sealed)
    return opened
      ? [
          {
            ...opened,
            sealed,
            tokenUse: row.token_use,
            signsFrom: row.signs_from,
            verifiesUntil: row.verifies_until,
          },
        ]
      : []
  })
  if (rows.length > 0 && keys.length === 0)
    throw new Error(`The signing keys of user pool ${userPoolId} were sealed under another root key.`)
  return keys
}

/** The kinds of tokens that no key of the pool is to sign from some time on. */
const missingUses = (keys: readonly PoolKey[]): TokenUse[] =>
  TOKEN_USES.filter((use) => !keys.some((key) => key.tokenUse === use && key.verifiesUntil === null))

/** Gives a pool of an earlier version, which has one key, the second one. Of several nodes one does it. */
async function addMissingKeys(context: ServerContext, userPoolId: string): Promise<void> {
  const uses = missingUses(await readKeys(context, context.db, userPoolId, []))
  const pairs = await generateKeyPairs(context, uses)
  await context.db.transaction().execute(async (tx) => {
    if (!(await lockPool(tx, userPoolId))) return
    const stillMissing = missingUses(await readKeys(context, tx, userPoolId, []))
    const added = Object.fromEntries(stillMissing.map((use) => [use, pairs[use]]))
    await insertSigningKeys(context, tx, userPoolId, added, context.clock.now() + JWKS_MAX_AGE * 1000)
  })
}
