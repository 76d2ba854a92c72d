import type { ServerContext } from '../context.js'
import type { CodePurpose } from '../db/schema.js'
import { ServiceError } from '../errors.js'
import type { UserPool } from '../pools/user-pool.js'
import type { CodeDestination } from '../users/code-destination.js'
import { spendQuota } from '../users/quota.js'
import { findUserForUpdate, type User } from '../users/user.js'
import { createCode } from './verification-code.js'

export interface RequestedCode {
  readonly user: User
  readonly code: string
  readonly destination: CodeDestination
}

/**
 * Counts a request for a code and makes the code in one transaction. For a user who does not exist there is nothing to
 * make, and a second commit would tell who does by the time it takes.
 *
 * @param subject what requests are counted by
 * @param destinationOf where a code goes, by the user as it is now. May refuse; the request stays counted.
 * @returns nothing, when there is no such user or nowhere for a code to go
 * @throws LimitExceededException, and what `destinationOf` throws
 */
export async function requestCode(
  context: ServerContext,
  pool: UserPool,
  {
    user,
    subject,
    action,
    purpose,
  }: {
    user: User | undefined
    subject: string
    action: 'ForgotPassword' | 'ResendConfirmationCode'
    purpose: CodePurpose
  },
  destinationOf: (user: User) => CodeDestination | undefined,
): Promise<RequestedCode | undefined> {
  const requested = await context.db.transaction().execute(async (tx) => {
    // The user first, as in every other transaction.
    const current = user && (await findUserForUpdate(tx, pool.id, user.id))
    await spendQuota(context, tx, subject, action)
    if (!current) return undefined
    try {
      const destination = destinationOf(current)
      if (!destination) return undefined
      const code = await createCode(context, tx, current, purpose, destination.attribute)
      return { user: current, code, destination }
    } catch (error) {
      if (error instanceof ServiceError) return error
      throw error
    }
  })
  if (requested instanceof ServiceError) throw requested
  return requested
}
