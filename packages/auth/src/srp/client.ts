import { type Bytes, pad, toBigInt, utf8 } from './bytes.js'
import { k, N } from './group.js'
import { hmac, sha256 } from './hash.js'
import { power, powerOfTwo } from './power.js'

/** The client's one-time secret `a` and what the service gets to see of it, `A` = 2^a mod N. */
export interface KeyPair {
  a: bigint
  A: bigint
}

/**
 * A key pair from 256 random bits: twice the 128 bits of strength the 3072-bit group has, so a longer secret
 * would only cost time.
 */
export function createKeyPair(random: Uint8Array = crypto.getRandomValues(new Uint8Array(32))): KeyPair {
  const a = toBigInt(random)
  return { a, A: powerOfTwo(a) }
}

/** Who signs in, to what: the user pool's name and a user of it, or a device group and a device of it. */
export interface Identity {
  poolName: string
  username: string
  password: string
}

/** What the service sends in a PASSWORD_VERIFIER challenge. */
export interface VerifierChallenge {
  salt: bigint
  B: bigint
  secretBlock: Bytes
}

/** x = H(PAD(salt) ‖ H(poolName ‖ username ‖ ":" ‖ password)) */
export async function privateKey(identity: Identity, salt: bigint): Promise<bigint> {
  const inner = await sha256(utf8(`${identity.poolName}${identity.username}:${identity.password}`))
  return toBigInt(await sha256(pad(salt), inner))
}

/**
 * The key both sides arrive at, if the password is right: HKDF of S = (B − k·2^x)^(a + u·x) mod N.
 *
 * @throws Error when B is a multiple of N or u is zero: an impostor could then know S without the password
 */
export async function sharedKey(
  { a, A }: KeyPair,
  identity: Identity,
  { salt, B }: Pick<VerifierChallenge, 'salt' | 'B'>,
): Promise<Bytes> {
  const n = N()
  if (!(B % n)) throw new Error('B cannot be zero.')
  const u = toBigInt(await sha256(pad(A), pad(B)))
  if (!u) throw new Error('U cannot be zero.')
  const x = await privateKey(identity, salt)
  const base = (B - k * powerOfTwo(x)) % n
  const S = power(base < 0n ? base + n : base, a + u * x)
  const prk = await hmac(pad(u), pad(S))
  return (await hmac(prk, utf8('Caldera Derived Key\u0001'))).slice(0, 16)
}

/** The proof of the password: HMAC(key, poolName ‖ username ‖ secretBlock ‖ timestamp). */
export async function signClaim(
  keyPair: KeyPair,
  identity: Identity,
  challenge: VerifierChallenge,
  timestamp: string,
): Promise<Bytes> {
  const key = await sharedKey(keyPair, identity, challenge)
  const { poolName, username } = identity
  return hmac(key, utf8(poolName + username), challenge.secretBlock, utf8(timestamp))
}

/** The service's own format: `Tue Sep 5 07:08:09 UTC 2023`, in UTC, the day without a leading zero. */
export function claimTimestamp(milliseconds: number): string {
  const [weekday, day, month, year, time] = new Date(milliseconds).toUTCString().split(/,? /)
  return `${weekday} ${month} ${Number(day)} ${time} UTC ${year}`
}
