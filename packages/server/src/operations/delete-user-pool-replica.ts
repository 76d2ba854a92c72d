import { errors } from '../errors.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

export const deleteUserPoolReplica = operation({
  name: 'DeleteUserPoolReplica',
  kind: 'admin',
  input: structure({ UserPoolId: required(c.UserPoolId), RegionName: required(c.RegionName) }),
  async run(_call, { RegionName }) {
    throw errors.replicaNotFound(RegionName)
  },
})
