import { equalText } from '../../crypto/equal.js'
import { errors } from '../../errors.js'
import { srpPoolName } from '../../pools/user-pool.js'
import { mod, N, toBigInt } from '../../srp/group.js'
import { claimSignature, publicValue, sharedKey } from '../../srp/handshake.js'
import { srpPassword } from '../../users/password.js'
import { wrongPassword } from '../password.js'
import type { Answered, Step } from '../step.js'

/** The secure remote password: the client proves that it knows the password, and sends nothing of it. */
export const passwordVerifier: Step<'PASSWORD_VERIFIER'> = {
  name: 'PASSWORD_VERIFIER',
  carrier: 'secretBlock',
  oneGuess: true,

  ask(call, { who }, user, { srpA: A = '' }) {
    if (!/^[0-9a-fA-F]{1,1024}$/.test(A) || mod(BigInt(`0x${A}`)) === 0n)
      throw errors.invalidParameter('SRP_A must be a hexadecimal number that is not a multiple of N.')
    const { salt, v } = srpPassword(call.context, call.pool, user, who.srpIdentity)
    const b = toBigInt(call.context.randomBytes(32))
    const B = publicValue(v, b).toString(16)
    return {
      // Padded: the length of what is sealed can be seen.
      state: { A: A.padStart(768, '0'), b: b.toString(16).padStart(64, '0'), B: B.padStart(768, '0') },
      show: { salt, B, srpIdentity: who.srpIdentity },
    }
  },

  answer(call, { attempt: { who }, challenge }, user, { claim }): Answered {
    const { context, pool } = call
    const { block = '', signature = '', timestamp = '' } = claim ?? {}
    const signedAt = parseTimestamp(timestamp)
    if (signedAt === undefined) return { refused: errors.timestampFormat() }
    if (Math.abs(context.clock.now() - signedAt) > CLOCK_SKEW)
      return {
        refused: errors.incorrectUsernameOrPassword(),
        reason: "The client's clock is off by more than five minutes.",
      }
    const { v, exists } = srpPassword(context, pool, user, who.srpIdentity)
    const { A, b, B } = challenge.state
    const K = sharedKey(hexNumber(A), hexNumber(B), v, hexNumber(b))
    const expected =
      K && claimSignature(K, srpPoolName(pool.id), who.srpIdentity, Buffer.from(block, 'base64'), timestamp)
    const right = expected !== undefined && equalText(expected, signature)
    return right && exists ? { right: 'PASSWORD' } : wrongPassword(user)
  },
}

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
