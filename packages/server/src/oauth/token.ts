import { type Context, Hono } from 'hono'
import type { Call } from '../clients/call.js'
import type { ServerContext } from '../context.js'
import { ServiceError } from '../errors.js'
import type { AppClientSettings } from '../wire/user-pool-settings.js'
import { type AuthenticatedClient, authenticateClient } from './client-authentication.js'
import { readForm } from './form.js'
import { type OAuthEnv, type OAuthRequest, oauthRequest, pageCall } from './oauth-request.js'
import { redeemCode } from './redeem-code.js'
import { TokenError } from './token-error.js'
import type { TokenResponse } from './token-response.js'

interface Grant {
  /** What a client has among its `AllowedOAuthFlows`, one of these. */
  readonly flows: NonNullable<AppClientSettings['AllowedOAuthFlows']>
  run(call: Call, fields: URLSearchParams, client: AuthenticatedClient): Promise<TokenResponse>
}

/** `grant_type`. */
const GRANTS: ReadonlyMap<string, Grant> = new Map([
  [
    'authorization_code',
    {
      flows: ['code'],
      run: (call, fields, { hasProvenSecret }) => redeemCode(call, fields, hasProvenSecret),
    },
  ],
])

const NO_STORE = { 'cache-control': 'no-store', pragma: 'no-cache' }

/** The token endpoint: RFC 6749 section 3.2. */
export function token(context: ServerContext): Hono<OAuthEnv> {
  const app = new Hono<OAuthEnv>()
  app.all('/oauth2/token', async (c) => {
    if (c.req.method !== 'POST') return c.body(null, 405, { allow: 'POST' })
    const form = await readForm(c.req.raw)
    if (form.refused) return c.body(null, form.refused)
    try {
      const request = await oauthRequest(context, c)
      return c.json(await grantTokens(request, c, form.fields), 200, NO_STORE)
    } catch (error) {
      const { error: code, message, description } = tokenError(error)
      c.get('explain')(message)
      return c.json(
        { error: code, ...(description !== undefined && { error_description: description }) },
        400,
        NO_STORE,
      )
    }
  })
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
  const repeated = [...fields.keys()].find((name) => fields.getAll(name).length > 1)
  if (repeated !== undefined) throw new TokenError('invalid_request', `${repeated} comes more than once.`)
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

/** Functions of the pool may refuse a token; what they say is the application's to read. */
function tokenError(error: unknown): TokenError {
  if (error instanceof TokenError) return error
  if (error instanceof ServiceError) return new TokenError('invalid_request', error.message, error.message)
  throw error
}
