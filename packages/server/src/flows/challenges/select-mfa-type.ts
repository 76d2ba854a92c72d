import { errors } from '../../errors.js'
import { factorsOf } from '../../users/second-factors.js'
import { FACTOR_CHALLENGE } from '../decide.js'
import type { Step } from '../step.js'

/** The user chooses which second factor to prove. */
export const selectMfaType: Step<'SELECT_MFA_TYPE'> = {
  name: 'SELECT_MFA_TYPE',
  carrier: 'session',

  ask: (_call, _attempt, { of }) => ({ state: { of }, show: { of } }),

  answer({ pool }, { challenge }, user, { choice = '' }) {
    // Asked only of users who exist; this one was deleted since.
    if (!user) return { refused: errors.sessionInvalid() }
    // A factor may be turned off since, or the address or number be gone that its codes went to.
    const left = factorsOf(pool, user)
    const chosen = challenge.state.of
      .filter((factor) => left.includes(factor))
      .map((factor) => FACTOR_CHALLENGE[factor])
      // The documentation of the service has EMAIL_MFA for what its libraries call EMAIL_OTP.
      .find((name) => name === (choice === 'EMAIL_MFA' ? 'EMAIL_OTP' : choice))
    return chosen ? { chosen } : { refused: errors.factorNotOffered(choice) }
  },
}
