import { describeGroup, groupOfRow } from '../groups/group.js'
import * as c from '../wire/constraints.js'
import { page, pageStart } from '../wire/page.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

export const listGroups = operation({
  name: 'ListGroups',
  kind: 'admin',
  input: structure({ UserPoolId: required(c.UserPoolId), Limit: c.ListLimit, NextToken: c.PaginationKey }),
  async run({ context, pool }, { Limit, NextToken }) {
    const limit = Limit || c.MAX_LIMIT
    const list = ['ListGroups', pool.id]
    const [after = ''] = pageStart(context, list, NextToken) ?? []
    const found = await context.db
      .selectFrom('groups')
      .selectAll()
      .where('user_pool_id', '=', pool.id)
      .where('name', '>', after)
      .orderBy('name')
      .limit(limit + 1)
      .execute()
    const { rows, token } = page(context, list, found, limit, ({ name }) => [name])
    return { Groups: rows.map(groupOfRow).map(describeGroup), NextToken: token }
  },
})
