import type { PoolCall } from '../clients/call.js'
import { rulesOf } from '../pools/rules.js'
import type { CodeDestination } from '../users/code-destination.js'
import type { User } from '../users/user.js'
import { deliverMessage } from './deliver-message.js'

/**
 * Sends a code that signs a user in, in the pool's words.
 *
 * @throws CodeDeliveryFailureException
 */
export async function deliverSignInCode(
  call: PoolCall,
  user: User,
  destination: CodeDestination,
  code: string,
): Promise<void> {
  const { subject, email, sms } = rulesOf(call.pool).messages.signIn
  await deliverMessage(call, user, destination, {
    purpose: 'sign-in',
    words: {
      subject: subject ?? 'Your authentication code',
      email: email ?? 'Your authentication code is {####}.',
      sms: sms ?? 'Your authentication code is {####}.',
    },
    values: { code, username: user.username },
  })
}
