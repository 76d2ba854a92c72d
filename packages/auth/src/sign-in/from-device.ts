import { orInterrupted, type RequestContext } from '../context/deadline.js'
import type { AuthResponse } from '../service/user-pool.js'
import { findDevice, forgetDeviceOf } from '../session/device-store.js'
import type { Attempt } from './attempt.js'

/**
 * Sends a request of a sign-in with the key of this device, where it is remembered for the user. A device that the
 * service does not know any more is forgotten, and the same request is sent without it: nothing of it is used up. One
 * whose proof is refused is forgotten too: it would be refused at every sign-in.
 */
export const fromDevice = async (
  context: RequestContext,
  attempt: Attempt,
  username: string,
  send: (key?: object) => Promise<AuthResponse>,
  isItsProof?: boolean,
): Promise<AuthResponse> => {
  attempt.device ??= await orInterrupted(context, findDevice(context, username))
  const { device } = attempt
  const sent = send(device && { DEVICE_KEY: device.deviceKey })
  return device
    ? sent.catch(async (error) => {
        const isUnknown = /^Device does not exist/.test(error.message)
        if (!isUnknown && !(isItsProof && /^Incorrect/.test(error.message))) throw error
        await forgetDeviceOf(context, device)
        attempt.device = undefined
        if (isUnknown) return send()
        throw error
      })
    : sent
}
