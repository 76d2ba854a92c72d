import { errors } from '../errors.js'
import { getUserPool } from '../pools/user-pool.js'
import { getUser } from '../users/user.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

export const adminDeleteUser = operation({
  caller: 'admin',
  input: structure({ UserPoolId: required(c.UserPoolId), Username: required(c.Username) }),
  async run(context, input) {
    const pool = await getUserPool(context.db, input.UserPoolId)
    const { id } = await getUser(context.db, pool, input.Username)
    const { numDeletedRows } = await context.db.deleteFrom('users').where('id', '=', id).executeTakeFirst()
    if (numDeletedRows === 0n) throw errors.userNotFound()
    return undefined
  },
})
