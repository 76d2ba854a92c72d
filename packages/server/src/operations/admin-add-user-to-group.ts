import { errors } from '../errors.js'
import { getGroupForUpdate } from '../groups/group.js'
import { getUserForUpdate } from '../users/user.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

/** Groups of a user. */
const MAX_GROUPS_OF_USER = 100

/** Adding a user who is there already changes nothing. */
export const adminAddUserToGroup = operation({
  name: 'AdminAddUserToGroup',
  kind: 'admin about a user',
  input: structure({
    UserPoolId: required(c.UserPoolId),
    Username: required(c.Username),
    GroupName: required(c.GroupName),
  }),
  async run({ context, pool, user: { id } }, input) {
    await context.db.transaction().execute(async (tx) => {
      const user = await getUserForUpdate(tx, pool, id)
      const group = await getGroupForUpdate(tx, pool.id, input.GroupName)
      const groups = await tx
        .selectFrom('group_members')
        .select('group_name')
        .where('user_id', '=', user.id)
        .execute()
      if (groups.some((member) => member.group_name === group.name)) return
      if (groups.length >= MAX_GROUPS_OF_USER) throw errors.tooManyGroupsOfUser()
      await tx
        .insertInto('group_members')
        .values({ user_pool_id: pool.id, group_name: group.name, user_id: user.id })
        .execute()
    })
    return undefined
  },
})
