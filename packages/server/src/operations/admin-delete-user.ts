import { errors } from '../errors.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

export const adminDeleteUser = operation({
  name: 'AdminDeleteUser',
  kind: 'admin about a user',
  input: structure({ UserPoolId: required(c.UserPoolId), Username: required(c.Username) }),
  async run({ context, user }) {
    const { numDeletedRows } = await context.db
      .deleteFrom('users')
      .where('id', '=', user.id)
      .executeTakeFirst()
    if (numDeletedRows === 0n) throw errors.userNotFound()
    return undefined
  },
})
