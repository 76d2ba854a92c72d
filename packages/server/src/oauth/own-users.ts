import type { AppClient } from '../clients/app-client.js'

/** Whether a client takes users of the pool itself, and not of providers alone. */
export function takesOwnUsers({ settings }: AppClient): boolean {
  const { SupportedIdentityProviders: names = [] } = settings
  return names.length === 0 || names.includes('COGNITO')
}
