import type { Call } from '../clients/call.js'
import { runTrigger } from '../triggers/run-trigger.js'
import { TRIGGERS } from '../triggers/triggers.js'
import type { IdentityProvider } from './identity-provider.js'
import type { Profile } from './profile.js'

/**
 * Lets the pool's function say what a provider's answer comes to. What it answers takes the place of all that the provider
 * said; who the person is stays what the provider said.
 *
 * @throws UserLambdaValidationException, InvalidLambdaResponseException, UnexpectedLambdaException
 */
export async function runInboundFederation(
  call: Call,
  { name: providerName, type: providerType }: IdentityProvider,
  profile: Profile,
): Promise<Profile> {
  const { userAttributesToMap: claims } = await runTrigger(call, TRIGGERS.InboundFederation, {
    source: 'ExternalProvider',
    user: { userName: profile.subject },
    request: { providerName, providerType, attributes: profile.answer },
  })
  return claims && Object.keys(claims).length > 0 ? { ...profile, claims } : profile
}
