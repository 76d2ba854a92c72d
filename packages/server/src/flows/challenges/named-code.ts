import { type Call, hidesExistence } from '../../clients/call.js'
import { randomDigits } from '../../crypto/random.js'
import { sharedForm } from '../../delivery/simulated-destination.js'
import { errors } from '../../errors.js'
import type { User } from '../../users/user.js'
import type { Attempt, NamedCode } from '../attempt.js'
import type { Answered, Asked, Responses } from '../step.js'
import { isSignInCode, signInCodeMac } from './sign-in-code.js'

// A function of the pool may name SMS_MFA before anything was proven. Anyone may ask for such a code, so it is as long as
// that of a first factor, and is one; and a name that does not exist is asked for one too, which was never sent.

const DIGITS = 8

export function askNamedCode(call: Call, attempt: Attempt, user: User | undefined): Asked<'SMS_MFA'> {
  const { context } = call
  const { id, srpIdentity } = attempt.who
  const number = numberOf(user)
  const attribute = 'phone_number'
  const code = randomDigits(context, DIGITS)
  const destination = number ?? attempt.custom?.madeUpNumber ?? ''
  const to = { attribute, destination } as const
  return {
    state: { mac: signInCodeMac(context, attempt, 'SMS_MFA', number ?? '', code), as: 'named' },
    show: { to: hidesExistence(call) ? sharedForm(to) : to, srpIdentity },
    sendFirst: { attribute, code, to: number === undefined ? { simulatedFor: id } : to },
  }
}

/** Where there was no code to send, no answer is right. */
export function answerNamedCode(
  { context }: Call,
  attempt: Attempt,
  { mac }: NamedCode,
  user: User | undefined,
  { code = '' }: Responses,
): Answered {
  const number = numberOf(user)
  const isRight = isSignInCode(context, attempt, 'SMS_MFA', number ?? '', code, mac)
  if (isRight && number !== undefined) return { right: 'SMS' }
  const reason = number === undefined ? 'There is no code that could be right.' : 'The code is wrong.'
  return { wrong: errors.authCodeMismatch(), of: 'SMS', reason, ends: false }
}

const numberOf = (user: User | undefined): string | undefined =>
  user?.enabled ? user.attributes.phone_number : undefined
