import { type Bytes, pad, randomBytes, toBigInt, utf8 } from './bytes.js'
import { N } from './group.js'
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
export const createKeyPair = (random: Uint8Array = randomBytes(32)): KeyPair => {
  const a = toBigInt(random)
  return { a, A: powerOfTwo(a) }
}

/** x = H(PAD(salt) ‖ H(identity ‖ ":" ‖ password)) */
export const privateKey = async (identity: string, password: string, salt: bigint): Promise<bigint> =>
  toBigInt(await sha256(pad(salt), await sha256(utf8(`${identity}:${password}`))))

/**
 * The key both sides arrive at, if the password is right: HKDF of S = (B − k·g^x)^(a + u·x) mod N, with
 * k = H(PAD(N) ‖ PAD(g)).
 *
 * @throws Error when B is a multiple of N or u is zero: an impostor could then know S without the password
 */
export const sharedKey = async (
  pair: KeyPair,
  identity: string,
  password: string,
  salt: bigint,
  B: bigint,
): Promise<Bytes> => {
  const n = N()
  if (!(B % n)) throw new Error('B cannot be zero.')
  // The generator g is 2, which the service uses with this prime.
  const [scramble, x, multiplier] = await Promise.all([
    sha256(pad(pair.A), pad(B)),
    privateKey(identity, password, salt),
    sha256(pad(n), pad(2n)),
  ])
  const u = toBigInt(scramble)
  if (!u) throw new Error('U cannot be zero.')
  const k = toBigInt(multiplier)
  // Subtracted from a multiple of N, which keeps the base positive.
  const S = power((B + k * (n - powerOfTwo(x))) % n, pair.a + u * x)
  const prk = await hmac(pad(u), pad(S))
  return (await hmac(prk, utf8('Caldera Derived Key\u0001'))).slice(0, 16)
}

/**
 * The proof of the password: HMAC(key, identity ‖ secretBlock ‖ timestamp).
 *
 * @param identity the user pool's name and the user's, or a device group's key and the device's, in one
 * @param secretBlock SECRET_BLOCK of the challenge, decoded
 */
export const signClaim = async (
  key: Bytes,
  identity: string,
  secretBlock: Bytes,
  timestamp: string,
): Promise<Bytes> => hmac(key, utf8(identity), secretBlock, utf8(timestamp))

/** The service's own format: `Tue Sep 5 07:08:09 UTC 2023`, in UTC, the day without a leading zero. */
export const claimTimestamp = (milliseconds: number): string => {
  const [weekday, day, month, year, time] = new Date(milliseconds).toUTCString().split(/,? /)
  return `${weekday} ${month} ${Number(day)} ${time} UTC ${year}`
}
