import { getGroupOfPool } from '../groups/group.js'
import { getUserPool } from '../pools/user-pool.js'
import { getUser } from '../users/user.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

/** Removing a user who is not there changes nothing. */
export const adminRemoveUserFromGroup = operation({
  caller: 'admin',
  input: structure({
    UserPoolId: required(c.UserPoolId),
    Username: required(c.Username),
    GroupName: required(c.GroupName),
  }),
  async run(context, input) {
    const pool = await getUserPool(context.db, input.UserPoolId)
    const user = await getUser(context.db, pool, input.Username)
    const group = await getGroupOfPool(context.db, pool.id, input.GroupName)
    await context.db
      .deleteFrom('group_members')
      .where('user_id', '=', user.id)
      .where('group_name', '=', group.name)
      .execute()
    return undefined
  },
})
