import { rulesOf } from '../pools/rules.js'
import type { UserPool } from '../pools/user-pool.js'
import { factorsOf } from './second-factors.js'
import type { User } from './user.js'

/** What a sign-in can begin with, as the user chooses it. */
export type FirstFactor = 'PASSWORD_SRP' | 'PASSWORD'

/** What a user has that a first factor proves. */
export interface FirstProofs {
  readonly password: boolean
  /** A second factor is asked for. Then nothing but the password comes first. */
  readonly secondFactor: boolean
}

/** In the order in which they are offered: what the pool calls a factor, and who has it. */
const FIRST_FACTORS: readonly {
  readonly name: FirstFactor
  readonly allowedBy: ReturnType<typeof rulesOf>['firstFactors'][number]
  readonly isHad: (has: FirstProofs) => boolean
}[] = [
  { name: 'PASSWORD_SRP', allowedBy: 'PASSWORD', isHad: ({ password }) => password },
  { name: 'PASSWORD', allowedBy: 'PASSWORD', isHad: ({ password }) => password },
]

/** The first factors that the pool allows and that are had. */
export const firstFactorsOf = (pool: UserPool, has: FirstProofs): FirstFactor[] =>
  FIRST_FACTORS.filter(
    ({ allowedBy, isHad }) => rulesOf(pool).firstFactors.includes(allowedBy) && isHad(has),
  ).map(({ name }) => name)

export const firstProofsOf = (pool: UserPool, user: User): FirstProofs => ({
  password: user.sealedVerifier !== null,
  secondFactor: rulesOf(pool).mfa.mode === 'ON' || factorsOf(pool, user).length > 0,
})
