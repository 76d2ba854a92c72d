import { createHash } from 'node:crypto'
import type { ServerContext } from '../context.js'
import { uuidOf } from '../crypto/uuid.js'
import { rulesOf } from '../pools/rules.js'
import type { UserPool } from '../pools/user-pool.js'
import { aliasForm, loginKey, UUID } from './user.js'

/** What an answer about a name that does not exist is made of, where existence is hidden. */
export interface SimulatedUser {
  readonly id: string
  readonly username: string
  readonly srpIdentity: string
}

/**
 * The user that stands in for a name that does not exist, where that is hidden: the same each time, so that asking twice
 * tells nothing, and of the same form and length as a user who exists, since it goes into what is answered.
 */
export function simulatedUser(context: ServerContext, pool: UserPool, typedName: string): SimulatedUser {
  // However it is written, where case does not count: a user who exists has one id.
  const name = loginKey(pool, 'username', typedName)
  const username = isUsername(context, pool, name)
    ? name
    : uuidOf(simulatedBytes(context, pool, name, 'username'))
  // By the username, not the name: who is found by an address is found by the username in the answer as well.
  const id = uuidOf(simulatedBytes(context, pool, username, 'id'))
  return { id, username, srpIdentity: rulesOf(pool).srpIdentityIsSub ? id : username }
}

/** Whether a user who had the name would have it as the username, and not as an alias. */
function isUsername(context: ServerContext, pool: UserPool, name: string): boolean {
  if (UUID.test(name)) return true
  const { usernameAttributes, aliasAttributes } = rulesOf(pool)
  if (usernameAttributes.length > 0) return false
  if (aliasForm(pool, name)) return false
  // Any name may be a preferred username. Were all taken for one thing, an answer of the other kind would tell that the
  // name is a user's; so some are taken for this and some for that.
  return (
    !aliasAttributes.includes('preferred_username') ||
    simulatedBytes(context, pool, name, 'kind').readInt8() < 0
  )
}

/** Bytes that a user who does not exist has in place of real ones; 32 unless told otherwise. */
export function simulatedBytes(
  context: ServerContext,
  pool: UserPool,
  name: string,
  what: string,
  length = 32,
): Buffer {
  const bytes = context.rootKey.mac('simulated-user', JSON.stringify([pool.id, name, what]))
  return length <= bytes.length
    ? bytes.subarray(0, length)
    : createHash('shake256', { outputLength: length }).update(bytes).digest()
}
