import { describeLambdaConfig } from '../pools/describe-user-pool.js'
import { userPoolOfRow } from '../pools/user-pool.js'
import * as c from '../wire/constraints.js'
import { page, pageStart } from '../wire/page.js'
import { required, structure } from '../wire/shape.js'
import { timestamp } from '../wire/timestamp.js'
import { operation } from './operation.js'

export const listUserPools = operation({
  name: 'ListUserPools',
  kind: 'none',
  input: structure({ NextToken: c.PaginationKey, MaxResults: required(c.PoolQueryLimit) }),
  async run({ context }, { NextToken, MaxResults: limit }) {
    const list = ['ListUserPools']
    const [after = ''] = pageStart(context, list, NextToken) ?? []
    const found = await context.db
      .selectFrom('user_pools')
      .selectAll()
      .where('id', '>', after)
      .orderBy('id')
      .limit(limit + 1)
      .execute()
    const { rows, token } = page(context, list, found, limit, ({ id }) => [id])
    return {
      UserPools: rows.map(userPoolOfRow).map((pool) => ({
        Id: pool.id,
        Name: pool.name,
        LambdaConfig: describeLambdaConfig(pool),
        LastModifiedDate: timestamp(pool.updatedAt),
        CreationDate: timestamp(pool.createdAt),
      })),
      NextToken: token,
    }
  },
})
