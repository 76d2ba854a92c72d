import { type CallWithoutInput, call } from '../context/call.js'
import { REPEATABLE, userPool } from '../service/user-pool.js'
import { findOwnDevice, knownDevice } from '../session/device-store.js'
import { accessToken } from '../session/get-tokens.js'

/**
 * Has the service trust this device, in a pool that leaves that to the user: it takes the place of a second factor from
 * then on.
 *
 * @throws AuthError (`AuthErrorNames['rememberDevice']`) named as one of {@link UpdateDeviceStatusException};
 *   `DeviceMetadataNotFoundException` when the pool does not track devices, or this one was forgotten;
 *   `UserUnAuthenticatedException` when no user is signed in; `AuthTokenConfigException`; `NetworkError`,
 *   `TimeoutError`, `AbortError`
 *
 * @example
 * ```ts
 * import { rememberDevice } from '@amulet/auth'
 *
 * await rememberDevice()
 * ```
 */
export const rememberDevice: CallWithoutInput<void> = call('rememberDevice', async (context) => {
  const AccessToken = await accessToken(context)
  const { deviceKey: DeviceKey } = knownDevice(await findOwnDevice(context))
  const input = { AccessToken, DeviceKey, DeviceRememberedStatus: 'remembered' } as const
  await userPool(context, 'UpdateDeviceStatus', input, REPEATABLE)
})
