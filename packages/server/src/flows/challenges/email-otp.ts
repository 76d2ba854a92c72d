import type { Step } from '../step.js'
import { answerFirstCode, askFirstCode } from './first-code.js'
import { answerSecondCode, askSecondCode } from './second-code.js'

/** A code by e-mail, as the first factor or as the second. */
export const emailOtp: Step<'EMAIL_OTP'> = {
  name: 'EMAIL_OTP',
  carrier: 'session',
  ask: (call, attempt, { user, responses, offer }) =>
    offer
      ? askFirstCode(call, attempt, user, 'EMAIL_OTP', offer)
      : askSecondCode(call, attempt, user, responses, 'EMAIL_OTP'),
  answer: (call, { attempt, challenge: { state } }, user, responses) =>
    state.as === 'first'
      ? answerFirstCode(call, attempt, state, user, responses, 'EMAIL_OTP')
      : answerSecondCode(call, attempt, state, user, responses, 'EMAIL_OTP'),
}
