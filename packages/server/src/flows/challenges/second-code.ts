import type { Call } from '../../clients/call.js'
import { randomDigits } from '../../crypto/random.js'
import type { Transaction } from '../../db/schema.js'
import { errors } from '../../errors.js'
import type { UserPool } from '../../pools/user-pool.js'
import { type SecondFactor, withFactor } from '../../users/mfa-settings.js'
import { findTakenName, saveUniqueAttributes } from '../../users/save-unique-attributes.js'
import { enabledFactorsOf, FACTOR_ATTRIBUTE, saveMfa } from '../../users/second-factors.js'
import type { User } from '../../users/user.js'
import type { Attempt, SecondCode, SecondFactorProof } from '../attempt.js'
import type { Answered, Asked, Responses } from '../step.js'
import { isSignInCode, signInCodeMac } from './sign-in-code.js'

/** What the codes of a second factor are in each challenge. */
const SECOND_CODES = {
  SMS_MFA: { factor: 'sms', proof: 'SMS_MFA' },
  EMAIL_OTP: { factor: 'email', proof: 'EMAIL_MFA' },
} as const satisfies Record<string, { factor: SecondFactor; proof: SecondFactorProof }>

type SecondCodeName = keyof typeof SECOND_CODES

export function askSecondCode(
  { context }: Call,
  attempt: Attempt,
  user: User | undefined,
  { email, phoneNumber }: Responses,
  name: SecondCodeName,
): Asked<SecondCodeName> & { readonly state: SecondCode } {
  const attribute = FACTOR_ATTRIBUTE[SECOND_CODES[name].factor]
  // One that is being set up goes to where the user says, any other to where the user is known to be.
  const given = attribute === 'email' ? email : phoneNumber
  const destination = given ?? user?.attributes[attribute] ?? ''
  const code = randomDigits(context, DIGITS)
  const mac = signInCodeMac(context, attempt, name, destination, code)
  const to = { attribute, destination }
  return {
    state: { mac, sentTo: destination, as: given === undefined ? 'second' : 'enrol' },
    show: { to, srpIdentity: attempt.who.srpIdentity },
    send: { to, code },
  }
}

export function answerSecondCode(
  call: Call,
  attempt: Attempt,
  { mac, sentTo, as }: SecondCode,
  user: User | undefined,
  { code = '' }: Responses,
  name: SecondCodeName,
): Answered {
  const { factor, proof } = SECOND_CODES[name]
  const attribute = FACTOR_ATTRIBUTE[factor]
  // Another address has taken the place of the one that the code went to.
  if (as === 'second' && user?.attributes[attribute] !== sentTo) return { refused: errors.sessionInvalid() }
  if (!isSignInCode(call.context, attempt, name, sentTo, code, mac))
    return { wrong: errors.authCodeMismatch(), of: proof, reason: 'The code is wrong.', ends: false }
  return {
    right: proof,
    async save(tx, current) {
      // Since the user was read: what was stored now would bring the old address back.
      if (as === 'second' && current.attributes[attribute] !== sentTo) throw errors.sessionInvalid()
      // Before the address is stored: a factor that was turned on may have lacked nothing else.
      if (as === 'enrol') assertNoFactorYet(call.pool, current)
      const proven = { [attribute]: sentTo, [`${attribute}_verified`]: 'true' }
      const isKnown = Object.entries(proven).every(([name, value]) => current.attributes[name] === value)
      const saved = isKnown ? current : await saveProven(call, tx, current, proven, as)
      return as === 'enrol' ? await saveMfa(tx, saved, withFactor(saved.mfa, factor)) : saved
    },
  }
}

const DIGITS = 6

/**
 * The code has proven the address or number that it went to. As a name to sign in with it stays with the user who proved it
 * before: it is not set up for another one, and a code that went there counts without verifying it.
 *
 * @throws AliasExistsException
 */
async function saveProven(
  { context, pool }: Call,
  tx: Transaction,
  user: User,
  proven: Readonly<Record<string, string>>,
  as: SecondCode['as'],
): Promise<User> {
  const attributes = { ...user.attributes, ...proven }
  if (as === 'second' && (await findTakenName(tx, pool, user, attributes))) return user
  return await saveUniqueAttributes(context, tx, pool, user, attributes, errors.aliasExists)
}

/** @throws NotAuthorizedException another sign-in of the user has set a factor up meanwhile */
export function assertNoFactorYet(pool: UserPool, user: User): void {
  if (enabledFactorsOf(pool, user).length > 0) throw errors.factorSetUpMeanwhile()
}
