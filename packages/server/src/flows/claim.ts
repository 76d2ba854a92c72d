import type { Call } from '../clients/call.js'
import { errors } from '../errors.js'
import type { Challenge } from './attempt.js'
import { consume } from './settle.js'

/**
 * Claims a challenge for the function that judges its answer, in a transaction that is over when the function runs: a
 * second answer is refused without a run. A function that fails has judged nothing, so another answer may follow.
 *
 * @throws NotAuthorizedException the challenge is claimed
 * @throws what the function throws
 */
export async function withClaim<T>(
  { context: { db } }: Call,
  { step, expiresAt }: Challenge,
  judge: () => Promise<T>,
): Promise<T> {
  const id = `${step} is judged`
  if (!(await db.transaction().execute((tx) => consume(tx, id, expiresAt)))) throw errors.sessionUsed()
  try {
    return await judge()
  } catch (error) {
    await db.deleteFrom('consumed_challenges').where('id', '=', id).execute()
    throw error
  }
}
