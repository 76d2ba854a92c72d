import type { Call, PoolCall } from '../clients/call.js'
import type { MessagePurpose } from '../message.js'
import { type OwnWords, rulesOf } from '../pools/rules.js'
import type { UserPool } from '../pools/user-pool.js'
import type { CodeDestination } from '../users/code-destination.js'
import type { User } from '../users/user.js'
import { deliverMessage } from './deliver-message.js'
import type { Words } from './fill-template.js'

/** Whether the pool confirms a sign-up by a link to this destination, and not by a code. */
export const confirmsByLink = (pool: UserPool, { attribute }: CodeDestination): boolean =>
  attribute === 'email' && rulesOf(pool).messages.link !== undefined

/**
 * Sends a code in the pool's words, or a link where there is one.
 *
 * @throws CodeDeliveryFailureException what was stored before stays; the user asks for another code
 */
export async function deliverCode(
  call: PoolCall,
  user: User,
  destination: CodeDestination,
  { purpose, code, link }: { purpose: MessagePurpose; code: string; link?: string | undefined },
): Promise<void> {
  const { code: own, link: ownByLink } = rulesOf(call.pool).messages
  await deliverMessage(call, user, destination, {
    purpose,
    words: link === undefined ? codeWords(own) : { ...codeWords(own), ...linkWords(ownByLink ?? {}) },
    values: { code, username: user.username, link },
  })
}

/** https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-settings-email-verification-message-customization.html */
export function confirmationLink({ context, client }: Call, user: User, linkCode: string): string {
  const query = new URLSearchParams({
    client_id: client.id,
    user_name: user.username,
    confirmation_code: linkCode,
  })
  return `${context.baseUrl()}/confirmUser?${query}`
}

const codeWords = ({ subject, email, sms }: OwnWords): Words => ({
  subject: subject ?? 'Your verification code',
  email: email ?? 'Your confirmation code is {####}',
  sms: sms ?? 'Your confirmation code is {####}',
})

const linkWords = ({ subject, email }: OwnWords): Omit<Words, 'sms'> => ({
  subject: subject ?? 'Your verification link',
  email: email ?? 'Please click the link below to verify your email address. {##Verify Email##}',
})
