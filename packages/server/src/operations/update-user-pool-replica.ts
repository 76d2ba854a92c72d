import { errors } from '../errors.js'
import * as c from '../wire/constraints.js'
import { oneOf, required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

export const updateUserPoolReplica = operation({
  name: 'UpdateUserPoolReplica',
  kind: 'admin',
  input: structure({
    UserPoolId: required(c.UserPoolId),
    RegionName: required(c.RegionName),
    Status: required(oneOf('ACTIVE', 'INACTIVE')),
  }),
  async run(_call, { RegionName }) {
    throw errors.replicaNotFound(RegionName)
  },
})
