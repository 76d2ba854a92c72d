import type { ServerContext } from '../context.js'
import type { Transaction } from '../db/schema.js'
import { endSsoSessions } from './sso-session.js'
import { revokeAllTokens, revokeOtherTokens } from './token-family.js'

/**
 * Ends the sessions that began before a user's password was replaced or reset: one of them may be the reason for it. A
 * server that was told to keep them does as the service does, where a browser has to sign in again all the same.
 *
 * @param keptFamilyId the sign-in of a user who chose the password; without one, all end
 */
export async function endSessions(
  context: ServerContext,
  tx: Transaction,
  userId: string,
  keptFamilyId?: string,
): Promise<void> {
  await endSsoSessions(tx, userId)
  if (context.keepSessionsOnPasswordChange) return
  if (keptFamilyId === undefined) await revokeAllTokens(context, tx, userId)
  else await revokeOtherTokens(context, tx, userId, keptFamilyId)
}
