import { errors } from '../../errors.js'
import { FACTOR_CHALLENGE } from '../decide.js'
import type { Step } from '../step.js'

/** The user chooses which second factor to prove. */
export const selectMfaType: Step<'SELECT_MFA_TYPE'> = {
  name: 'SELECT_MFA_TYPE',
  carrier: 'session',

  ask: (_call, _attempt, { of }) => ({ state: { of }, show: { of } }),

  answer(_call, { challenge }, _user, { choice = '' }) {
    const chosen = challenge.state.of
      .map((factor) => FACTOR_CHALLENGE[factor])
      // The documentation of the service has EMAIL_MFA for what its libraries call EMAIL_OTP.
      .find((name) => name === (choice === 'EMAIL_MFA' ? 'EMAIL_OTP' : choice))
    return chosen ? { chosen } : { refused: errors.factorNotOffered(choice) }
  },
}
