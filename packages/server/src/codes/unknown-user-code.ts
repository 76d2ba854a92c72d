import type { ServerContext } from '../context.js'
import { errors, type ServiceError } from '../errors.js'
import { usedWithin } from '../users/quota.js'
import { CODE_LIFETIME } from './verification-code.js'

const REQUESTED_BY = { 'sign-up': 'ResendConfirmationCode', 'reset-password': 'ForgotPassword' } as const

/**
 * The answer to a code for a user who does not exist, or whom no code is sent to, where that is hidden: what other
 * users would be answered, wrong if a code was asked for in time and expired if not.
 */
export async function unknownUserCode(
  context: ServerContext,
  subject: string,
  purpose: keyof typeof REQUESTED_BY,
): Promise<ServiceError> {
  const requested = await usedWithin(context, subject, REQUESTED_BY[purpose], CODE_LIFETIME[purpose])
  return requested ? errors.codeMismatch() : errors.codeExpired()
}
