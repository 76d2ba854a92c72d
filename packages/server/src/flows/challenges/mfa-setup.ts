import { errors, ServiceError } from '../../errors.js'
import type { UserPool } from '../../pools/user-pool.js'
import { validateAttributes } from '../../users/attributes.js'
import { type SecondFactor, withFactor } from '../../users/mfa-settings.js'
import { poolFactors, saveMfa } from '../../users/second-factors.js'
import { saveVerifiedSoftwareToken } from '../../users/software-token.js'
import type { Answered, Step } from '../step.js'
import { assertNoFactorYet } from './second-code.js'

/**
 * In a pool that requires a second factor, a user without one sets one up. A software token is made and proven by
 * AssociateSoftwareToken and VerifySoftwareToken, which change the session; an address or number is proven by a code.
 */
export const mfaSetup: Step<'MFA_SETUP'> = {
  name: 'MFA_SETUP',
  carrier: 'session',

  ask: (_call, _attempt, { of }) => ({ state: { of }, show: { of } }),

  answer({ context, pool }, { attempt, challenge }, _user, { email, phoneNumber }) {
    const { of, token } = challenge.state
    if (token?.step !== undefined) {
      const { secret, deviceName, step } = token
      return {
        right: 'TOTP_MFA',
        async save(tx, current) {
          assertNoFactorYet(pool, current)
          const user = await saveMfa(tx, current, withFactor(current.mfa, 'totp'))
          await saveVerifiedSoftwareToken(context, tx, attempt.who.id, { secret, deviceName }, step)
          return user
        },
      }
    }
    // The pool may have lost the factor since.
    const may = (factor: SecondFactor) => of.includes(factor) && poolFactors(pool).includes(factor)
    if (email && may('email'))
      return refusal(pool, { email }) ?? { chosen: 'EMAIL_OTP', responses: { email } }
    if (phoneNumber && may('sms'))
      return refusal(pool, { phone_number: phoneNumber }) ?? { chosen: 'SMS_MFA', responses: { phoneNumber } }
    return { refused: errors.nothingSetUp() }
  },
}

/** Why an address or number cannot be one of a user's attributes. */
function refusal(pool: UserPool, attributes: Readonly<Record<string, string>>): Answered | undefined {
  try {
    validateAttributes(pool, attributes, { requireRequired: false })
    return undefined
  } catch (error) {
    if (error instanceof ServiceError) return { refused: error }
    throw error
  }
}
