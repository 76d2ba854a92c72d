import { describeDevice } from '../users/describe-device.js'
import { getDevice } from '../users/device.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { assertDevicesTracked } from './assert-devices-tracked.js'
import { operation } from './operation.js'

export const adminGetDevice = operation({
  name: 'AdminGetDevice',
  kind: 'admin about a user',
  input: structure({
    DeviceKey: required(c.DeviceKey),
    UserPoolId: required(c.UserPoolId),
    Username: required(c.Username),
  }),
  async run({ context, pool, user }, { DeviceKey }) {
    assertDevicesTracked(pool)
    return { Device: describeDevice(await getDevice(context.db, user.id, DeviceKey)) }
  },
})
