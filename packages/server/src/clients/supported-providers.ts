import type { AppClient } from './app-client.js'

/** The name that a pool has among the providers of its clients. */
export const POOL_ITSELF = 'COGNITO'

/** Whether a client takes users who signed in at a provider, or with the pool itself. */
export function takesUsersOf({ settings }: AppClient, provider: string): boolean {
  const { SupportedIdentityProviders: names = [] } = settings
  return names.length === 0 ? provider === POOL_ITSELF : names.includes(provider)
}
