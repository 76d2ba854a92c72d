import { type CallWithOptionalInput, call } from '../context/call.js'
import type { AuthDevice } from '../models.js'
import { userPool } from '../service/user-pool.js'
import { clearDevice, findOwnDevice, knownDevice } from '../session/device-store.js'
import { accessToken } from '../session/get-tokens.js'

export interface ForgetDeviceInput {
  /** One that `fetchDevices` has listed; this device without one. */
  device?: AuthDevice
}

/**
 * Has the service forget a device: sessions on it are not refreshed any more, and it is a new one at the next sign-in.
 *
 * @throws AuthError (`AuthErrorNames['forgetDevice']`) named as one of {@link ForgetDeviceException};
 *   `DeviceMetadataNotFoundException` when no device is given and this one is not remembered;
 *   `UserUnAuthenticatedException` when no user is signed in; `AuthTokenConfigException`; `NetworkError`,
 *   `TimeoutError`, `AbortError`
 *
 * @example
 * ```ts
 * import { fetchDevices, forgetDevice } from '@amulet/auth'
 *
 * const [device] = await fetchDevices()
 * await forgetDevice(device && { device })
 * ```
 */
export const forgetDevice: CallWithOptionalInput<ForgetDeviceInput, void> = call(
  'forgetDevice',
  async (context, { device }: ForgetDeviceInput) => {
    const AccessToken = await accessToken(context)
    const own = await findOwnDevice(context)
    const DeviceKey = device?.id || knownDevice(own).deviceKey
    await userPool(context, 'ForgetDevice', { AccessToken, DeviceKey })
    if (DeviceKey === own?.deviceKey) await clearDevice(context)
  },
)
