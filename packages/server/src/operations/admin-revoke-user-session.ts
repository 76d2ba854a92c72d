import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'
import { revokedSessionMembers, revokeSessionOf } from './revoke-user-session.js'

export const adminRevokeUserSession = operation({
  name: 'AdminRevokeUserSession',
  kind: 'admin about a user',
  input: structure({
    UserPoolId: required(c.UserPoolId),
    Username: required(c.Username),
    ...revokedSessionMembers,
  }),
  run: revokeSessionOf,
})
