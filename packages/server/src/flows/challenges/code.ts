import type { Call } from '../../clients/call.js'
import { equalText } from '../../crypto/equal.js'
import { randomDigits } from '../../crypto/random.js'
import type { Transaction } from '../../db/schema.js'
import { errors } from '../../errors.js'
import { type SecondFactor, withFactor } from '../../users/mfa-settings.js'
import { saveUniqueAttributes } from '../../users/save-unique-attributes.js'
import { FACTOR_ATTRIBUTE, saveMfa } from '../../users/second-factors.js'
import type { User } from '../../users/user.js'
import type { Attempt, SecondFactorProof } from '../attempt.js'
import type { Step } from '../step.js'

/** A code by SMS, as a second factor. */
export const smsMfa: Step<'SMS_MFA'> = codeStep('SMS_MFA', 'sms', 'SMS_MFA')

/** A code by e-mail, as a second factor. */
export const emailOtp: Step<'EMAIL_OTP'> = codeStep('EMAIL_OTP', 'email', 'EMAIL_MFA')

function codeStep<N extends 'SMS_MFA' | 'EMAIL_OTP'>(
  name: N,
  factor: Exclude<SecondFactor, 'totp'>,
  proof: SecondFactorProof,
): Step<N> {
  const attribute = FACTOR_ATTRIBUTE[factor]
  return {
    name,
    carrier: 'session',

    ask({ context }, attempt, user, { email, phoneNumber }) {
      // One that is being set up goes to where the user says, any other to where the user is known to be.
      const given = factor === 'email' ? email : phoneNumber
      const destination = given ?? user?.attributes[attribute] ?? ''
      const code = randomDigits(context, DIGITS)
      const to = { attribute, destination }
      return {
        state: {
          mac: macs(context, attempt, name, destination, code)[0] ?? '',
          sentTo: destination,
          enrols: given !== undefined,
        },
        show: { to, srpIdentity: attempt.who.srpIdentity },
        send: { to, code },
      }
    },

    answer(call, { attempt, challenge }, user, { code = '' }) {
      const { mac, sentTo, enrols } = challenge.state
      // Another address has taken the place of the one that the code went to.
      if (!enrols && user?.attributes[attribute] !== sentTo) return { refused: errors.sessionInvalid() }
      const isRight = macs(call.context, attempt, name, sentTo, code).some((candidate) =>
        equalText(candidate, mac),
      )
      if (!isRight)
        return { wrong: errors.authCodeMismatch(), of: proof, reason: 'The code is wrong.', ends: false }
      return {
        right: proof,
        async save(tx, current) {
          const proven = await saveProven(call, tx, current, {
            [attribute]: sentTo,
            [`${attribute}_verified`]: 'true',
          })
          return enrols ? await enrol(tx, proven, factor) : proven
        },
      }
    },
  }
}

const DIGITS = 6

/** Bound to the attempt, the challenge and the address. While the root key is being exchanged, there are two. */
const macs = (
  { rootKey }: Call['context'],
  attempt: Attempt,
  name: string,
  destination: string,
  code: string,
): string[] =>
  rootKey
    .macs('sign-in-code', JSON.stringify([attempt.id, name, destination, code]))
    .map((mac) => mac.toString('base64url'))

/** The code has proven the address or number that it went to. */
async function saveProven(
  { context, pool }: Call,
  tx: Transaction,
  user: User,
  proven: Readonly<Record<string, string>>,
): Promise<User> {
  const isKnown = Object.entries(proven).every(([name, value]) => user.attributes[name] === value)
  if (isKnown) return user
  return await saveUniqueAttributes(
    context,
    tx,
    pool,
    user,
    { ...user.attributes, ...proven },
    errors.aliasExists,
  )
}

/**
 * Turns a factor on that was set up in a sign-in.
 *
 * @throws NotAuthorizedException another sign-in of the user has set one up meanwhile
 */
export async function enrol(tx: Transaction, user: User, factor: SecondFactor): Promise<User> {
  if (user.mfa.enabled.length > 0) throw errors.factorSetUpMeanwhile()
  return await saveMfa(tx, user, withFactor(user.mfa, factor))
}
