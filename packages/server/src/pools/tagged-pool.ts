import type { ServerContext } from '../context.js'
import { errors } from '../errors.js'
import { userPoolArn } from './describe-user-pool.js'
import { findUserPool, type UserPool } from './user-pool.js'

/**
 * The pool that an ARN means: nothing else here has tags.
 *
 * @throws ResourceNotFoundException
 */
export async function getTaggedPool(context: ServerContext, arn: string): Promise<UserPool> {
  const id = arn.slice(arn.indexOf('/') + 1)
  const pool = userPoolArn(context, id) === arn ? await findUserPool(context.db, id) : undefined
  if (!pool) throw errors.resourceNotFound(arn)
  return pool
}
