import { type Call, hidesExistence } from '../clients/call.js'
import { sharedForm, simulatedDestination } from '../delivery/simulated-destination.js'
import { rulesOf, type Verifiable } from '../pools/rules.js'
import type { UserPool } from '../pools/user-pool.js'
import {
  CODE_ATTRIBUTE,
  type FirstFactor,
  type FirstProofs,
  firstFactorsOf,
  firstProofsOf,
} from '../users/first-factors.js'
import { takesPasskeys, usablePasskeysOf } from '../users/passkey.js'
import { simulatedBytes, simulatedUser } from '../users/simulated-user.js'
import type { User } from '../users/user.js'
import type { Challenge, Offer, PasskeyOffer, Who } from './attempt.js'
import { migratesUsers } from './migrate-user.js'

/**
 * What a sign-in that leaves the choice to the user offers. Where existence is hidden, a name that does not exist is
 * offered what a user could have, and a user who has nothing to begin with is answered like such a name.
 */
export async function makeOffer(
  call: Call,
  who: Who,
  user: User | undefined,
  typedName: string,
): Promise<Offer> {
  const { context, pool } = call
  const passkeys = await usablePasskeysOf(context, pool, who.id)
  const proofs = user && firstProofsOf(pool, user, passkeys)
  const had = proofs ? firstFactorsOf(pool, proofs) : []
  if (!hidesExistence(call)) return { offered: had, ...(proofs && passkeyOffer(pool, had, proofs, user)) }
  // Worked out for every name, so that the time does not tell which exist.
  const madeUpProofs = simulatedProofs(call, who, typedName)
  const simulated = firstFactorsOf(pool, madeUpProofs)
  const shownProofs = had.length > 0 ? proofs : undefined
  const shownFor = (attribute: Verifiable) => {
    const madeUp = simulatedDestination(context, pool, typedName, 'reset-password', [attribute])
    const destination = shownProofs && user?.attributes[attribute]
    return sharedForm(destination === undefined ? madeUp : { attribute, destination }).destination
  }
  const offered = shownProofs ? had : simulated
  const email = shownFor(CODE_ATTRIBUTE.EMAIL_OTP)
  const phone_number = shownFor(CODE_ATTRIBUTE.SMS_OTP)
  return {
    offered,
    shown: {
      ...(offered.includes('EMAIL_OTP') && { email }),
      ...(offered.includes('SMS_OTP') && { phone_number }),
    },
    ...passkeyOffer(pool, offered, shownProofs ?? madeUpProofs, user),
  }
}

/** A passkey that takes the place of a second factor has to have made sure who the user is. */
function passkeyOffer(
  pool: UserPool,
  offered: readonly FirstFactor[],
  { secondFactor }: FirstProofs,
  user: User | undefined,
): { readonly passkey?: PasskeyOffer } {
  if (!offered.includes('WEB_AUTHN')) return {}
  const isVerified = rulesOf(pool).passkeys.verified || secondFactor || user?.mfa.passkey === true
  return { passkey: { verified: isVerified ? 1 : 0 } }
}

/**
 * Drawn for a name once and for all, by the id, so that all names of one account have one. What ForgotPassword says of the
 * name has to fit: its code would go to the first verified one of what the pool sends them to.
 */
function simulatedProofs(call: Call, { id }: Who, typedName: string): FirstProofs {
  const { context, pool } = call
  const bytes = simulatedBytes(context, pool, id, 'first factors')
  const drawn = (index: number, of256: number) => bytes.readUInt8(index) < of256
  const { recovery, mfa } = rulesOf(pool)
  const resetBy = simulatedDestination(
    context,
    pool,
    typedName,
    'reset-password',
    recovery.attributes,
  ).attribute
  const { address } = simulatedUser(context, pool, typedName)
  // Where one of these was verified, the code would have gone there.
  const before = recovery.attributes.slice(0, recovery.attributes.indexOf(resetBy))
  const has = (attribute: Verifiable, index: number) => {
    if (attribute === resetBy) return true
    if (attribute === address?.attribute) return true
    return !before.includes(attribute) && drawn(index, 128)
  }
  const proofs = {
    // A user of another directory comes by a password.
    password: drawn(0, 192) || migratesUsers(call),
    email: has('email', 1),
    phone_number: has('phone_number', 2),
    passkey: takesPasskeys(context, pool) && drawn(4, 96),
    secondFactor: mfa.mode === 'ON' || (mfa.mode === 'OPTIONAL' && drawn(3, 32)),
  }
  return firstFactorsOf(pool, proofs).length > 0 ? proofs : { ...proofs, password: true }
}

/** The choice that a challenge of a first factor remembers; none in any other challenge. */
export const offerIn = ({ state }: Challenge): Offer | undefined =>
  'offered' in state
    ? {
        offered: state.offered,
        ...(state.shown && { shown: state.shown }),
        ...(state.passkey && { passkey: state.passkey }),
      }
    : undefined

/** Passkeys that a user who does not exist seems to have. Ids of the common authenticators have these lengths. */
export function simulatedPasskeyIds({ context, pool }: Call, { id }: Who): string[] {
  const count = simulatedBytes(context, pool, id, 'passkeys').readUInt8() < 192 ? 1 : 2
  return Array.from({ length: count }, (_, index) => {
    const bytes = simulatedBytes(context, pool, id, `passkey ${index}`, 33)
    const length = [16, 20, 32][bytes.readUInt8(32) % 3]
    return bytes.subarray(0, length).toString('base64url')
  })
}
