import { describeUser } from '../users/describe-user.js'
import { describeMfa } from '../users/mfa-preference.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

export const adminGetUser = operation({
  name: 'AdminGetUser',
  kind: 'admin about a user',
  input: structure({ UserPoolId: required(c.UserPoolId), Username: required(c.Username) }),
  async run({ user }) {
    const { Attributes, ...described } = describeUser(user)
    return { ...described, UserAttributes: Attributes, ...describeMfa(user) }
  },
})
