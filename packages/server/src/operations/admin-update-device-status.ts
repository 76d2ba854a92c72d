import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'
import { deviceStatusMembers, updateStatusOf } from './update-device-status.js'

export const adminUpdateDeviceStatus = operation({
  name: 'AdminUpdateDeviceStatus',
  kind: 'admin about a user',
  input: structure({
    UserPoolId: required(c.UserPoolId),
    Username: required(c.Username),
    ...deviceStatusMembers,
  }),
  run: updateStatusOf,
})
