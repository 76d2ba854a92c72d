import type { Call } from '../clients/call.js'
import { STANDARD_SCOPES } from '../clients/validate-oauth.js'
import { errors } from '../errors.js'
import { allowedScopes } from '../resource-servers/allowed-scopes.js'
import { type IssuedClientToken, issueClientToken } from '../tokens/issue-client-token.js'
import { clientTokenOverrides } from '../tokens/token-overrides.js'

/**
 * An access token for a client that has proven its secret and speaks for itself: the grant `client_credentials` (RFC 6749
 * section 4.4), and GetClientToken.
 *
 * @param wanted default: all that the client may have
 * @throws ScopeDoesNotExistException, and what the pool's function throws
 */
export async function clientCredentials(call: Call, wanted: readonly string[]): Promise<IssuedClientToken> {
  const { context, client } = call
  // A machine is no user: it gets scopes of resource servers only.
  const allowed = (await allowedScopes(context.db, client)).filter(
    (scope) => !STANDARD_SCOPES.includes(scope),
  )
  const granted = wanted.length > 0 ? wanted : allowed
  for (const scope of granted) if (!allowed.includes(scope)) throw errors.scopeNotFound(scope)
  const overrides = await clientTokenOverrides(call, granted)
  return await issueClientToken(context, client, granted, overrides)
}
