import { type Bytes, pad, randomBytes, toBigInt } from './bytes.js'
import { privateKey } from './client.js'
import { powerOfTwo } from './power.js'

/** What a device is registered with: the service keeps these, and the device its password. */
export interface DeviceVerifier {
  salt: Bytes
  verifier: Bytes
}

/**
 * Salt and verifier of a device's password, for ConfirmDevice.
 *
 * @param identity device group key and device key, in one
 */
export const createDeviceVerifier = async (
  identity: string,
  password: string,
  random: Uint8Array = randomBytes(16),
): Promise<DeviceVerifier> => {
  const salt = toBigInt(random)
  return { salt: pad(salt), verifier: pad(powerOfTwo(await privateKey(identity, password, salt))) }
}
