import { getGroupOfPool } from '../groups/group.js'
import { describeUser } from '../users/describe-user.js'
import { userOfRow } from '../users/user.js'
import * as c from '../wire/constraints.js'
import { page, pageStart } from '../wire/page.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

export const listUsersInGroup = operation({
  name: 'ListUsersInGroup',
  kind: 'admin',
  input: structure({
    UserPoolId: required(c.UserPoolId),
    GroupName: required(c.GroupName),
    Limit: c.ListLimit,
    NextToken: c.PaginationKey,
  }),
  async run({ context, pool }, { GroupName, Limit, NextToken }) {
    const group = await getGroupOfPool(context.db, pool.id, GroupName)
    const limit = Limit || c.MAX_LIMIT
    const list = ['ListUsersInGroup', pool.id, group.name]
    const [after = ''] = pageStart(context, list, NextToken) ?? []
    const found = await context.db
      .selectFrom('group_members as m')
      .innerJoin('users as u', 'u.id', 'm.user_id')
      .selectAll('u')
      .where('m.user_pool_id', '=', pool.id)
      .where('m.group_name', '=', group.name)
      .where('m.user_id', '>', after)
      .orderBy('m.user_id')
      .limit(limit + 1)
      .execute()
    const { rows, token } = page(context, list, found, limit, ({ id }) => [id])
    return { Users: rows.map(userOfRow).map(describeUser), NextToken: token }
  },
})
