import { errors, type ServiceError } from '../errors.js'
import { rulesOf } from '../pools/rules.js'
import type { UserPool } from '../pools/user-pool.js'
import type { SecondFactor } from '../users/mfa-settings.js'
import { factorsOf, poolFactors } from '../users/second-factors.js'
import type { User } from '../users/user.js'
import type { ChallengeName, Proof } from './attempt.js'

/** What the next step of a sign-in depends on, once its first proof was right. */
export interface Facts {
  readonly pool: UserPool
  /** As the transaction that settled the last answer left it. */
  readonly user: User
  readonly proven: readonly Proof[]
  /** Milliseconds. */
  readonly now: number
}

export type Decision =
  | { readonly refuse: ServiceError }
  | { readonly ask: ChallengeName; readonly of?: readonly SecondFactor[] }
  | 'done'

/** What comes next in a sign-in: the state of the account, then a new password, then a second factor, then tokens. */
export function decide(facts: Facts): Decision {
  const { pool, user, now } = facts
  if (!user.enabled) return { refuse: errors.userDisabled() }
  switch (user.status) {
    case 'UNCONFIRMED':
      return { refuse: errors.userNotConfirmed() }
    case 'RESET_REQUIRED':
      return { refuse: errors.passwordResetRequired() }
    case 'FORCE_CHANGE_PASSWORD': {
      const age = now - (user.passwordSetAt ?? 0)
      return age >= rulesOf(pool).temporaryPasswordDays * DAY
        ? { refuse: errors.temporaryPasswordExpired() }
        : { ask: 'NEW_PASSWORD_REQUIRED' }
    }
    default:
      return secondFactor(facts) ?? 'done'
  }
}

const DAY = 86_400_000

const SECOND_FACTOR_PROOFS: readonly Proof[] = ['SMS_MFA', 'TOTP_MFA', 'EMAIL_MFA']

/** What asks for each second factor. */
export const FACTOR_CHALLENGE = {
  sms: 'SMS_MFA',
  totp: 'SOFTWARE_TOKEN_MFA',
  email: 'EMAIL_OTP',
} as const satisfies Record<SecondFactor, ChallengeName>

function secondFactor({ pool, user, proven }: Facts): Decision | undefined {
  const { mode } = rulesOf(pool).mfa
  if (mode === 'OFF' || proven.some((proof) => SECOND_FACTOR_PROOFS.includes(proof))) return undefined
  const factors = factorsOf(pool, user)
  const [only] = factors
  if (only && factors.length === 1) return { ask: FACTOR_CHALLENGE[only] }
  const { preferred } = user.mfa
  if (preferred && factors.includes(preferred)) return { ask: FACTOR_CHALLENGE[preferred] }
  if (only) return { ask: 'SELECT_MFA_TYPE', of: factors }
  return mode === 'ON' ? { ask: 'MFA_SETUP', of: poolFactors(pool) } : undefined
}
