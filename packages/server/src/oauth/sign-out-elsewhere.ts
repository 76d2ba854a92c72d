import { findProvider } from '../federation/identity-provider.js'
import type { ProviderSession } from '../federation/profile.js'
import { ProviderError } from '../federation/provider-error.js'
import { keepSignOutRequest, newState } from '../federation/provider-request.js'
import { askSignOut } from '../federation/saml-sign-out.js'
import { isOn } from '../federation/validate-provider.js'
import type { SignedInAt } from '../tokens/sso-session.js'
import type { OAuthRequest } from './oauth-request.js'

/** Where providers of SAML send browsers back to, once a user is signed out there. */
export const SAML_SIGN_OUT = '/saml2/logout'

/** Bytes of a request that are kept while the browser is at a provider. */
const MAX_QUERY = 8192

/**
 * Where the browser is sent to sign the user out at the provider, too. The user is signed out here already, and a provider
 * that cannot be asked changes nothing about that.
 */
export async function signOutElsewhere(
  { context, origin, clientAddress, explain }: OAuthRequest,
  userPoolId: string,
  query: URLSearchParams,
  { provider: name, session }: SignedInAt,
): Promise<string | undefined> {
  if (session === undefined) return undefined
  const provider = await findProvider(context, context.db, userPoolId, name)
  if (provider?.type !== 'SAML' || !isOn(provider, 'IDPSignout')) return undefined
  const kept = query.toString()
  if (kept.length > MAX_QUERY) return undefined
  const state = newState(context, clientAddress)
  const answerUrl = `${origin}${SAML_SIGN_OUT}`
  try {
    // Written when the user signed in there.
    const asked = await askSignOut(context, provider, session as ProviderSession, { answerUrl, state })
    if (!asked) {
      explain(`The metadata of ${name} has no address of HTTP-Redirect for sign-outs.`)
      return undefined
    }
    const { location, requestId } = asked
    const providerId = provider.id
    await keepSignOutRequest(context, state, {
      userPoolId,
      providerId,
      query: kept,
      answerUrl,
      requestId,
    })
    return location
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error
    explain(error.reason ?? error.message)
    return undefined
  }
}
