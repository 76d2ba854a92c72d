import { type Context, Hono } from 'hono'
import type { ServerContext } from '../context.js'
import { authenticateClient } from './client-authentication.js'
import { readForm } from './form.js'
import { GRANTS } from './grants.js'
import { type OAuthEnv, type OAuthRequest, oauthRequest, pageCall } from './oauth-request.js'
import { assertOnce, NO_STORE, refuseToken } from './token-answers.js'
import { TokenError } from './token-error.js'
import type { TokenResponse } from './token-response.js'

/** The token endpoint: RFC 6749 section 3.2. */
export function token(context: ServerContext): Hono<OAuthEnv> {
  const app = new Hono<OAuthEnv>()
  app.all('/oauth2/token', async (c) => {
    if (c.req.method !== 'POST') return c.body(null, 405, { allow: 'POST' })
    const form = await readForm(c.req.raw)
    if (form.refused) return c.body(null, form.refused)
    try {
      const request = await oauthRequest(context, c)
      const event = form.fields.get('grant_type') === 'refresh_token' ? 'refresh' : 'sign-in'
      const work = () => grantTokens(request, c, form.fields)
      return c.json(await request.audit.run(event, 'Token', work), 200, NO_STORE)
    } catch (error) {
      return refuseToken(c, error)
    }
  })
  // What some programs take for the path. The service answers so, and they tell it from a failure of the network.
  app.post('/oauth/token', (c) => c.body(null, 405, { allow: 'GET' }))
  return app
}

/**
 * 1. No field comes twice.
 * 2. There is such a grant.
 * 3. The client is who it says.
 * 4. It may use the grant.
 */
async function grantTokens(
  request: OAuthRequest,
  c: Context,
  fields: URLSearchParams,
): Promise<TokenResponse> {
  assertOnce(fields)
  const type = fields.get('grant_type')
  if (!type) throw new TokenError('invalid_request', 'grant_type is missing.')
  const grant = GRANTS.get(type)
  if (!grant) throw new TokenError('unsupported_grant_type', `There is no grant ${type}.`)
  const client = await authenticateClient(request, c.req.header('authorization'), fields)
  const { AllowedOAuthFlowsUserPoolClient, AllowedOAuthFlows = [] } = client.client.settings
  if (!AllowedOAuthFlowsUserPoolClient || !grant.flows.some((flow) => AllowedOAuthFlows.includes(flow)))
    throw new TokenError('unauthorized_client', 'The client may not use the grant.')
  return await grant.run(pageCall(request, client, 'Token'), fields, client)
}
