import { ServiceError } from '../errors.js'
import { providerErrorIn } from '../federation/provider-error.js'
import { RedirectError } from './authorize-errors.js'
import type { CheckedRequest } from './authorize-request.js'
import type { OAuthRequest } from './oauth-request.js'

/** What the application is told of a sign-in that failed at a provider, or because of what the provider said. */
export function redirectOfProvider(
  { context }: Pick<OAuthRequest, 'context'>,
  { request, pool }: CheckedRequest,
  error: unknown,
): unknown {
  const redirect = { ...request, issuer: context.issuer(pool.id) }
  const failed = providerErrorIn(error)
  if (failed)
    return new RedirectError({ error: failed.error, description: failed.message }, redirect, failed.reason)
  if (error instanceof ServiceError)
    return new RedirectError({ error: 'invalid_request', description: error.message }, redirect)
  return error
}
