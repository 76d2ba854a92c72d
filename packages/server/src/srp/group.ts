import { createDiffieHellman, type DiffieHellman, getDiffieHellman } from 'node:crypto'

/**
 * The 3072-bit MODP group of RFC 3526 (group 15) with generator 2. RFC 5054 lists 5 for this size; the protocol
 * uses 2.
 */
const prime = getDiffieHellman('modp15').getPrime()
export const N = toBigInt(prime)
export const g = 2n

// OpenSSL's Diffie–Hellman is its modular exponentiation: constant in time and several times faster than BigInt. One
// object serves all calls; nothing is awaited between setting its exponent and reading the result.
//
// With the generator 2, OpenSSL knows the group by name. From version 3.5 on (Node.js 22 and 24) it then refuses numbers that are
// not powers of 2, which half of what SRP computes with are not, after a check that takes ten times as long as the power
// itself. With another generator it first proves that N is a prime, for more than a second in which nothing is answered. A
// multiple of N is neither known by name nor taken for a prime, and leads to the same powers. Its size is the next one that
// OpenSSL computes fast with.
const [major = 0, minor = 0] = process.versions.openssl.split('.').map(Number)
const isRefusedByName = major > 3 || (major === 3 && minor >= 5)
const modulus = isRefusedByName ? toBytes(N * (2n ** 511n + 1n)) : prime
let openssl: DiffieHellman | undefined

/** base^exponent mod N. */
export function powMod(base: bigint, exponent: bigint): bigint {
  openssl ??= createDiffieHellman(modulus, 2)
  openssl.setPrivateKey(toBytes(exponent))
  return toBigInt(openssl.computeSecret(toBytes(base))) % N
}

/** a mod N, from 0 to N - 1. */
export function mod(a: bigint): bigint {
  const rest = a % N
  return rest < 0n ? rest + N : rest
}

export function toBigInt(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${Buffer.from(bytes).toString('hex')}`)
}

/** PAD of the protocol: big-endian two's complement of a non-negative number, so a leading 00 before a set bit. */
export function toBytes(value: bigint): Buffer {
  let hex = value.toString(16)
  if (hex.length % 2 === 1) hex = `0${hex}`
  else if (hex[0] !== undefined && hex[0] >= '8') hex = `00${hex}`
  return Buffer.from(hex, 'hex')
}
