import type { ServerContext } from '../context.js'
import type { UserPool } from '../pools/user-pool.js'
import { isEmail, isPhoneNumber } from '../users/attributes.js'
import { type CodeDestination, codeDeliveryDetails } from './deliver-code.js'

/**
 * Sends nothing, and answers as if: in the words, the time and, while messages fail to be delivered, the failure of
 * the latest that were sent.
 *
 * @throws CodeDeliveryFailureException
 */
export async function simulateDelivery(context: ServerContext, pool: UserPool, typedName: string) {
  const destination = simulatedDestination(context, pool, typedName)
  await context.pretendToDeliver(destination.attribute === 'email' ? 'EMAIL' : 'SMS')
  return codeDeliveryDetails(destination)
}

/**
 * Where a code for a user who does not exist would have gone: the typed name if it is an address, otherwise one made
 * from the name, the same each time.
 */
function simulatedDestination(context: ServerContext, pool: UserPool, typedName: string): CodeDestination {
  if (isEmail(typedName)) return { attribute: 'email', destination: typedName }
  if (isPhoneNumber(typedName)) return { attribute: 'phone_number', destination: typedName }
  const bytes = context.rootKey.mac('simulated-user', JSON.stringify([pool.id, typedName, 'destination']))
  if (pool.settings.AutoVerifiedAttributes?.includes('phone_number'))
    return {
      attribute: 'phone_number',
      destination: `+1555555${String(bytes.readUInt16BE() % 10_000).padStart(4, '0')}`,
    }
  const letter = (index: number) => String.fromCharCode(97 + ((bytes[index] ?? 0) % 26))
  return { attribute: 'email', destination: `${letter(0)}@${letter(1)}.example` }
}
