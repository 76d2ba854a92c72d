import { errors } from '../../errors.js'
import { operation } from '../../operations/operation.js'
import * as c from '../../wire/constraints.js'
import * as s from '../../wire/identity-pool-settings.js'
import { page, pageStart } from '../../wire/page.js'
import { required, structure } from '../../wire/shape.js'
import { developerLogin, findOwner } from '../developer-login.js'
import { getIdentity } from '../identity.js'
import { getIdentityPool } from '../identity-pool.js'

export const lookupDeveloperIdentity = operation({
  name: 'LookupDeveloperIdentity',
  kind: 'none',
  input: structure({
    IdentityPoolId: required(s.IdentityPoolId),
    IdentityId: s.IdentityId,
    DeveloperUserIdentifier: s.DeveloperUserIdentifier,
    MaxResults: c.QueryLimit,
    NextToken: s.IdentityPaginationKey,
  }),
  async run({ context }, input) {
    const { IdentityId, DeveloperUserIdentifier: user, MaxResults: limit = c.MAX_LIMIT, NextToken } = input
    const pool = await getIdentityPool(context.db, input.IdentityPoolId)
    const { provider } = developerLogin(pool, '')
    if (IdentityId === undefined && user === undefined)
      throw errors.missingParameter('IdentityId or DeveloperUserIdentifier')
    const owner =
      user === undefined ? undefined : await findOwner(context.db, pool.id, { provider, subject: user })
    if (user !== undefined && owner === undefined) throw errors.developerUserNotFound()
    if (owner !== undefined && IdentityId !== undefined && owner !== IdentityId)
      throw errors.developerUserOfAnother()
    const id = IdentityId ?? owner ?? ''
    if ((await getIdentity(context.db, id)).poolId !== pool.id) throw errors.identityNotFound(id)
    const list = ['LookupDeveloperIdentity', id]
    const [after = ''] = pageStart(context, list, NextToken) ?? []
    const found = await context.db
      .selectFrom('identity_logins')
      .select('subject')
      .where('identity_id', '=', id)
      .where('provider', '=', provider)
      .where('subject', '>', after)
      .orderBy('subject')
      .limit(limit + 1)
      .execute()
    const { rows, token } = page(context, list, found, limit, ({ subject }) => [subject])
    return {
      IdentityId: id,
      DeveloperUserIdentifierList: rows.map(({ subject }) => subject),
      NextToken: token,
    }
  },
})
