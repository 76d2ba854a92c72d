import type { PoolCall } from '../clients/call.js'
import { forgetDevice as forget } from '../tokens/forget-device.js'
import { getUserForUpdate, type User } from '../users/user.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { assertDevicesTracked } from './assert-devices-tracked.js'
import { operation } from './operation.js'

export async function forgetDeviceOf(
  { context, pool, user }: PoolCall & { readonly user: User },
  { DeviceKey }: { DeviceKey: string },
) {
  assertDevicesTracked(pool)
  await context.db.transaction().execute(async (tx) => {
    await getUserForUpdate(tx, pool, user.id)
    await forget(tx, user.id, DeviceKey)
  })
  return {}
}

export const forgetDevice = operation({
  name: 'ForgetDevice',
  kind: 'user',
  input: structure({ AccessToken: required(c.TokenModel), DeviceKey: required(c.DeviceKey) }),
  run: forgetDeviceOf,
})
