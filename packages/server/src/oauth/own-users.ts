import type { AppClient } from '../clients/app-client.js'
import { identitiesOf } from '../federation/federated-identity.js'
import type { User } from '../users/user.js'

/** Whether a client takes users of the pool itself, and not of providers alone. */
export function takesOwnUsers({ settings }: AppClient): boolean {
  const { SupportedIdentityProviders: names = [] } = settings
  return names.length === 0 || names.includes('COGNITO')
}

/** Whether a client takes a user who has signed in through another client. */
export const takesUser = (client: AppClient, user: User): boolean =>
  takesOwnUsers(client) ||
  identitiesOf(user).some(({ providerName }) =>
    client.settings.SupportedIdentityProviders?.includes(providerName),
  )
