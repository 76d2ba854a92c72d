import type { PoolCall } from '../clients/call.js'
import { errors } from '../errors.js'
import { setRemembered } from '../users/device.js'
import { getUserForUpdate, type User } from '../users/user.js'
import * as c from '../wire/constraints.js'
import { oneOf, type Parsed, required, structure } from '../wire/shape.js'
import { assertDevicesTracked } from './assert-devices-tracked.js'
import { operation } from './operation.js'

/** What is said of a device, in the two operations that change it. */
export const deviceStatusMembers = {
  DeviceKey: required(c.DeviceKey),
  DeviceRememberedStatus: oneOf('remembered', 'not_remembered'),
}

const DeviceStatus = structure(deviceStatusMembers)

export async function updateStatusOf(
  { context, pool, user }: PoolCall & { readonly user: User },
  { DeviceKey, DeviceRememberedStatus: status }: Parsed<typeof DeviceStatus>,
) {
  assertDevicesTracked(pool)
  if (!status) throw errors.missingParameter('DeviceRememberedStatus')
  await context.db.transaction().execute(async (tx) => {
    await getUserForUpdate(tx, pool, user.id)
    await setRemembered(context, tx, user.id, DeviceKey, status === 'remembered')
  })
  return {}
}

export const updateDeviceStatus = operation({
  name: 'UpdateDeviceStatus',
  kind: 'user',
  input: structure({ AccessToken: required(c.TokenModel), ...deviceStatusMembers }),
  run: updateStatusOf,
})
