import type { Context } from 'hono'
import { ServiceError } from '../errors.js'
import type { OAuthEnv } from './oauth-request.js'
import { TokenError } from './token-error.js'

/** Of answers with tokens, and of refusals: RFC 6749 section 5. */
export const NO_STORE = {
  'content-type': 'application/json;charset=UTF-8',
  'cache-control': 'no-store',
  pragma: 'no-cache',
}

/** @throws {TokenError} RFC 6749 section 3.2 */
export function assertOnce(fields: URLSearchParams): void {
  // Each name is looked up once: a form holds so many that to go through all for each takes a second.
  const seen = new Set<string>()
  for (const name of fields.keys()) {
    if (seen.has(name)) throw new TokenError('invalid_request', `${name} comes more than once.`)
    seen.add(name)
  }
}

/** @param clientStatus if the client cannot prove that it is the named one */
export function refuseToken(c: Context<OAuthEnv>, thrown: unknown, clientStatus: 400 | 401 = 400): Response {
  const { error, message, description } = tokenError(thrown)
  c.get('explain')(message)
  return c.json(
    { error, ...(description !== undefined && { error_description: description }) },
    error === 'invalid_client' ? clientStatus : 400,
    NO_STORE,
  )
}

/** Functions of the pool may refuse a token; the application gets their message. */
function tokenError(error: unknown): TokenError {
  if (error instanceof TokenError) return error
  if (error instanceof ServiceError) return new TokenError('invalid_request', error.message, error.message)
  throw error
}
