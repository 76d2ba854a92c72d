import type { ServerContext } from '../context.js'
import { errors } from '../errors.js'
import { hasUsernameAttributes, type UserPool } from '../pools/user-pool.js'
import type { User } from '../users/user.js'
import type { CodeDestination } from './deliver-code.js'

/**
 * Where an invitation goes.
 *
 * @param mediums where nothing is said, it goes by SMS to who has a phone number, and to nobody else
 * @throws InvalidParameterException the user has no address for one of the mediums
 */
export function invitationDestinations(
  attributes: Readonly<Record<string, string>>,
  mediums: readonly ('SMS' | 'EMAIL')[] = attributes.phone_number ? ['SMS'] : [],
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
  { attribute, destination }: CodeDestination,
  password: string,
): Promise<void> {
  const template = pool.settings.AdminCreateUserConfig?.InviteMessageTemplate
  // Where the username is made up, the user knows only the address.
  const username = hasUsernameAttributes(pool)
    ? (user.attributes.email ?? user.attributes.phone_number ?? user.username)
    : user.username
  // By functions: a password may hold `$&`, which means something in a replacement text.
  const fill = (text: string) =>
    text.replaceAll('{####}', () => password).replaceAll('{username}', () => username)
  const email = attribute === 'email'
  const body = email ? template?.EmailMessage : template?.SMSMessage
  try {
    await context.deliver({
      to: destination,
      medium: email ? 'EMAIL' : 'SMS',
      purpose: 'invitation',
      subject: email ? fill(template?.EmailSubject ?? 'Your temporary password') : '',
      body: fill(body ?? 'Your username is {username} and temporary password is {####}.'),
      code: password,
    })
  } catch (cause) {
    throw errors.codeDeliveryFailed(cause)
  }
}
