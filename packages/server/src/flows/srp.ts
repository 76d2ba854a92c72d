import type { ServerContext } from '../context.js'
import { equalText } from '../crypto/equal.js'
import { errors, type ServiceError } from '../errors.js'
import { mod, N, toBigInt } from '../srp/group.js'
import { claimSignature, publicValue, sharedKey } from '../srp/handshake.js'
import type { SrpState } from './attempt.js'
import type { Responses } from './step.js'

/**
 * The first step.
 *
 * @param v the verifier of the password
 * @throws InvalidParameterException A is no number, or 0 modulo N
 */
export function beginSrp(
  { randomBytes }: ServerContext,
  A: string,
  v: bigint,
): { state: SrpState; B: string } {
  assertPublicValue(A)
  const b = toBigInt(randomBytes(32))
  const B = publicValue(v, b).toString(16)
  return {
    // Padded: the length of what is sealed can be seen.
    state: { A: A.padStart(768, '0'), b: b.toString(16).padStart(64, '0'), B: B.padStart(768, '0') },
    B,
  }
}

/** @throws InvalidParameterException A is no number, or 0 modulo N */
export function assertPublicValue(A: string): void {
  if (!/^[0-9a-fA-F]{1,1024}$/.test(A) || mod(BigInt(`0x${A}`)) === 0n)
    throw errors.invalidParameter('SRP_A must be a hexadecimal number that is not a multiple of N.')
}

/** Why a claim cannot be judged, whatever it proves. */
export function refusalOfClaim(
  { clock }: ServerContext,
  { timestamp }: NonNullable<Responses['claim']>,
): { refused: ServiceError; reason?: string } | undefined {
  const signedAt = parseTimestamp(timestamp)
  if (signedAt === undefined) return { refused: errors.timestampFormat() }
  if (Math.abs(clock.now() - signedAt) <= CLOCK_SKEW) return undefined
  return {
    refused: errors.incorrectUsernameOrPassword(),
    reason: "The client's clock is off by more than five minutes.",
  }
}

/**
 * The second step: whether the client has the password.
 *
 * @param identity the name that the client mixes in, in its two parts
 */
export function isClaimRight(
  { A, b, B }: SrpState,
  v: bigint,
  [scope, name]: readonly [scope: string, name: string],
  { block, signature, timestamp }: NonNullable<Responses['claim']>,
): boolean {
  const K = sharedKey(hexNumber(A), hexNumber(B), v, hexNumber(b))
  const expected = K && claimSignature(K, scope, name, Buffer.from(block, 'base64'), timestamp)
  return expected !== undefined && equalText(expected, signature)
}

export const NO_CLAIM: NonNullable<Responses['claim']> = { block: '', signature: '', timestamp: '' }

/** Milliseconds that a client's clock may be off. */
const CLOCK_SKEW = 300_000

const hexNumber = (hex: string): bigint => BigInt(`0x${hex}`) % N

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const TIMESTAMP =
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ([A-Z][a-z]{2}) (\d{1,2}) (\d{2}):(\d{2}):(\d{2}) (?:UTC|GMT) (\d{4})$/

/** `Tue Sep 1 07:05:09 UTC 2026`: English names, the day without a leading zero, 24 hours. */
function parseTimestamp(text: string): number | undefined {
  const match = TIMESTAMP.exec(text)
  if (!match) return undefined
  const [, month = '', day, hour, minute, second, year] = match
  const index = MONTHS.indexOf(month)
  if (index < 0) return undefined
  return Date.UTC(Number(year), index, Number(day), Number(hour), Number(minute), Number(second))
}
