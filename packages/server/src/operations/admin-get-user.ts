import { getUserPool } from '../pools/user-pool.js'
import { describeUser } from '../users/describe-user.js'
import { getUser } from '../users/user.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

export const adminGetUser = operation({
  caller: 'admin',
  input: structure({ UserPoolId: required(c.UserPoolId), Username: required(c.Username) }),
  async run(context, input) {
    const pool = await getUserPool(context.db, input.UserPoolId)
    const { Attributes, ...user } = describeUser(await getUser(context.db, pool, input.Username))
    return { ...user, UserAttributes: Attributes }
  },
})
