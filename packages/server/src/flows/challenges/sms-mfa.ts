import type { Step } from '../step.js'
import { answerNamedCode, askNamedCode } from './named-code.js'
import { answerSecondCode, askSecondCode } from './second-code.js'

/** A code by SMS, as a second factor, or as what a function of the pool names first. */
export const smsMfa: Step<'SMS_MFA'> = {
  name: 'SMS_MFA',
  carrier: 'session',
  ask: (call, attempt, { user, responses }) =>
    attempt.custom && !attempt.proven.includes('PASSWORD')
      ? askNamedCode(call, attempt, user)
      : askSecondCode(call, attempt, user, responses, 'SMS_MFA'),
  answer: (call, { attempt, challenge: { state } }, user, responses) =>
    state.as === 'named'
      ? answerNamedCode(call, attempt, state, user, responses)
      : answerSecondCode(call, attempt, state, user, responses, 'SMS_MFA'),
}
