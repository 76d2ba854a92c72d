import { describeDevice } from '../users/describe-device.js'
import { getDevice as getDeviceOf } from '../users/device.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { assertDevicesTracked } from './assert-devices-tracked.js'
import { operation } from './operation.js'

export const getDevice = operation({
  name: 'GetDevice',
  kind: 'user',
  input: structure({ DeviceKey: required(c.DeviceKey), AccessToken: required(c.TokenModel) }),
  async run({ context, pool, user }, { DeviceKey }) {
    assertDevicesTracked(pool)
    return { Device: describeDevice(await getDeviceOf(context.db, user.id, DeviceKey)) }
  },
})
