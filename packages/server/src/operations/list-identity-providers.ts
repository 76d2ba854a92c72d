import * as c from '../wire/constraints.js'
import { page, pageStart } from '../wire/page.js'
import { required, structure } from '../wire/shape.js'
import { timestamp } from '../wire/timestamp.js'
import { operation } from './operation.js'

export const listIdentityProviders = operation({
  name: 'ListIdentityProviders',
  kind: 'admin',
  input: structure({
    UserPoolId: required(c.UserPoolId),
    MaxResults: c.ListProvidersLimit,
    NextToken: c.PaginationKey,
  }),
  async run({ context, pool }, { MaxResults, NextToken }) {
    const limit = MaxResults || c.MAX_LIMIT
    const list = ['ListIdentityProviders', pool.id]
    const [after = ''] = pageStart(context, list, NextToken) ?? []
    const found = await context.db
      .selectFrom('identity_providers')
      .select(['name', 'type', 'created_at', 'updated_at'])
      .where('user_pool_id', '=', pool.id)
      .where('name', '>', after)
      .orderBy('name')
      .limit(limit + 1)
      .execute()
    const { rows, token } = page(context, list, found, limit, ({ name }) => [name])
    const providers = rows.map(({ name, type, created_at, updated_at }) => ({
      ProviderName: name,
      ProviderType: type,
      CreationDate: timestamp(created_at),
      LastModifiedDate: timestamp(updated_at),
    }))
    return { Providers: providers, NextToken: token }
  },
})
