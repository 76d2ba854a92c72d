import { getGroupOfPool } from '../groups/group.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

/** Removing a user who is not there changes nothing. */
export const adminRemoveUserFromGroup = operation({
  name: 'AdminRemoveUserFromGroup',
  kind: 'admin about a user',
  input: structure({
    UserPoolId: required(c.UserPoolId),
    Username: required(c.Username),
    GroupName: required(c.GroupName),
  }),
  async run({ context, pool, user }, input) {
    const group = await getGroupOfPool(context.db, pool.id, input.GroupName)
    await context.db
      .deleteFrom('group_members')
      .where('user_id', '=', user.id)
      .where('group_name', '=', group.name)
      .execute()
    return undefined
  },
})
