import type { Step } from '../step.js'
import { answerFirstCode, askFirstCode } from './first-code.js'

/** A code by SMS, as the first factor. */
export const smsOtp: Step<'SMS_OTP'> = {
  name: 'SMS_OTP',
  carrier: 'session',
  ask: (call, attempt, { user, offer = { offered: [] } }) =>
    askFirstCode(call, attempt, user, 'SMS_OTP', offer),
  answer: (call, { attempt, challenge }, user, responses) =>
    answerFirstCode(call, attempt, challenge.state, user, responses, 'SMS_OTP'),
}
