import type { ServerContext } from '../context.js'
import { endpointsOf } from './endpoints.js'
import type { IdentityProvider } from './identity-provider.js'
import { askOAuthProvider, authorizeAddressOf, type ProviderAsk, readOAuthAnswer } from './open-id-connect.js'
import type { Profile } from './profile.js'
import { ProviderError } from './provider-error.js'
import type { ProviderRequest } from './provider-request.js'
import { askSamlProvider, readSamlAnswer } from './saml.js'
import { samlMetadataOf } from './saml-metadata.js'

/** What a request to a provider leaves to be remembered. */
export interface Asked extends Pick<ProviderRequest, 'secrets' | 'requestId'> {
  /** Where the browser is sent. */
  readonly location: string
}

/**
 * Asks a provider who the user is, by its protocol.
 *
 * @throws {ProviderError}
 */
export async function askProvider(
  context: ServerContext,
  provider: IdentityProvider,
  ask: ProviderAsk,
): Promise<Asked> {
  const endpoints = endpointsOf(context, provider)
  if (!endpoints) return await askSamlProvider(context, provider, ask)
  return await askOAuthProvider(context, provider, endpoints, ask)
}

/** Where the page of a provider is, for the policy of a page that leads to it. */
export async function addressOfProvider(context: ServerContext, provider: IdentityProvider): Promise<string> {
  const endpoints = endpointsOf(context, provider)
  if (!endpoints) return (await samlMetadataOf(context, provider)).signInUrl
  return await authorizeAddressOf(context, provider, endpoints)
}

/**
 * Reads what a provider of OAuth has answered.
 *
 * @throws {ProviderError}
 */
export async function readAnswer(
  context: ServerContext,
  provider: IdentityProvider,
  { redirectUri, secrets }: ProviderRequest,
  state: string,
  answer: URLSearchParams,
): Promise<Profile> {
  const endpoints = endpointsOf(context, provider)
  if (!endpoints || !secrets) throw new ProviderError(`Invalid response received from ${provider.name}.`)
  return await readOAuthAnswer(context, provider, endpoints, { answer, redirectUri, state, secrets })
}

/**
 * Reads what a provider of SAML has answered.
 *
 * @throws {ProviderError}
 */
export async function readPostedAssertion(
  context: ServerContext,
  provider: IdentityProvider,
  { redirectUri, requestId }: ProviderRequest,
  response: string,
): Promise<Profile> {
  if (requestId === undefined) throw new ProviderError(`Invalid response received from ${provider.name}.`)
  return await readSamlAnswer(context, provider, { response, redirectUri, requestId })
}

/**
 * The same for one that nothing was asked for.
 *
 * @throws {ProviderError}
 */
export const readUnaskedAssertion = async (
  context: ServerContext,
  provider: IdentityProvider,
  redirectUri: string,
  response: string,
): Promise<Profile> =>
  await readSamlAnswer(context, provider, { response, redirectUri, requestId: undefined })
