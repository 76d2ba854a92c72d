import type { CodeDestination } from '../delivery/deliver-code.js'
import { errors } from '../errors.js'
import type { UserPool } from '../pools/user-pool.js'
import type { User } from './user.js'

const ATTRIBUTE = { verified_email: 'email', verified_phone_number: 'phone_number' } as const

/**
 * Where a password reset code goes: the first of the pool's recovery mechanisms that the user has verified. A pool
 * that names none sends to the phone number before the e-mail address.
 *
 * @throws NotAuthorizedException only an administrator may reset passwords of this pool
 */
export function recoveryChannel(pool: UserPool, user: User): CodeDestination | undefined {
  const mechanisms = pool.settings.AccountRecoverySetting?.RecoveryMechanisms ?? [
    { Name: 'verified_phone_number' as const, Priority: 1 },
    { Name: 'verified_email' as const, Priority: 2 },
  ]
  for (const { Name } of [...mechanisms].sort((a, b) => a.Priority - b.Priority)) {
    if (Name === 'admin_only') throw errors.contactAdministrator()
    const attribute = ATTRIBUTE[Name]
    const destination = user.attributes[attribute]
    if (destination && user.attributes[`${attribute}_verified`] === 'true') return { attribute, destination }
  }
  return undefined
}
