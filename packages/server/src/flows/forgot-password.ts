import type { Call } from '../clients/call.js'
import { type RequestedCode, sendRequestedCode } from '../codes/send-requested-code.js'
import { errors } from '../errors.js'
import { rulesOf } from '../pools/rules.js'
import { assertSelfRecovery, recoveryChannel } from '../users/recovery-channel.js'
import { migrateAtForgotPassword } from './migrate-user.js'

/**
 * Sends the code that a password is reset by.
 *
 * @returns where the code went, for the answer
 * @throws ServiceError as the service words it
 */
export async function forgotPassword(call: Call, username: string) {
  assertSelfRecovery(call.pool)
  await migrateAtForgotPassword(call, username)
  return await sendRequestedCode(call, username, RESET_CODE)
}

const RESET_CODE: RequestedCode = {
  action: 'ForgotPassword',
  purpose: 'reset-password',
  message: 'forgot-password',
  attributes: (pool) => rulesOf(pool).recovery.attributes,
  destinationOf(pool, user) {
    if (!user.enabled) return errors.userDisabled()
    if (user.status === 'FORCE_CHANGE_PASSWORD' || user.status === 'EXTERNAL_PROVIDER')
      return errors.passwordCannotBeReset()
    return recoveryChannel(pool, user) ?? errors.noRecoveryChannel()
  },
}
