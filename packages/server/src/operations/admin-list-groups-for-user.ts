import { describeGroup, groupOfRow } from '../groups/group.js'
import * as c from '../wire/constraints.js'
import { page, pageStart } from '../wire/page.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

export const adminListGroupsForUser = operation({
  name: 'AdminListGroupsForUser',
  kind: 'admin about a user',
  input: structure({
    Username: required(c.Username),
    UserPoolId: required(c.UserPoolId),
    Limit: c.ListLimit,
    NextToken: c.PaginationKey,
  }),
  async run({ context, user }, { Limit, NextToken }) {
    const limit = Limit || c.MAX_LIMIT
    const list = ['AdminListGroupsForUser', user.id]
    const [after = ''] = pageStart(context, list, NextToken) ?? []
    const found = await context.db
      .selectFrom('group_members as m')
      .innerJoin('groups as g', (join) =>
        join.onRef('g.user_pool_id', '=', 'm.user_pool_id').onRef('g.name', '=', 'm.group_name'),
      )
      .selectAll('g')
      .where('m.user_id', '=', user.id)
      .where('m.group_name', '>', after)
      .orderBy('m.group_name')
      .limit(limit + 1)
      .execute()
    const { rows, token } = page(context, list, found, limit, ({ name }) => [name])
    return { Groups: rows.map(groupOfRow).map(describeGroup), NextToken: token }
  },
})
