import type { ServerContext } from '../context.js'
import { uuidOf } from '../crypto/uuid.js'
import { hasUsernameAttributes, type UserPool } from '../pools/user-pool.js'
import { isEmail, isPhoneNumber } from '../wire/address.js'
import { loginKey, UUID } from './user.js'

/**
 * Who a name that nobody has is taken for, where it is hidden who exists: the same each time, so that asking twice tells
 * nothing, and of the same form and length as a user's own, since it goes into what is answered.
 */
export function simulatedUser(
  context: ServerContext,
  pool: UserPool,
  typedName: string,
): { readonly id: string; readonly username: string } {
  // However it is written, where case does not count: a user who exists has one id.
  const name = loginKey(pool, 'username', typedName)
  const username = isUsername(context, pool, name)
    ? name
    : uuidOf(simulatedBytes(context, pool, name, 'username'))
  // By the username, not the name: who is found by an address is found by the username in the answer as well.
  return { id: uuidOf(simulatedBytes(context, pool, username, 'id')), username }
}

/** Whether a user who had the name would have it as the username, and not as an alias. */
function isUsername(context: ServerContext, pool: UserPool, name: string): boolean {
  if (UUID.test(name)) return true
  if (hasUsernameAttributes(pool)) return false
  const aliases = pool.settings.AliasAttributes ?? []
  if (aliases.includes('email') && isEmail(name)) return false
  if (aliases.includes('phone_number') && isPhoneNumber(name)) return false
  // Any name may be a preferred username. Were all taken for one thing, an answer of the other kind would tell that the
  // name is somebody's; so some are taken for this and some for that.
  return !aliases.includes('preferred_username') || simulatedBytes(context, pool, name, 'kind').readInt8() < 0
}

/** 32 bytes that a user who does not exist has instead of others. */
export const simulatedBytes = (context: ServerContext, pool: UserPool, name: string, what: string): Buffer =>
  context.rootKey.mac('simulated-user', JSON.stringify([pool.id, name, what]))
