import type { Call } from '../clients/call.js'
import type { Transaction } from '../db/schema.js'
import { rulesOf } from '../pools/rules.js'
import { countUnnamedAttempt } from '../users/code-attempts.js'
import { takesPasskeys } from '../users/passkey.js'
import { network } from '../wire/network.js'
import type { Offer, Who } from './attempt.js'

// A sign-in that begins without a name: the browser offers the passkeys that it has, and the one that is chosen says who
// the user is.

export const UNNAMED: Who = { is: 'unnamed', id: '', srpIdentity: '', stamp: '' }

/** What such a sign-in is asked for; nothing where the pool takes no passkeys alone. */
export function unnamedOffer({ context, pool }: Call): Offer | undefined {
  const { passkeys, mfa } = rulesOf(pool)
  if (!takesPasskeys(context, pool) || (mfa.mode === 'ON' && !passkeys.multiFactor)) return undefined
  // Whether the user needs a second factor is not known yet.
  return { offered: [], passkey: { verified: passkeys.verified || passkeys.multiFactor ? 1 : 0 } }
}

/**
 * Counts an answer of a sign-in without a name, by the client address: there is no account yet that it could be counted by.
 *
 * @throws NotAuthorizedException the address has had its wrong answers: roll the transaction back
 */
export async function countUnnamed(
  { context, limitedAddress }: Call,
  tx: Transaction,
  right: boolean,
): Promise<void> {
  if (limitedAddress === undefined) return
  // The table has no addresses.
  const subject = context.rootKey.mac('message-count', `unnamed ${network(limitedAddress)}`)
  await countUnnamedAttempt(context, tx, subject.toString('base64url'), right)
}
