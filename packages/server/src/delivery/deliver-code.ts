import type { ServerContext } from '../context.js'
import { errors } from '../errors.js'
import type { UserPool } from '../pools/user-pool.js'
import type { User } from '../users/user.js'
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

/** The attribute that a sign-up code goes to: of those the pool verifies, the phone number before the address. */
export function autoVerifiedDelivery(
  pool: UserPool,
  attributes: Readonly<Record<string, string>>,
): CodeDestination | undefined {
  for (const attribute of ['phone_number', 'email'] as const) {
    const destination = attributes[attribute]
    if (destination && pool.settings.AutoVerifiedAttributes?.includes(attribute))
      return { attribute, destination }
  }
  return undefined
}

/**
 * Sends a code in the pool's words.
 *
 * @throws CodeDeliveryFailureException what was stored before stays; the user asks for another code
 */
export async function deliverCode(
  context: ServerContext,
  pool: UserPool,
  user: User,
  { attribute, destination, purpose, code }: CodeDestination & { purpose: MessagePurpose; code: string },
) {
  const fill = (template: string) =>
    template.replaceAll('{####}', code).replaceAll('{username}', user.username)
  const { settings } = pool
  const email = attribute === 'email'
  try {
    await context.deliver({
      to: destination,
      medium: email ? 'EMAIL' : 'SMS',
      purpose,
      subject: email ? fill(emailSubject(settings)) : '',
      body: fill(email ? emailBody(settings) : smsBody(settings)),
      code,
    })
  } catch (cause) {
    throw errors.codeDeliveryFailed(cause)
  }
  return codeDeliveryDetails({ attribute, destination })
}

type Settings = UserPool['settings']
const emailSubject = (s: Settings) =>
  s.VerificationMessageTemplate?.EmailSubject ?? s.EmailVerificationSubject ?? 'Your verification code'
const emailBody = (s: Settings) =>
  s.VerificationMessageTemplate?.EmailMessage ??
  s.EmailVerificationMessage ??
  'Your confirmation code is {####}'
const smsBody = (s: Settings) =>
  s.VerificationMessageTemplate?.SmsMessage ?? s.SmsVerificationMessage ?? 'Your confirmation code is {####}'
