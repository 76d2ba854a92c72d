import { createPrivateKey, type KeyObject } from 'node:crypto'
import type { JWK } from 'jose'
// The library's parts by name: all of it takes a while to load.
import { createLocalJWKSet } from 'jose/jwks/local'
import type { ServerContext } from '../context.js'
import type { KeyPair } from '../crypto/key-pair.js'
import type { Queryable, Transaction } from '../db/schema.js'
import { StartError } from '../start-error.js'

/** Stores the key that signs a pool's tokens. */
export async function insertSigningKey(
  context: ServerContext,
  tx: Transaction,
  userPoolId: string,
  { publicKey, privateKey }: KeyPair,
): Promise<void> {
  // The service's key ids are base64 of 32 bytes. A random one, for pools of a test process share their key.
  const kid = context.randomBytes(32).toString('base64')
  const { e, n } = publicKey.export({ format: 'jwk' })
  const pkcs8 = privateKey.export({ type: 'pkcs8', format: 'der' })
  await tx
    .insertInto('signing_keys')
    .values({
      kid,
      user_pool_id: userPoolId,
      sealed_private_key: context.rootKey.seal('signing-key', kid, pkcs8),
      public_jwk: JSON.stringify({ alg: 'RS256', e, kid, kty: 'RSA', n, use: 'sig' }),
      created_at: context.clock.now(),
    })
    .execute()
}

export interface SigningKey {
  readonly kid: string
  readonly privateKey: KeyObject
  /** What a token signed with it begins with, base64url. */
  readonly header: string
}

/**
 * Milliseconds that a pool's keys are remembered. They do not change, but the pool may be deleted and another one made
 * with its id, through another server on the same database.
 */
const REMEMBERED = 1000

interface Remembered<T> {
  readonly until: number
  readonly value: T
}
type Cache<T> = Map<string, Remembered<T>>

const signingKeys = new WeakMap<ServerContext, Cache<Promise<SigningKey>>>()

export function signingKey(context: ServerContext, userPoolId: string): Promise<SigningKey> {
  const cache = cacheOf(signingKeys, context)
  const remembered = cache.get(userPoolId)
  const now = context.clock.now()
  if (remembered && now < remembered.until) return remembered.value
  const value = loadSigningKey(context, userPoolId, remembered?.value)
  cache.set(userPoolId, { until: now + REMEMBERED, value })
  value.catch(() => cache.delete(userPoolId))
  return value
}

/** @param previous is taken if it is still the pool's key: unsealing costs more than asking */
async function loadSigningKey(
  context: ServerContext,
  userPoolId: string,
  previous: Promise<SigningKey> | undefined,
): Promise<SigningKey> {
  const row = await context.db
    .selectFrom('signing_keys')
    .select(['kid', 'sealed_private_key'])
    .where('user_pool_id', '=', userPoolId)
    .orderBy('created_at', 'desc')
    .executeTakeFirstOrThrow()
  const known = await previous?.catch(() => undefined)
  if (known?.kid === row.kid) return known
  const pkcs8 = context.rootKey.open('signing-key', row.kid, new Uint8Array(row.sealed_private_key))
  if (!pkcs8) throw new Error(`The signing key of user pool ${userPoolId} was sealed under another root key.`)
  return {
    kid: row.kid,
    privateKey: createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' }),
    header: Buffer.from(JSON.stringify({ kid: row.kid, alg: 'RS256' })).toString('base64url'),
  }
}

/**
 * Tries the root key on one signing key: a lost key is to be heard of at the start, not by the first user.
 *
 * @throws {StartError} the data was sealed under another root key
 */
export async function assertKeysOpen(context: Pick<ServerContext, 'db' | 'rootKey'>): Promise<void> {
  const row = await context.db
    .selectFrom('signing_keys')
    .select(['kid', 'sealed_private_key'])
    .limit(1)
    .executeTakeFirst()
  if (row && !context.rootKey.open('signing-key', row.kid, new Uint8Array(row.sealed_private_key)))
    throw new StartError(
      'The root key is not the one that this database was encrypted under. Put the right one back, or name another database.',
    )
}

/** The pool's JSON Web Key Set (RFC 7517 section 5). */
export async function publicKeys(db: Queryable, userPoolId: string): Promise<JWK[]> {
  const rows = await db
    .selectFrom('signing_keys')
    .select('public_jwk')
    .where('user_pool_id', '=', userPoolId)
    .orderBy('created_at')
    .execute()
  // Written by this server.
  return rows.map((row) => JSON.parse(row.public_jwk) as JWK)
}

type KeySet = ReturnType<typeof createLocalJWKSet>
const keySets = new WeakMap<ServerContext, Cache<KeySet>>()

/** What the pool's tokens are verified with, or `undefined` for a pool that does not exist. */
export async function verificationKeys(
  context: ServerContext,
  userPoolId: string,
): Promise<KeySet | undefined> {
  const cache = cacheOf(keySets, context)
  const remembered = cache.get(userPoolId)
  const now = context.clock.now()
  if (remembered && now < remembered.until) return remembered.value
  const keys = await publicKeys(context.db, userPoolId)
  // Not remembered: the name came from a token that nobody has verified yet.
  if (keys.length === 0) {
    cache.delete(userPoolId)
    return undefined
  }
  const keySet = createLocalJWKSet({ keys })
  cache.set(userPoolId, { until: now + REMEMBERED, value: keySet })
  return keySet
}

/** Forgets a pool that is gone; another may come to have its id. */
export function forgetKeys(context: ServerContext, userPoolId: string): void {
  signingKeys.get(context)?.delete(userPoolId)
  keySets.get(context)?.delete(userPoolId)
}

function cacheOf<T>(caches: WeakMap<ServerContext, Cache<T>>, context: ServerContext): Cache<T> {
  let cache = caches.get(context)
  if (!cache) {
    cache = new Map()
    caches.set(context, cache)
  }
  return cache
}
