import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { forgetDeviceOf } from './forget-device.js'
import { operation } from './operation.js'

export const adminForgetDevice = operation({
  name: 'AdminForgetDevice',
  kind: 'admin about a user',
  input: structure({
    UserPoolId: required(c.UserPoolId),
    Username: required(c.Username),
    DeviceKey: required(c.DeviceKey),
  }),
  run: forgetDeviceOf,
})
