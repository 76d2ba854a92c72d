import { errors } from '../errors.js'
import { rulesOf } from '../pools/rules.js'
import type { UserPool } from '../pools/user-pool.js'
import type { CodeDestination } from './code-destination.js'
import { factorsOf } from './second-factors.js'
import type { User } from './user.js'

/**
 * Whether users may reset their passwords themselves. The answer is the same for all, so it is given before a user is
 * looked for.
 *
 * @throws NotAuthorizedException only an administrator may reset passwords of this pool
 */
export function assertSelfRecovery(pool: UserPool): void {
  if (!rulesOf(pool).recovery.bySelf) throw errors.contactAdministrator()
}

/**
 * Where a password reset code goes: to the first of those that the user has verified and that are not a second factor:
 * reading them would be enough for both.
 */
export function recoveryChannel(pool: UserPool, user: User): CodeDestination | undefined {
  for (const attribute of rulesOf(pool).recovery.attributes) {
    const factor = attribute === 'email' ? 'email' : 'sms'
    if (factorsOf(pool, user).includes(factor)) continue
    const destination = user.attributes[attribute]
    if (destination && user.attributes[`${attribute}_verified`] === 'true') return { attribute, destination }
  }
  return undefined
}
