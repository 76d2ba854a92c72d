import type { Call } from '../clients/call.js'
import { type RequestedCode, sendRequestedCode } from '../codes/send-requested-code.js'
import { errors } from '../errors.js'
import { rulesOf } from '../pools/rules.js'
import { autoVerifiedDelivery } from '../users/code-destination.js'

/**
 * @returns where the code went, for the answer
 * @throws ServiceError as the service words it
 */
export async function resendConfirmationCode(call: Call, username: string) {
  if (rulesOf(call.pool).autoVerified.length === 0) throw errors.cannotResendCodes()
  return await sendRequestedCode(call, username, SIGN_UP_CODE)
}

const SIGN_UP_CODE: RequestedCode = {
  action: 'ResendConfirmationCode',
  purpose: 'sign-up',
  message: 'resend-code',
  attributes: (pool) => rulesOf(pool).autoVerified,
  destinationOf(pool, user) {
    if (!user.enabled) return errors.userDisabled()
    if (user.status !== 'UNCONFIRMED') return errors.alreadyConfirmed()
    return autoVerifiedDelivery(pool, user.attributes) ?? errors.cannotResendCodes()
  },
}
