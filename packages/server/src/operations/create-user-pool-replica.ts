import { errors } from '../errors.js'
import * as c from '../wire/constraints.js'
import { map, required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

/** A pool is in one place: the database that the server's nodes share. */
export const createUserPoolReplica = operation({
  name: 'CreateUserPoolReplica',
  kind: 'admin',
  input: structure({
    UserPoolId: required(c.UserPoolId),
    RegionName: required(c.RegionName),
    UserPoolTags: map(c.AnyString),
  }),
  async run() {
    throw errors.noReplicas()
  },
})
