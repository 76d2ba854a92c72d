import type { Call } from '../clients/call.js'
import { ServiceError } from '../errors.js'
import { clientCredentials } from '../flows/client-credentials.js'
import { refreshAndRotate } from '../flows/refresh.js'
import { scopesOf } from '../tokens/scopes.js'
import type { AppClientSettings } from '../wire/user-pool-settings.js'
import type { AuthenticatedClient } from './client-authentication.js'
import { redeemCode } from './redeem-code.js'
import { OF_TRIGGERS } from './redirect-of-trigger.js'
import { TokenError } from './token-error.js'
import { type TokenResponse, tokenResponse } from './token-response.js'

interface Grant {
  /** What a client has among its `AllowedOAuthFlows`, one of these. */
  readonly flows: NonNullable<AppClientSettings['AllowedOAuthFlows']>
  run(call: Call, fields: URLSearchParams, client: AuthenticatedClient): Promise<TokenResponse>
}

/** `grant_type` of the token endpoint. */
export const GRANTS: ReadonlyMap<string, Grant> = new Map<string, Grant>([
  [
    'authorization_code',
    {
      flows: ['code'],
      run: (call, fields, { hasProvenSecret }) => redeemCode(call, fields, hasProvenSecret),
    },
  ],
  ['refresh_token', { flows: ['code', 'implicit'], run: refresh }],
  ['client_credentials', { flows: ['client_credentials'], run: speakForItself }],
])

/** RFC 6749 section 6. The sign-in may have been made by the API too. */
async function refresh(call: Call, fields: URLSearchParams): Promise<TokenResponse> {
  const token = fields.get('refresh_token')
  if (!token) throw new TokenError('invalid_request', 'refresh_token is missing.')
  const wanted = scopesOf(fields.get('scope') ?? '')
  try {
    const { RefreshToken, ...tokens } = await refreshAndRotate(
      call,
      token,
      undefined,
      wanted.length > 0 ? wanted : undefined,
    )
    return tokenResponse(tokens, RefreshToken)
  } catch (error) {
    if (!(error instanceof ServiceError) || OF_TRIGGERS.includes(error.name)) throw error
    const isScope = error.name === 'ScopeDoesNotExistException'
    throw new TokenError(isScope ? 'invalid_scope' : 'invalid_grant', error.message)
  }
}

/** RFC 6749 section 4.4. */
async function speakForItself(call: Call, fields: URLSearchParams): Promise<TokenResponse> {
  const metadata = metadataOf(fields.get('aws_client_metadata'))
  try {
    return tokenResponse(await clientCredentials({ ...call, metadata }, scopesOf(fields.get('scope') ?? '')))
  } catch (error) {
    if (!(error instanceof ServiceError) || error.name !== 'ScopeDoesNotExistException') throw error
    // The service's word for it.
    throw new TokenError('invalid_grant', error.message)
  }
}

/** What the pool's function is told beside the scopes: JSON of texts by name. */
function metadataOf(json: string | null): Record<string, string> {
  if (!json) return {}
  const metadata = parsed(json)
  if (typeof metadata === 'object' && metadata !== null && !Array.isArray(metadata)) {
    const entries = Object.entries(metadata)
    if (entries.every(([, value]) => typeof value === 'string')) return Object.fromEntries(entries)
  }
  throw new TokenError('invalid_request', 'aws_client_metadata is not a JSON object of strings.')
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}
