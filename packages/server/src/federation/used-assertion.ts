import { hash } from 'node:crypto'
import type { ServerContext } from '../context.js'
import type { IdentityProvider } from './identity-provider.js'
import { SKEW, UNASKED_LIFETIME } from './saml.js'

/**
 * Uses an unsolicited assertion up. No request of this server is used up with it, so it is remembered until it is too old
 * anyway.
 *
 * @returns whether it was used for the first time
 */
export async function useAssertion(
  { db, clock }: ServerContext,
  provider: IdentityProvider,
  assertionId: string,
): Promise<boolean> {
  const rows = await db
    .insertInto('used_assertions')
    .values({
      assertion_hash: hash('sha256', JSON.stringify([provider.id, assertionId]), 'base64url'),
      expires_at: clock.now() + UNASKED_LIFETIME + 2 * SKEW,
    })
    .onConflict((conflict) => conflict.column('assertion_hash').doNothing())
    .returning('expires_at')
    .execute()
  return rows.length > 0
}
