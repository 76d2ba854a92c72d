import { createHash } from 'node:crypto'
import type { ServerContext } from '../context.js'
import { rulesOf } from '../pools/rules.js'
import type { UserPool } from '../pools/user-pool.js'
import { isEmail, isPhoneNumber } from '../wire/address.js'
import type { CodeDestination } from './code-destination.js'
import { makeUpId, readMadeUpId } from './made-up-id.js'
import { aliasForm, loginKey, UUID } from './user.js'

/** What an answer about a name that does not exist is made of, where existence is hidden. */
export interface SimulatedUser {
  readonly id: string
  readonly username: string
  readonly srpIdentity: string
  /** The typed name, if it is an address or number; of an id that was made from one, one that is shown alike. */
  readonly address: CodeDestination | undefined
}

/**
 * The user that stands in for a name that does not exist, where that is hidden: the same each time, so that asking twice
 * tells nothing, and of the same form and length as a user who exists, since it goes into what is answered.
 */
export function simulatedUser(context: ServerContext, pool: UserPool, typedName: string): SimulatedUser {
  // However it is written, where case does not count: a user who exists has one id.
  const name = loginKey(pool, 'username', typedName)
  const madeUp = UUID.test(name) ? readMadeUpId(context, pool, name) : undefined
  // It was handed out as the name of such a user, or as the id. A user is found by either.
  if (madeUp) return { id: name, username: name, srpIdentity: name, address: madeUp.address }
  const address = addressOf(name)
  const id = makeUpId(context, pool, name, address)
  const username = isUsername(context, pool, name) ? name : id
  return { id, username, srpIdentity: rulesOf(pool).srpIdentityIsSub ? id : username, address }
}

function addressOf(name: string): CodeDestination | undefined {
  if (isEmail(name)) return { attribute: 'email', destination: name }
  return isPhoneNumber(name) ? { attribute: 'phone_number', destination: name } : undefined
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
