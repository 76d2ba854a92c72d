import * as c from '../wire/constraints.js'
import { page, pageStart } from '../wire/page.js'
import { oneOf, required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

export const listUserPoolClients = operation({
  name: 'ListUserPoolClients',
  kind: 'admin',
  input: structure({
    UserPoolId: required(c.UserPoolId),
    MaxResults: c.QueryLimit,
    NextToken: c.PaginationKey,
    ClientType: oneOf('DCR', 'REGULAR'),
  }),
  async run({ context, pool }, { MaxResults: limit = 60, NextToken, ClientType }) {
    // Clients that registered themselves (DCR): there is no way for one to do so here.
    if (ClientType === 'DCR') return { UserPoolClients: [] }
    const list = ['ListUserPoolClients', pool.id]
    const [after = ''] = pageStart(context, list, NextToken) ?? []
    const found = await context.db
      .selectFrom('app_clients')
      .select(['id', 'user_pool_id', 'name'])
      .where('user_pool_id', '=', pool.id)
      .where('id', '>', after)
      .orderBy('id')
      .limit(limit + 1)
      .execute()
    const { rows, token } = page(context, list, found, limit, ({ id }) => [id])
    return {
      UserPoolClients: rows.map((row) => ({
        ClientId: row.id,
        UserPoolId: row.user_pool_id,
        ClientName: row.name,
      })),
      NextToken: token,
    }
  },
})
