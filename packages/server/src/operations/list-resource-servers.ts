import { describeResourceServer, resourceServerOfRow } from '../resource-servers/resource-server.js'
import * as c from '../wire/constraints.js'
import { page, pageStart } from '../wire/page.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

export const listResourceServers = operation({
  name: 'ListResourceServers',
  kind: 'admin',
  input: structure({
    UserPoolId: required(c.UserPoolId),
    MaxResults: c.ListResourceServersLimit,
    NextToken: c.PaginationKey,
  }),
  async run({ context, pool }, { MaxResults: limit = c.MAX_RESOURCE_SERVERS, NextToken }) {
    const list = ['ListResourceServers', pool.id]
    const [after = ''] = pageStart(context, list, NextToken) ?? []
    const found = await context.db
      .selectFrom('resource_servers')
      .selectAll()
      .where('user_pool_id', '=', pool.id)
      .where('identifier', '>', after)
      .orderBy('identifier')
      .limit(limit + 1)
      .execute()
    const { rows, token } = page(context, list, found, limit, ({ identifier }) => [identifier])
    return { ResourceServers: rows.map(resourceServerOfRow).map(describeResourceServer), NextToken: token }
  },
})
