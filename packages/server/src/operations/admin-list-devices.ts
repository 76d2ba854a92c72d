import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { deviceListMembers, listDevicesOf } from './list-devices.js'
import { operation } from './operation.js'

export const adminListDevices = operation({
  name: 'AdminListDevices',
  kind: 'admin about a user',
  input: structure({
    UserPoolId: required(c.UserPoolId),
    Username: required(c.Username),
    ...deviceListMembers,
  }),
  run: listDevicesOf,
})
