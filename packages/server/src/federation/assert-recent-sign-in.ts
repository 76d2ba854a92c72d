import type { IdentityProvider } from './identity-provider.js'
import type { ProviderAsk } from './open-id-connect.js'
import type { Profile } from './profile.js'
import { ProviderError } from './provider-error.js'
import type { ProviderRequest } from './provider-request.js'

/** Milliseconds that the clocks of the provider and of this server may differ. */
const TOLERANCE = 30_000

/**
 * An application that asked for a sign-in that is not old (`max_age`) or for another one (`prompt=login`) gets it, or is told
 * that it does not: a provider may know neither, and a user can change what the provider was asked. OpenID Connect Core
 * section 3.1.2.1.
 *
 * @throws {ProviderError}
 */
export function assertRecentSignIn(
  { name }: IdentityProvider,
  { authTime }: Profile,
  { askedAt }: Pick<ProviderRequest, 'askedAt'>,
  { maxAge, prompts }: Pick<ProviderAsk, 'maxAge' | 'prompts'>,
): void {
  if (authTime === undefined) {
    if (maxAge === undefined) return
    throw new ProviderError(`${name} does not say when the user signed in.`, { error: 'login_required' })
  }
  const allowed = prompts.includes('login') ? 0 : maxAge
  if (allowed !== undefined && authTime < askedAt - allowed - TOLERANCE)
    throw new ProviderError(`The sign-in at ${name} is too old.`, { error: 'login_required' })
}
