import type { OAuthConfig } from '../context/config.js'
import { orInterrupted, type RequestContext } from '../context/deadline.js'
import { authError } from '../errors.js'
import type { AuthSessionOpener } from '../models.js'
import { userPoolConfig } from '../service/user-pool.js'
import { endpoint, form } from './endpoint.js'
import { redirectUri } from './redirect-uri.js'

export interface LogOutOptions {
  /** Which of the configured `redirectSignOut` the user returns to; default: the one that is this page. */
  redirectUrl?: string
  /** Shows the page of the domain that ends the session there; default this page. */
  authSessionOpener?: AuthSessionOpener
}

/** @throws AuthError `InvalidPreferredRedirectUrlException` */
export const refuseRedirectUrl = (): never => {
  throw authError(
    'InvalidPreferredRedirectUrlException',
    'The given preferredRedirectUrl does not match any items in the redirectSignOutUrls array from the config.',
    'Please make sure a matching preferredRedirectUrl is provided.',
  )
}

/** Shows the page of the domain that ends the session there. */
export const logOut = async (
  context: RequestContext,
  oauth: OAuthConfig,
  { redirectUrl, authSessionOpener }: LogOutOptions,
): Promise<void> => {
  const url = `${endpoint(oauth, 'logout')}?${form({
    client_id: userPoolConfig(context).userPoolClientId,
    logout_uri: redirectUrl ?? redirectUri(oauth.redirectSignOut, authSessionOpener),
  })}`
  if (!authSessionOpener) {
    location.href = url
    return
  }
  context.endIn?.(300_000)
  const { type } = (await orInterrupted(context, authSessionOpener(url, oauth.redirectSignOut))) ?? {}
  if (type === 'error') {
    throw authError(
      'OAuthSignOutException',
      'An error occurred when attempting to log out from OAuth provider.',
    )
  }
}
