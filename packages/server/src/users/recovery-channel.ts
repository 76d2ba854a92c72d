import { errors } from '../errors.js'
import type { UserPool } from '../pools/user-pool.js'
import type { CodeDestination } from './code-destination.js'
import type { User } from './user.js'

const ATTRIBUTE = { verified_email: 'email', verified_phone_number: 'phone_number' } as const

const recoveryMechanisms = (pool: UserPool) => pool.settings.AccountRecoverySetting?.RecoveryMechanisms

const isAdminOnly = (pool: UserPool): boolean =>
  recoveryMechanisms(pool)?.some(({ Name }) => Name === 'admin_only') ?? false

/**
 * Whether users may reset their passwords themselves. The answer is the same for all, so it is given before anybody is
 * looked for.
 *
 * @throws NotAuthorizedException only an administrator may reset passwords of this pool
 */
export function assertSelfRecovery(pool: UserPool): void {
  if (isAdminOnly(pool)) throw errors.contactAdministrator()
}

/**
 * What password reset codes go to, in the order of the pool's recovery mechanisms. A pool that names none sends to the
 * phone number before the e-mail address, and so does one that leaves it to its administrators when they ask.
 */
export function recoveryAttributes(pool: UserPool): CodeDestination['attribute'][] {
  const mechanisms = (!isAdminOnly(pool) && recoveryMechanisms(pool)) || [
    { Name: 'verified_phone_number' as const, Priority: 1 },
    { Name: 'verified_email' as const, Priority: 2 },
  ]
  return [...mechanisms]
    .sort((a, b) => a.Priority - b.Priority)
    .flatMap(({ Name }) => (Name === 'admin_only' ? [] : [ATTRIBUTE[Name]]))
}

/** Where a password reset code goes: to the first of those that the user has verified. */
export function recoveryChannel(pool: UserPool, user: User): CodeDestination | undefined {
  for (const attribute of recoveryAttributes(pool)) {
    const destination = user.attributes[attribute]
    if (destination && user.attributes[`${attribute}_verified`] === 'true') return { attribute, destination }
  }
  return undefined
}
