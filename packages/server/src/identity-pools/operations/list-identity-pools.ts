import { operation } from '../../operations/operation.js'
import * as c from '../../wire/constraints.js'
import * as s from '../../wire/identity-pool-settings.js'
import { page, pageStart } from '../../wire/page.js'
import { required, structure } from '../../wire/shape.js'

export const listIdentityPools = operation({
  name: 'ListIdentityPools',
  kind: 'none',
  input: structure({ MaxResults: required(c.QueryLimit), NextToken: s.IdentityPaginationKey }),
  async run({ context }, { MaxResults: limit, NextToken }) {
    const list = ['ListIdentityPools']
    const [after = ''] = pageStart(context, list, NextToken) ?? []
    const found = await context.db
      .selectFrom('identity_pools')
      .select(['id', 'name'])
      .where('id', '>', after)
      .orderBy('id')
      .limit(limit + 1)
      .execute()
    const { rows, token } = page(context, list, found, limit, ({ id }) => [id])
    return {
      IdentityPools: rows.map(({ id, name }) => ({ IdentityPoolId: id, IdentityPoolName: name })),
      NextToken: token,
    }
  },
})
