import type { Transaction } from '../db/schema.js'
import { rulesOf } from '../pools/rules.js'
import type { UserPool } from '../pools/user-pool.js'
import { type MfaSettings, SECOND_FACTORS, type SecondFactor } from './mfa-settings.js'
import type { User } from './user.js'

/** The address or number that the codes of a factor go to. */
export const FACTOR_ATTRIBUTE = { sms: 'phone_number', email: 'email' } as const

/** The factors that the pool has, whether or not a user has them. */
export function poolFactors(pool: UserPool): SecondFactor[] {
  const { mfa } = rulesOf(pool)
  return mfa.mode === 'OFF' ? [] : SECOND_FACTORS.filter((factor) => mfa[factor])
}

/** Whether codes of a factor can reach the user. A software token is there whenever it is turned on. */
const canReach = (user: User, factor: SecondFactor): boolean =>
  factor === 'totp' || Boolean(user.attributes[FACTOR_ATTRIBUTE[factor]])

/** What a user has turned on, where the pool still has it and codes still reach the user. */
export const enabledFactorsOf = (pool: UserPool, user: User): SecondFactor[] =>
  poolFactors(pool).filter((factor) => user.mfa.enabled.includes(factor) && canReach(user, factor))

/**
 * The factors that a sign-in may ask a user for. In a pool that requires one, a user who has turned nothing on gets codes
 * at the number or address that there is.
 */
export function factorsOf(pool: UserPool, user: User): SecondFactor[] {
  const enabled = enabledFactorsOf(pool, user)
  if (enabled.length > 0 || rulesOf(pool).mfa.mode !== 'ON') return enabled
  return poolFactors(pool)
    .filter((factor) => factor !== 'totp' && canReach(user, factor))
    .slice(0, 1)
}

/** Stores what a user has turned on. */
export async function saveMfa(tx: Transaction, user: User, mfa: MfaSettings): Promise<User> {
  const isEmpty = mfa.enabled.length === 0 && !mfa.passkey
  await tx
    .updateTable('users')
    .set({ mfa: isEmpty ? null : JSON.stringify(mfa) })
    .where('id', '=', user.id)
    .execute()
  return { ...user, mfa }
}
