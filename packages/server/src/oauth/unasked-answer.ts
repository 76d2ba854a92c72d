import { readUnaskedAssertion } from '../federation/ask-provider.js'
import { type IdentityProvider, providersOfPool } from '../federation/identity-provider.js'
import type { Profile } from '../federation/profile.js'
import { ProviderError, providerErrorIn } from '../federation/provider-error.js'
import { useAssertion } from '../federation/used-assertion.js'
import { isOn } from '../federation/validate-provider.js'
import { ErrorPage } from './authorize-errors.js'
import { type CheckedRequest, readAuthorizeRequest } from './authorize-request.js'
import { SAML_RESPONSE } from './go-to-provider.js'
import type { OAuthRequest } from './oauth-request.js'
import type { UnaskedAnswer } from './posted-answer.js'

/**
 * Reads an assertion that a provider's page has posted without having been asked, for an application that is named in
 * RelayState: by the parameters of an authorization request, `identity_provider` among them.
 *
 * @throws {ErrorPage} no such sign-ins are expected from there
 * @throws {RedirectError} the application is told what is wrong with RelayState
 */
export async function readUnaskedAnswer(
  oauth: OAuthRequest,
  { relayState, response }: { relayState: string; response: string },
): Promise<UnaskedAnswer> {
  const query = new URLSearchParams(relayState)
  if (!query.has('client_id')) throw new ErrorPage('invalid_state')
  const checked = await readAuthorizeRequest(oauth, query)
  const provider = await expectingProvider(oauth, checked)
  const unasked = { unasked: checked.request.query, providerId: provider.id }
  try {
    const redirectUri = `${oauth.origin}${SAML_RESPONSE}`
    return { ...unasked, profile: await readUnaskedAssertion(oauth.context, provider, redirectUri, response) }
  } catch (error) {
    const failed = providerErrorIn(error)
    if (!failed) throw error
    return { ...unasked, failed: failed.error, description: failed.message }
  }
}

/**
 * An attacker can make any browser post the attacker's own assertion, and so sign a stranger in as the attacker. So the
 * provider must be set to accept unsolicited assertions, and the client must have no other kind of sign-in.
 */
async function expectingProvider(
  { context, explain }: OAuthRequest,
  { provider, client, pool }: CheckedRequest,
): Promise<IdentityProvider> {
  if (provider?.type !== 'SAML' || !isOn(provider, 'IDPInit')) {
    explain('RelayState names no provider of SAML with IDPInit.')
    throw new ErrorPage('invalid_state')
  }
  const names = client.settings.SupportedIdentityProviders ?? []
  const all = await providersOfPool(context, context.db, pool.id)
  const isSaml = (name: string) => all.some((each) => each.name === name && each.type === 'SAML')
  if (!names.every(isSaml)) {
    explain('A client whose users a provider may sign in of its own accord has providers of SAML only.')
    throw new ErrorPage('invalid_state')
  }
  return provider
}

/**
 * Who the user is, for once.
 *
 * @throws {ProviderError} it is not right, or was used before
 */
export async function useUnaskedAnswer(
  { context }: OAuthRequest,
  provider: IdentityProvider,
  answer: UnaskedAnswer,
): Promise<Profile> {
  if ('failed' in answer) throw new ProviderError(answer.description, { error: answer.failed })
  const { profile } = answer
  const isFirst =
    isOn(provider, 'IDPInit') &&
    profile.assertion !== undefined &&
    (await useAssertion(context, provider, profile.assertion.id))
  if (isFirst) return profile
  throw new ProviderError('Error in SAML response processing: The assertion was used before.', {
    error: 'server_error',
  })
}
