import type { SignInWithRedirectInput } from '@amulet/auth'

/** Providers that users may sign in at, by the pool's names for them. */
const PROVIDERS = {
  Google: 'Google',
  SignInWithApple: 'Apple',
  LoginWithAmazon: 'Amazon',
  Facebook: 'Facebook',
} as const satisfies Record<string, SignInWithRedirectInput['provider']>

export type ProviderName = keyof typeof PROVIDERS

export const isProviderName = (name: unknown): name is ProviderName =>
  typeof name === 'string' && Object.hasOwn(PROVIDERS, name)

/** As the library and people call it. */
export const providerLabel = (name: ProviderName) => PROVIDERS[name]
