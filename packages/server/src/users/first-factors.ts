import { rulesOf } from '../pools/rules.js'
import type { UserPool } from '../pools/user-pool.js'
import { autoVerifiedDelivery } from './code-destination.js'
import type { Passkey } from './passkey.js'
import { factorsOf } from './second-factors.js'
import type { User } from './user.js'

/** What a sign-in can begin with, as the user chooses it. */
export type FirstFactor = 'PASSWORD_SRP' | 'PASSWORD' | FirstCodeFactor | 'WEB_AUTHN'

/** The first factors that are codes. */
export type FirstCodeFactor = keyof typeof CODE_ATTRIBUTE

/** The address or number that the codes of a factor go to. */
export const CODE_ATTRIBUTE = { EMAIL_OTP: 'email', SMS_OTP: 'phone_number' } as const

/** What a user has that a first factor proves. */
export interface FirstProofs {
  readonly password: boolean
  /** Addresses and numbers that codes for a sign-in may go to. */
  readonly email: boolean
  readonly phone_number: boolean
  /** A passkey of the pool's relying party. */
  readonly passkey: boolean
  /** A second factor is asked for. Then a password comes first, or a passkey that counts for both. */
  readonly secondFactor: boolean
}

/** In the order in which they are offered: what the pool calls a factor, and who has it. */
const FIRST_FACTORS: readonly {
  readonly name: FirstFactor
  readonly allowedBy: ReturnType<typeof rulesOf>['firstFactors'][number]
  readonly isHad: (has: FirstProofs, pool: UserPool) => boolean
}[] = [
  { name: 'PASSWORD_SRP', allowedBy: 'PASSWORD', isHad: ({ password }) => password },
  { name: 'PASSWORD', allowedBy: 'PASSWORD', isHad: ({ password }) => password },
  { name: 'EMAIL_OTP', allowedBy: 'EMAIL_OTP', isHad: (has) => has.email && !has.secondFactor },
  { name: 'SMS_OTP', allowedBy: 'SMS_OTP', isHad: (has) => has.phone_number && !has.secondFactor },
  {
    name: 'WEB_AUTHN',
    allowedBy: 'WEB_AUTHN',
    isHad: (has, pool) => has.passkey && (!has.secondFactor || rulesOf(pool).passkeys.multiFactor),
  },
]

/** The first factors that the pool allows and that are had. */
export const firstFactorsOf = (pool: UserPool, has: FirstProofs): FirstFactor[] =>
  allowed(pool, has).map(({ name }) => name)

const allowed = (pool: UserPool, has: FirstProofs) =>
  FIRST_FACTORS.filter(
    ({ allowedBy, isHad }) => rulesOf(pool).firstFactors.includes(allowedBy) && isHad(has, pool),
  )

/** The factors of a user as the pool calls them. Codes do not count until the user is confirmed. */
export const describeFirstFactors = (pool: UserPool, user: User, passkeys: readonly Passkey[]) => {
  const has = firstProofsOf(pool, user, passkeys)
  const isConfirmed = user.status !== 'UNCONFIRMED'
  const proofs = isConfirmed ? has : { ...has, email: false, phone_number: false }
  return { ConfiguredUserAuthFactors: [...new Set(allowed(pool, proofs).map(({ allowedBy }) => allowedBy))] }
}

/** @param passkeys those of the pool's relying party, where it matters whether there are any */
export const firstProofsOf = (
  pool: UserPool,
  user: User,
  passkeys: readonly Passkey[] = [],
): FirstProofs => ({
  password: user.sealedVerifier !== null,
  email: getsCodesAt(pool, user, 'email'),
  phone_number: getsCodesAt(pool, user, 'phone_number'),
  passkey: user.status === 'CONFIRMED' && passkeys.length > 0,
  secondFactor: rulesOf(pool).mfa.mode === 'ON' || factorsOf(pool, user).length > 0,
})

/**
 * Codes go to what is verified. The user of a sign-up that was interrupted gets them where the code of the sign-up went:
 * where existence is hidden, the answer to the right one tells what is missing.
 */
function getsCodesAt(pool: UserPool, user: User, attribute: 'email' | 'phone_number'): boolean {
  const { status, attributes } = user
  if (status !== 'CONFIRMED' && status !== 'UNCONFIRMED') return false
  if (!attributes[attribute]) return false
  if (attributes[`${attribute}_verified`] === 'true') return true
  return status === 'UNCONFIRMED' && autoVerifiedDelivery(pool, attributes)?.attribute === attribute
}

/**
 * Whether a user that an administrator creates can sign in without a password: by codes to what is verified, where no
 * second factor is required, or by a passkey.
 */
export function needsNoPassword(pool: UserPool, attributes: User['attributes']): boolean {
  const { firstFactors, mfa } = rulesOf(pool)
  const isVerified = (attribute: 'email' | 'phone_number') =>
    mfa.mode !== 'ON' && attributes[`${attribute}_verified`] === 'true'
  return firstFactors.some(
    (factor) =>
      factor === 'WEB_AUTHN' ||
      (factor === 'EMAIL_OTP' && isVerified('email')) ||
      (factor === 'SMS_OTP' && isVerified('phone_number')),
  )
}
