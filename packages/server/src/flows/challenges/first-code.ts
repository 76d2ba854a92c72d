import type { Call } from '../../clients/call.js'
import { randomDigits } from '../../crypto/random.js'
import { errors } from '../../errors.js'
import {
  CODE_ATTRIBUTE,
  type FirstCodeFactor,
  firstFactorsOf,
  firstProofsOf,
} from '../../users/first-factors.js'
import type { User } from '../../users/user.js'
import type { Attempt, FirstCode, Offer } from '../attempt.js'
import type { Answered, Asked, Responses } from '../step.js'
import { isSignInCode, signInCodeMac } from './sign-in-code.js'

const DIGITS = 8

/** Anyone may ask for such a code, so a name that does not exist is asked for one too, which is never sent. */
export function askFirstCode(
  call: Call,
  attempt: Attempt,
  user: User | undefined,
  name: FirstCodeFactor,
  offer: Offer,
): Asked<FirstCodeFactor> & { readonly state: FirstCode } {
  const { context } = call
  const attribute = CODE_ATTRIBUTE[name]
  const destination = user?.enabled ? destinationOf(call, user, name) : undefined
  const code = randomDigits(context, DIGITS)
  const mac = signInCodeMac(context, attempt, name, destination ?? '', code)
  return {
    state: { ...offer, mac, as: 'first' },
    show: { to: { attribute, destination: offer.shown?.[attribute] ?? destination ?? '' } },
    sendFirst: {
      to: destination === undefined ? { simulatedFor: attempt.who.id } : { attribute, destination },
      code,
      attribute,
    },
  }
}

/** Where there was no code to send, no answer is right. */
export function answerFirstCode(
  call: Call,
  attempt: Attempt,
  { mac }: FirstCode,
  user: User | undefined,
  { code = '' }: Responses,
  name: FirstCodeFactor,
): Answered {
  const destination = user && destinationOf(call, user, name)
  const isRight = isSignInCode(call.context, attempt, name, destination ?? '', code, mac)
  const of = name === 'EMAIL_OTP' ? 'EMAIL' : 'SMS'
  if (isRight && destination !== undefined) return { right: of }
  const reason = destination === undefined ? 'There is no code that could be right.' : 'The code is wrong.'
  return { wrong: errors.authCodeMismatch(), of, reason, ends: false }
}

const destinationOf = ({ pool }: Call, user: User, name: FirstCodeFactor): string | undefined =>
  firstFactorsOf(pool, firstProofsOf(pool, user)).includes(name)
    ? user.attributes[CODE_ATTRIBUTE[name]]
    : undefined
