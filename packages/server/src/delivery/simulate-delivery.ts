import type { ServerContext } from '../context.js'
import { rulesOf } from '../pools/rules.js'
import type { UserPool } from '../pools/user-pool.js'
import { type CodeDestination, codeDeliveryDetails } from '../users/code-destination.js'
import { simulatedBytes } from '../users/simulated-user.js'
import { loginKey } from '../users/user.js'
import { isEmail, isPhoneNumber } from '../wire/address.js'

/**
 * Sends nothing, and answers as if: in the words, the time and, while messages fail to be delivered, the failure of
 * the latest that were sent.
 *
 * @param attributes what the pool sends codes like this one to, the first choice first
 * @throws CodeDeliveryFailureException
 */
export async function simulateDelivery(
  context: ServerContext,
  pool: UserPool,
  typedName: string,
  attributes: readonly CodeDestination['attribute'][],
) {
  const destination = simulatedDestination(context, pool, typedName, attributes)
  await context.pretendToDeliver(destination.attribute === 'email' ? 'EMAIL' : 'SMS')
  return codeDeliveryDetails(destination)
}

/**
 * Where a code for a user who does not exist would have gone: the typed name if it is an address that codes go to,
 * otherwise one made from the name, the same each time.
 */
function simulatedDestination(
  context: ServerContext,
  pool: UserPool,
  typedName: string,
  attributes: readonly CodeDestination['attribute'][],
): CodeDestination {
  // However it is written, where case does not count: a user who exists has one address.
  const name = loginKey(pool, 'username', typedName)
  if (isEmail(name) && attributes.includes('email')) return { attribute: 'email', destination: name }
  if (isPhoneNumber(name) && attributes.includes('phone_number'))
    return { attribute: 'phone_number', destination: name }
  const bytes = simulatedBytes(context, pool, name, 'destination')
  const verified = attributes.find((attribute) => rulesOf(pool).autoVerified.includes(attribute))
  if ((verified ?? attributes[0]) === 'phone_number')
    return {
      attribute: 'phone_number',
      destination: `+1555555${String(bytes.readUInt16BE() % 10_000).padStart(4, '0')}`,
    }
  const letter = (index: number) => String.fromCharCode(97 + ((bytes[index] ?? 0) % 26))
  return { attribute: 'email', destination: `${letter(0)}@${letter(1)}.example` }
}
