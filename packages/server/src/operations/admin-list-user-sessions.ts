import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { listSessionsOf } from './list-user-sessions.js'
import { operation } from './operation.js'

export const adminListUserSessions = operation({
  name: 'AdminListUserSessions',
  kind: 'admin about a user',
  input: structure({
    UserPoolId: required(c.UserPoolId),
    Username: required(c.Username),
    NextToken: c.PaginationKey,
  }),
  run: listSessionsOf,
})
