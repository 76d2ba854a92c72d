import type { Call } from '../clients/call.js'
import type { ServiceError } from '../errors.js'
import { RedirectError } from './authorize-errors.js'
import type { AuthorizeRequest } from './authorize-request.js'

/** What functions of the pool refuse with, or fail by. */
export const OF_TRIGGERS: readonly string[] = [
  'UserLambdaValidationException',
  'UnexpectedLambdaException',
  'InvalidLambdaResponseException',
]

/**
 * What the application is told of a function of the pool that refused or failed while a page was used; what the user can
 * mend is told on the page.
 *
 * @returns nothing for an error of another kind
 */
export function redirectOfTrigger(
  { context, pool }: Call,
  request: AuthorizeRequest,
  { name, message }: ServiceError,
): RedirectError | undefined {
  if (!OF_TRIGGERS.includes(name)) return undefined
  return new RedirectError(
    { error: 'invalid_request', description: message },
    { ...request, issuer: context.issuer(pool.id) },
  )
}
