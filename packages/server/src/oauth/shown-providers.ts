import type { AppClient } from '../clients/app-client.js'
import type { ServerContext } from '../context.js'
import type { ProviderType } from '../db/schema.js'
import { addressOfProvider } from '../federation/ask-provider.js'
import { type IdentityProvider, providersOfPool } from '../federation/identity-provider.js'
import { formTarget } from './form-target.js'
import type { ProviderKind } from './pages/provider-icon.js'
import type { ShownProvider } from './pages/sign-in.js'

const SOCIAL: { readonly [T in ProviderType]?: { readonly kind: ProviderKind; readonly label: string } } = {
  Google: { kind: 'google', label: 'Google' },
  Facebook: { kind: 'facebook', label: 'Facebook' },
  LoginWithAmazon: { kind: 'amazon', label: 'Amazon' },
  SignInWithApple: { kind: 'apple', label: 'Apple' },
}

/** The providers that a client's users choose from, and the origins that their buttons lead to. */
export async function shownProviders(
  context: ServerContext,
  { settings, userPoolId }: AppClient,
): Promise<{ readonly providers: readonly ShownProvider[]; readonly leadTo: readonly string[] }> {
  const { SupportedIdentityProviders: names = [] } = settings
  // Pools without providers do not ask for them.
  if (names.every((name) => name === 'COGNITO')) return { providers: [], leadTo: [] }
  const all = await providersOfPool(context, context.db, userPoolId)
  const shown = all.filter(({ name }) => names.includes(name))
  return {
    providers: shown.map(({ name, type }) => ({ name, label: name, kind: 'other', ...SOCIAL[type] })),
    leadTo: (await Promise.all(shown.map((provider) => originOf(context, provider)))).flat(),
  }
}

/** If a provider does not answer, its button leads nowhere, but the page still works. */
async function originOf(context: ServerContext, provider: IdentityProvider): Promise<readonly string[]> {
  try {
    return [formTarget(await addressOfProvider(context, provider)) ?? []].flat()
  } catch {
    return []
  }
}
