import { type Call, hidesExistence } from '../clients/call.js'
import { rulesOf } from '../pools/rules.js'
import { type FirstProofs, firstFactorsOf, firstProofsOf } from '../users/first-factors.js'
import { simulatedBytes } from '../users/simulated-user.js'
import type { User } from '../users/user.js'
import type { Challenge, Offer, Who } from './attempt.js'

/**
 * What a sign-in that leaves the choice to the user offers. Where existence is hidden, a name that does not exist is
 * offered what a user could have, and a user who has nothing to begin with is answered like such a name.
 */
export async function makeOffer(call: Call, who: Who, user: User | undefined): Promise<Offer> {
  const { pool } = call
  const had = user ? firstFactorsOf(pool, firstProofsOf(pool, user)) : []
  if (had.length > 0 || !hidesExistence(call)) return { offered: had }
  return { offered: firstFactorsOf(pool, simulatedProofs(call, who)) }
}

/** Drawn for a name once and for all: the same each time, and by the id, so that all names of one account have one. */
function simulatedProofs({ context, pool }: Call, { id }: Who): FirstProofs {
  const [mfa = 0] = simulatedBytes(context, pool, id, 'first factors')
  const { mode } = rulesOf(pool).mfa
  return { password: true, secondFactor: mode === 'ON' || (mode === 'OPTIONAL' && mfa < 32) }
}

/** The choice that a challenge of a first factor remembers; none in any other challenge. */
export const offerIn = ({ state }: Challenge): Offer | undefined =>
  'offered' in state ? { offered: state.offered } : undefined
