import { errors } from '../errors.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

export const deleteResourceServer = operation({
  name: 'DeleteResourceServer',
  kind: 'admin',
  input: structure({ UserPoolId: required(c.UserPoolId), Identifier: required(c.ResourceServerIdentifier) }),
  async run({ context, pool }, { Identifier }) {
    const { numDeletedRows } = await context.db
      .deleteFrom('resource_servers')
      .where('user_pool_id', '=', pool.id)
      .where('identifier', '=', Identifier)
      .executeTakeFirst()
    if (numDeletedRows === 0n) throw errors.resourceServerNotFound(Identifier)
    return undefined
  },
})
