import { errors } from '../errors.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

/** Events are recorded in the Plus tier, with threat protection, which this server does not have. */
export const adminListUserAuthEvents = operation({
  name: 'AdminListUserAuthEvents',
  kind: 'admin about a user',
  input: structure({
    UserPoolId: required(c.UserPoolId),
    Username: required(c.Username),
    MaxResults: c.ListLimit,
    NextToken: c.PaginationKey,
  }),
  async run() {
    throw errors.addOnNotEnabled()
  },
})
