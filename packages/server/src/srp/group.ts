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
// The generator is not used for that. With 2, OpenSSL knows the group by name, and from version 3.5 on (Node.js 22 and 24) has
// numbers refused that are not powers of 2, which half of what SRP computes with are not, after a check that takes ten times
// as long as the power itself.
const UNNAMED = 5
let openssl: DiffieHellman | undefined

/** base^exponent mod N. */
export function powMod(base: bigint, exponent: bigint): bigint {
  openssl ??= createDiffieHellman(prime, UNNAMED)
  openssl.setPrivateKey(toBytes(exponent))
  return toBigInt(openssl.computeSecret(toBytes(base)))
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
