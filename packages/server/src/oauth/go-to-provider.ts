import type { Context } from 'hono'
import { askProvider } from '../federation/ask-provider.js'
import type { IdentityProvider } from '../federation/identity-provider.js'
import { keepProviderRequest, newState } from '../federation/provider-request.js'
import { RedirectError } from './authorize-errors.js'
import type { CheckedRequest } from './authorize-request.js'
import { readOwnCookie, setOwnCookie } from './cookies.js'
import type { OAuthRequest } from './oauth-request.js'
import { redirectOfProvider } from './redirect-of-provider.js'

/** What ties the answer of a provider to the browser that was sent there. All sign-ins of a browser share it. */
const COOKIE = 'csrf-state'

export const browserOf = (c: Context, oauth: OAuthRequest): string | undefined =>
  readOwnCookie(c, oauth, COOKIE)

/** Where providers send browsers back to, on the host that the sign-in began on: its cookies are there. */
export const OAUTH_RESPONSE = '/oauth2/idpresponse'
export const SAML_RESPONSE = '/saml2/idpresponse'

/** Bytes of a request that are kept while its user is at a provider: anyone can have requests kept, though not many. */
const MAX_QUERY = 8192

/** Sends the browser to a provider, and remembers what for. */
export async function goToProvider(
  c: Context,
  oauth: OAuthRequest,
  checked: CheckedRequest,
  provider: IdentityProvider,
): Promise<Response> {
  const { context, origin } = oauth
  const { request, pool } = checked
  if (request.query.length > MAX_QUERY)
    throw new RedirectError(
      { error: 'invalid_request', description: 'The request is too long' },
      { ...request, issuer: context.issuer(pool.id) },
    )
  const state = newState(context, oauth.clientAddress)
  const redirectUri = `${origin}${provider.type === 'SAML' ? SAML_RESPONSE : OAUTH_RESPONSE}`
  try {
    const { location, ...secrets } = await askProvider(context, provider, {
      redirectUri,
      state,
      loginHint: request.loginHint,
      prompts: request.prompts,
      maxAge: request.maxAge,
    })
    const browser = browserOf(c, oauth) ?? context.randomBytes(32).toString('base64url')
    const kept = {
      userPoolId: pool.id,
      providerId: provider.id,
      query: request.query,
      askedAt: context.clock.now(),
      redirectUri,
    }
    await keepProviderRequest(context, browser, state, { ...kept, ...secrets })
    setOwnCookie(c, oauth, COOKIE, browser)
    return c.redirect(location, 302)
  } catch (error) {
    throw redirectOfProvider(oauth, checked, error)
  }
}
