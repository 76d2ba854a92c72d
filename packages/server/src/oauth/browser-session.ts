import type { Context } from 'hono'
import { takesUsersOf } from '../clients/supported-providers.js'
import { findSsoSession, type SsoSession } from '../tokens/sso-session.js'
import { askedProvider, type CheckedRequest } from './authorize-request.js'
import { readSsoCookie } from './cookies.js'
import type { OAuthRequest } from './oauth-request.js'

/**
 * The browser's SSO session, for a request of a client. What counts is how the user signed in, and not how the user could
 * have done so: it is one of the client's ways and, where the request names a provider, that one.
 *
 * @param atLeast milliseconds that it counts for, also where the client goes on with sessions for less
 */
export async function findBrowserSession(
  c: Context,
  oauth: OAuthRequest,
  checked: CheckedRequest,
  atLeast?: number,
): Promise<SsoSession | undefined> {
  const { client, pool } = checked
  const secret = readSsoCookie(c, oauth, pool.id)
  const session =
    secret === undefined ? undefined : await findSsoSession(oauth.context, client, secret, atLeast)
  if (!session || !takesUsersOf(client, session.provider)) return undefined
  const asked = askedProvider(checked)
  return asked === undefined || asked === session.provider ? session : undefined
}
