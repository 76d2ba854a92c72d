import type { ServerContext } from '../context.js'
import { errors } from '../errors.js'
import { hasUsernameAttributes, type UserPool } from '../pools/user-pool.js'
import type { CodeDestination } from '../users/code-destination.js'
import type { User } from '../users/user.js'
import { deliverMessage } from './deliver-message.js'

/**
 * Where an invitation goes.
 *
 * @param mediums where nothing is said, it goes by SMS where there is a phone number, else by e-mail where there is an
 *   address
 * @throws InvalidParameterException the user has no address for one of the mediums
 */
export function invitationDestinations(
  attributes: Readonly<Record<string, string>>,
  mediums: readonly ('SMS' | 'EMAIL')[] = !attributes.phone_number && attributes.email ? ['EMAIL'] : ['SMS'],
): CodeDestination[] {
  return [...new Set(mediums)].map((medium) => {
    const attribute = medium === 'EMAIL' ? 'email' : 'phone_number'
    const destination = attributes[attribute]
    if (!destination)
      throw medium === 'EMAIL'
        ? errors.noDestination('email', 'Email')
        : errors.noDestination('phone number', 'SMS')
    return { attribute, destination }
  })
}

/**
 * Sends a user the temporary password, in the words of the pool.
 *
 * @throws CodeDeliveryFailureException the user stays; an administrator asks for the message again
 */
export async function deliverInvitation(
  context: ServerContext,
  pool: UserPool,
  user: User,
  destination: CodeDestination,
  password: string,
): Promise<void> {
  const template = pool.settings.AdminCreateUserConfig?.InviteMessageTemplate
  // Where the username is made up, the user knows only the address.
  const username = hasUsernameAttributes(pool)
    ? (user.attributes.email ?? user.attributes.phone_number ?? user.username)
    : user.username
  const body = 'Your username is {username} and temporary password is {####}.'
  await deliverMessage(context, pool, destination, {
    purpose: 'invitation',
    words: {
      subject: template?.EmailSubject ?? 'Your temporary password',
      email: template?.EmailMessage ?? body,
      sms: template?.SMSMessage ?? body,
    },
    values: { code: password, username },
  })
}
