import { errors } from '../errors.js'
import { getUserPool } from '../pools/user-pool.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

export const deleteUserPoolClient = operation({
  caller: 'admin',
  input: structure({ UserPoolId: required(c.UserPoolId), ClientId: required(c.ClientId) }),
  async run(context, { UserPoolId, ClientId }) {
    await getUserPool(context.db, UserPoolId)
    const { numDeletedRows } = await context.db
      .deleteFrom('app_clients')
      .where('id', '=', ClientId)
      .where('user_pool_id', '=', UserPoolId)
      .executeTakeFirst()
    if (numDeletedRows === 0n) throw errors.clientNotFound(ClientId)
    return undefined
  },
})
