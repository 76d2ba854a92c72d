import type { ServerContext } from '../context.js'
import type { MessagePurpose } from '../message.js'
import { type OwnWords, rulesOf } from '../pools/rules.js'
import type { UserPool } from '../pools/user-pool.js'
import { type CodeDestination, codeDeliveryDetails } from '../users/code-destination.js'
import type { User } from '../users/user.js'
import { deliverMessage, type Words } from './deliver-message.js'

/**
 * Sends a code in the pool's words, or a link where the pool confirms by link.
 *
 * @param message.clientId the client that a user signs up with; only sign-ups are confirmed by link
 * @throws CodeDeliveryFailureException what was stored before stays; the user asks for another code
 */
export async function deliverCode(
  context: ServerContext,
  pool: UserPool,
  user: User,
  message: CodeDestination & { purpose: MessagePurpose; code: string; clientId?: string },
) {
  const { attribute, purpose, code, clientId } = message
  const { code: own, link: ownByLink } = rulesOf(pool).messages
  const byLink = attribute === 'email' && clientId !== undefined && ownByLink !== undefined
  await deliverMessage(context, pool, message, {
    purpose,
    words: byLink ? { ...codeWords(own), ...linkWords(ownByLink) } : codeWords(own),
    values: {
      code,
      username: user.username,
      link: byLink ? confirmationLink(context, { clientId, username: user.username, code }) : undefined,
    },
  })
  return codeDeliveryDetails(message)
}

/** https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-settings-email-verification-message-customization.html */
function confirmationLink(
  context: ServerContext,
  { clientId, username, code }: { clientId: string; username: string; code: string },
): string {
  const query = new URLSearchParams({ client_id: clientId, user_name: username, confirmation_code: code })
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
