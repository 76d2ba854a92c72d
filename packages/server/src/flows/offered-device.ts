import type { Call } from '../clients/call.js'
import { errors } from '../errors.js'
import { rulesOf } from '../pools/rules.js'
import { type Device, findDevice, isDeviceKey } from '../users/device.js'
import type { Who } from './attempt.js'

/**
 * The device that a request names by its key. Pools that do not track devices, and administrators, know none.
 *
 * @param unknown what becomes of a key that is of no device of the user. Clients forget a key that is refused, and send the
 *   request again without it; where they would not, it is ignored.
 * @throws ResourceNotFoundException, InvalidParameterException
 */
export async function offeredDevice(
  { context, pool, by, explain }: Call,
  who: Who,
  key: string | undefined,
  unknown: 'refused' | 'ignored',
): Promise<Device | undefined> {
  if (!key || by !== 'client' || !rulesOf(pool).devices) return undefined
  if (!isDeviceKey(key)) {
    if (unknown === 'ignored') return undefined
    throw errors.invalidDeviceKey()
  }
  const device = await findDevice(context.db, who.id, key)
  if (device || unknown === 'ignored') return device
  explain('The device key is of no device that the user has confirmed.')
  throw errors.deviceNotFound()
}
