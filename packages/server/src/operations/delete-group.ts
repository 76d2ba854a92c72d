import { errors } from '../errors.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

export const deleteGroup = operation({
  name: 'DeleteGroup',
  kind: 'admin',
  input: structure({ GroupName: required(c.GroupName), UserPoolId: required(c.UserPoolId) }),
  async run({ context, pool }, input) {
    const { numDeletedRows } = await context.db
      .deleteFrom('groups')
      .where('user_pool_id', '=', pool.id)
      .where('name', '=', input.GroupName)
      .executeTakeFirst()
    if (numDeletedRows === 0n) throw errors.groupNotFound()
    return undefined
  },
})
