import { createHash } from 'node:crypto'
import { g, powMod, toBigInt, toBytes } from './group.js'

/**
 * x = H(PAD(s) | H(I | ":" | P)), RFC 5054 section 2.4, where I is the pool name followed by the username, or for a
 * device its group key followed by its key.
 */
export function privateKey(I: string, P: string, s: bigint): bigint {
  const inner = createHash('sha256').update(`${I}:${P}`).digest()
  return toBigInt(createHash('sha256').update(toBytes(s)).update(inner).digest())
}

/** v = g^x: what is stored instead of the password. */
export const verifier = (x: bigint): bigint => powMod(g, x)
