import { createHash, createHmac, hash } from 'node:crypto'
import { g, mod, N, powMod, toBigInt, toBytes } from './group.js'

/** k = H(PAD(N) | PAD(g)), RFC 5054 section 2.5.3. */
const k = toBigInt(createHash('sha256').update(toBytes(N)).update(toBytes(g)).digest())

/** B = kv + g^b: the server's public value. */
export const publicValue = (v: bigint, b: bigint): bigint => mod(k * v + powMod(g, b))

/** u = H(PAD(A) | PAD(B)), RFC 5054 section 2.6. */
const scramble = (A: bigint, B: bigint): bigint =>
  BigInt(`0x${hash('sha256', Buffer.concat([toBytes(A), toBytes(B)]))}`)

/**
 * The 16-byte key both sides share: S = (A * v^u)^b, stretched as in RFC 5869 with the info text
 * "Caldera Derived Key".
 *
 * @returns `undefined` for an A or u that would give the secret away (RFC 5054 section 2.5.4)
 */
export function sharedKey(A: bigint, B: bigint, v: bigint, b: bigint): Buffer | undefined {
  if (A <= 0n || A >= N) return undefined
  const u = scramble(A, B)
  if (u === 0n) return undefined
  const base = mod(A * powMod(v, u))
  // 0, 1 and -1 have powers that are easy to guess.
  if (base <= 1n || base >= N - 1n) return undefined
  const S = powMod(base, b)
  const prk = createHmac('sha256', toBytes(u)).update(toBytes(S)).digest()
  return createHmac('sha256', prk).update('Caldera Derived Key').update(Buffer.of(1)).digest().subarray(0, 16)
}

/** What the client proves with the shared key: base64(HMAC(K, pool name | user | secret block | timestamp)). */
export const claimSignature = (
  K: Uint8Array,
  poolName: string,
  userIdForSrp: string,
  secretBlock: Uint8Array,
  timestamp: string,
): string =>
  createHmac('sha256', K)
    .update(poolName)
    .update(userIdForSrp)
    .update(secretBlock)
    .update(timestamp)
    .digest('base64')
