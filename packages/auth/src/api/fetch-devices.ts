import { type CallWithoutInput, call } from '../context/call.js'
import type { AuthDevice } from '../models.js'
import { REPEATABLE, userPool } from '../service/user-pool.js'
import { accessToken } from '../session/get-tokens.js'

export type FetchDevicesOutput = (AuthDevice & {
  /** What the service knows of it, by name: `dev:device_remembered_status` is `remembered` or `not_remembered`. */
  attributes: Partial<Record<'device_status' | 'device_name' | 'last_ip_used', string>> &
    Record<string, string>
  createDate?: Date
  lastModifiedDate?: Date
  lastAuthenticatedDate?: Date
})[]

/**
 * The devices that the signed-in user has signed in from, remembered or not; at most 60.
 *
 * @throws AuthError (`AuthErrorNames['fetchDevices']`) named as one of {@link ListDevicesException}, which is
 *   `InvalidUserPoolConfigurationException` where devices are not tracked; `UserUnAuthenticatedException` when no user
 *   is signed in; `AuthTokenConfigException`; `NetworkError`, `TimeoutError`, `AbortError`
 *
 * @example
 * ```ts
 * import { fetchDevices } from '@amulet/auth'
 *
 * for (const { name, lastAuthenticatedDate } of await fetchDevices()) console.log(name, lastAuthenticatedDate)
 * ```
 */
export const fetchDevices: CallWithoutInput<FetchDevicesOutput> = call('fetchDevices', async (context) => {
  const input = { AccessToken: await accessToken(context), Limit: 60 }
  const { Devices = [] } = await userPool(context, 'ListDevices', input, REPEATABLE)
  return Devices.map((device) => {
    const attributes = Object.fromEntries(
      (device.DeviceAttributes ?? []).flatMap(({ Name, Value }) => (Name && Value ? [[Name, Value]] : [])),
    ) as Record<string, string>
    // Members without a value are there, as Amplify has them.
    return {
      id: device.DeviceKey ?? '',
      name: attributes.device_name,
      attributes,
      createDate: dateOf(device.DeviceCreateDate),
      lastModifiedDate: dateOf(device.DeviceLastModifiedDate),
      lastAuthenticatedDate: dateOf(device.DeviceLastAuthenticatedDate),
    } as FetchDevicesOutput[number]
  })
})

const dateOf = (seconds: number | undefined) => (seconds ? new Date(seconds * 1000) : undefined)
