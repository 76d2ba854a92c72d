import type { ServerContext } from '../../context.js'
import { errors } from '../../errors.js'
import { findDevice } from '../../users/device.js'
import type { Attempt } from '../attempt.js'
import type { Answered } from '../step.js'

/**
 * An answer for a device that names none. Clients forget a device that does not exist, and send the request again without
 * its key: the sign-in goes on as one from a new device, which spares nothing. A device that exists has to be named.
 */
export async function answerWithoutDevice(
  { db }: ServerContext,
  { who }: Attempt,
  { deviceKey }: { readonly deviceKey: string },
): Promise<Answered> {
  const isForgotten = deviceKey !== '' && !(await findDevice(db, who.id, deviceKey))
  return isForgotten ? { result: false, metadata: null } : { refused: errors.missingParameter('DEVICE_KEY') }
}
