import type { CodeDestination } from '../delivery/deliver-code.js'
import { errors } from '../errors.js'
import type { UserPool } from '../pools/user-pool.js'
import type { User } from './user.js'

const ATTRIBUTE = { verified_email: 'email', verified_phone_number: 'phone_number' } as const

/**
 * Where a password reset code goes: the first of the pool's recovery mechanisms that the user has verified. A pool
 * that names none sends to the phone number before the e-mail address, and so does one that leaves it to its
 * administrators when they ask.
 *
 * @throws NotAuthorizedException only an administrator may reset passwords of this pool
 */
export function recoveryChannel(
  pool: UserPool,
  user: User,
  { byAdministrator = false } = {},
): CodeDestination | undefined {
  const given = pool.settings.AccountRecoverySetting?.RecoveryMechanisms
  const adminOnly = given?.some(({ Name }) => Name === 'admin_only') ?? false
  if (adminOnly && !byAdministrator) throw errors.contactAdministrator()
  const mechanisms = (!adminOnly && given) || [
    { Name: 'verified_phone_number' as const, Priority: 1 },
    { Name: 'verified_email' as const, Priority: 2 },
  ]
  for (const { Name } of [...mechanisms].sort((a, b) => a.Priority - b.Priority)) {
    if (Name === 'admin_only') continue
    const attribute = ATTRIBUTE[Name]
    const destination = user.attributes[attribute]
    if (destination && user.attributes[`${attribute}_verified`] === 'true') return { attribute, destination }
  }
  return undefined
}
