import { operation } from '../../operations/operation.js'
import * as c from '../../wire/constraints.js'
import * as s from '../../wire/identity-pool-settings.js'
import { page, pageStart } from '../../wire/page.js'
import { boolean, required, structure } from '../../wire/shape.js'
import { describeIdentity } from '../describe-identity.js'
import { identityOfRow } from '../identity.js'
import { getIdentityPool } from '../identity-pool.js'

export const listIdentities = operation({
  name: 'ListIdentities',
  kind: 'none',
  input: structure({
    IdentityPoolId: required(s.IdentityPoolId),
    MaxResults: required(c.QueryLimit),
    NextToken: s.IdentityPaginationKey,
    HideDisabled: boolean,
  }),
  async run({ context }, { IdentityPoolId, MaxResults: limit, NextToken, HideDisabled = false }) {
    const pool = await getIdentityPool(context.db, IdentityPoolId)
    const list = ['ListIdentities', pool.id, String(HideDisabled)]
    const [after = ''] = pageStart(context, list, NextToken) ?? []
    const found = await context.db
      .selectFrom('identities')
      .selectAll()
      .where('identity_pool_id', '=', pool.id)
      .where('id', '>', after)
      .$if(HideDisabled, (query) => query.where('enabled', '=', 1))
      .orderBy('id')
      .limit(limit + 1)
      .execute()
    const { rows, token } = page(context, list, found, limit, ({ id }) => [id])
    const ids = rows.map(({ id }) => id)
    const logins = await context.db
      .selectFrom('identity_logins')
      .select(['identity_id', 'provider'])
      .where('identity_id', 'in', ids.length > 0 ? ids : [''])
      .orderBy('provider')
      .execute()
    return {
      IdentityPoolId: pool.id,
      Identities: rows.map((row) =>
        describeIdentity(
          context,
          pool,
          identityOfRow(row),
          logins.flatMap(({ identity_id, provider }) => (identity_id === row.id ? [provider] : [])),
        ),
      ),
      NextToken: token,
    }
  },
})
