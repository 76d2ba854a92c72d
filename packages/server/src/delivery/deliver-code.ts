import type { ServerContext } from '../context.js'
import type { UserPool } from '../pools/user-pool.js'
import type { User } from '../users/user.js'
import { deliverMessage, type Words } from './deliver-message.js'
import { maskEmail, maskPhoneNumber } from './mask.js'
import type { MessagePurpose } from './message.js'

/** Where a code goes. */
export interface CodeDestination {
  readonly attribute: 'email' | 'phone_number'
  readonly destination: string
}

/** Wire form of where a code went: masked. */
export function codeDeliveryDetails({ attribute, destination }: CodeDestination) {
  return attribute === 'email'
    ? { AttributeName: 'email', DeliveryMedium: 'EMAIL', Destination: maskEmail(destination) }
    : { AttributeName: 'phone_number', DeliveryMedium: 'SMS', Destination: maskPhoneNumber(destination) }
}

/** The attributes that the pool verifies, the phone number before the address. */
export const autoVerified = (pool: UserPool): CodeDestination['attribute'][] =>
  (['phone_number', 'email'] as const).filter((attribute) =>
    pool.settings.AutoVerifiedAttributes?.includes(attribute),
  )

/** The attribute that a sign-up code goes to: the first that the pool verifies and the user has. */
export function autoVerifiedDelivery(
  pool: UserPool,
  attributes: Readonly<Record<string, string>>,
): CodeDestination | undefined {
  for (const attribute of autoVerified(pool)) {
    const destination = attributes[attribute]
    if (destination) return { attribute, destination }
  }
  return undefined
}

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
  const byLink =
    attribute === 'email' &&
    clientId !== undefined &&
    pool.settings.VerificationMessageTemplate?.DefaultEmailOption === 'CONFIRM_WITH_LINK'
  await deliverMessage(context, pool, message, {
    purpose,
    words: byLink ? linkWords(pool.settings) : codeWords(pool.settings),
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

type Settings = UserPool['settings']

const codeWords = ({ VerificationMessageTemplate: template, ...older }: Settings): Words => ({
  subject: template?.EmailSubject ?? older.EmailVerificationSubject ?? 'Your verification code',
  email: template?.EmailMessage ?? older.EmailVerificationMessage ?? 'Your confirmation code is {####}',
  sms: template?.SmsMessage ?? older.SmsVerificationMessage ?? 'Your confirmation code is {####}',
})

const linkWords = (settings: Settings): Words => ({
  ...codeWords(settings),
  subject: settings.VerificationMessageTemplate?.EmailSubjectByLink ?? 'Your verification link',
  email:
    settings.VerificationMessageTemplate?.EmailMessageByLink ??
    'Please click the link below to verify your email address. {##Verify Email##}',
})
