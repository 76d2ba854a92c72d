import type { ServerContext } from '../context.js'
import { errors } from '../errors.js'
import { findIdentityPool, type IdentityPool, identityPoolArn } from './identity-pool.js'

/**
 * The pool that an ARN means: nothing else of this service has tags.
 *
 * @throws ResourceNotFoundException
 */
export async function getTaggedIdentityPool(context: ServerContext, arn: string): Promise<IdentityPool> {
  const id = arn.slice(arn.indexOf('/') + 1)
  const pool = identityPoolArn(context, id) === arn ? await findIdentityPool(context.db, id) : undefined
  if (!pool) throw errors.resourceNotFound(arn)
  return pool
}
