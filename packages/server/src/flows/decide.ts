import { errors, type ServiceError } from '../errors.js'
import { rulesOf } from '../pools/rules.js'
import type { UserPool } from '../pools/user-pool.js'
import type { User } from '../users/user.js'

/** What the next step of a sign-in depends on, once its first proof was right. */
export interface Facts {
  readonly pool: UserPool
  /** As the transaction that settled the last answer left it. */
  readonly user: User
  /** Milliseconds. */
  readonly now: number
}

export type Decision = { readonly refuse: ServiceError } | { readonly ask: 'NEW_PASSWORD_REQUIRED' } | 'done'

/** What comes next in a sign-in: the state of the account, then a new password, then tokens. */
export function decide({ pool, user, now }: Facts): Decision {
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
      return 'done'
  }
}

const DAY = 86_400_000
