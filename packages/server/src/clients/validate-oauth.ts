import { errors } from '../errors.js'
import { isPlainHost } from '../wire/host-name.js'
import type { AppClientSettings } from '../wire/user-pool-settings.js'

/** What a client may ask for in every pool: scopes of OpenID Connect, and the one of the user pool API. */
export const STANDARD_SCOPES = ['phone', 'email', 'openid', 'profile', 'aws.cognito.signin.user.admin']
const NEED_OPENID = ['phone', 'email', 'profile']

/**
 * Checks what a client may do with OAuth.
 *
 * @param customScopes of the resource servers of the pool
 * @throws InvalidParameterException, InvalidOAuthFlowException, ScopeDoesNotExistException
 */
export function validateOAuth(
  settings: AppClientSettings,
  hasSecret: boolean,
  customScopes: readonly string[],
): void {
  const { AllowedOAuthFlows: flows = [], AllowedOAuthScopes: scopes = [] } = settings
  const { CallbackURLs = [], LogoutURLs = [], DefaultRedirectURI } = settings
  if (settings.AllowedOAuthFlowsUserPoolClient && (flows.length === 0 || scopes.length === 0))
    throw errors.oauthIncomplete()
  if (flows.includes('client_credentials')) {
    if (flows.length > 1) throw errors.clientCredentialsAlone()
    if (!hasSecret) throw errors.clientCredentialsWithoutSecret()
    // A machine is no user: nothing is told of a user, and no operation of a user is called.
    if (scopes.some((scope) => STANDARD_SCOPES.includes(scope))) throw errors.clientCredentialsScopes()
  }
  for (const scope of scopes)
    if (!STANDARD_SCOPES.includes(scope) && !customScopes.includes(scope)) throw errors.scopeNotFound(scope)
  const needing = scopes.find((scope) => NEED_OPENID.includes(scope))
  if (needing !== undefined && !scopes.includes('openid')) throw errors.scopeNeedsOpenid(needing)
  for (const url of [...CallbackURLs, ...LogoutURLs]) assertRedirectUri(url)
  if (DefaultRedirectURI !== undefined && !CallbackURLs.includes(DefaultRedirectURI))
    throw errors.defaultRedirectUriUnknown(DefaultRedirectURI)
  const redirects = flows.some((flow) => flow === 'code' || flow === 'implicit')
  if (settings.AllowedOAuthFlowsUserPoolClient && redirects && CallbackURLs.length === 0)
    throw errors.callbackMissing()
}

/** Schemes that a browser itself runs or shows: such an address is a program in the place of an application. */
const NEVER = ['javascript:', 'data:', 'vbscript:', 'blob:', 'file:', 'about:', 'view-source:']
const LOCAL = ['localhost', '127.0.0.1', '[::1]']

/** @throws InvalidParameterException */
function assertRedirectUri(url: string): void {
  // The parser drops blanks and control characters, so they are refused before it.
  if (!URL.canParse(url) || /[\s\p{Cc}\\]/u.test(url)) throw errors.redirectUriInvalid(url)
  const { protocol, hostname, username, password } = new URL(url)
  if (url.includes('#')) throw errors.redirectUriFragment(url)
  if (NEVER.includes(protocol) || username !== '' || password !== '') throw errors.redirectUriInvalid(url)
  if (protocol === 'http:' && !LOCAL.includes(hostname) && !hostname.endsWith('.localhost'))
    throw errors.redirectUriHttp(url)
  if (protocol !== 'http:' && protocol !== 'https:') return
  // With another number of slashes, `https:` leads elsewhere than it reads.
  if (!/^https?:\/\/[^/]/i.test(url) || !isPlainHost(hostname)) throw errors.redirectUriInvalid(url)
}
