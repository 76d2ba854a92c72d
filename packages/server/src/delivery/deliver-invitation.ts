import type { PoolCall } from '../clients/call.js'
import { errors } from '../errors.js'
import { rulesOf } from '../pools/rules.js'
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
  call: PoolCall,
  user: User,
  destination: CodeDestination,
  password: string,
): Promise<void> {
  const { usernameAttributes, messages } = rulesOf(call.pool)
  const { subject, email, sms } = messages.invitation
  // Where the username is made up, the user knows only the address.
  const username =
    usernameAttributes.length > 0
      ? (user.attributes.email ?? user.attributes.phone_number ?? user.username)
      : user.username
  const body = 'Your username is {username} and temporary password is {####}.'
  await deliverMessage(call, user, destination, {
    purpose: 'invitation',
    words: {
      subject: subject ?? 'Your temporary password',
      email: email ?? body,
      sms: sms ?? body,
    },
    values: { code: password, username },
  })
}
