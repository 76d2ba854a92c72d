import { describeUser } from '../users/describe-user.js'
import { listUsers as findUsers } from '../users/list-users.js'
import { parseUserFilter } from '../users/user-filter.js'
import * as c from '../wire/constraints.js'
import { page, pageStart } from '../wire/page.js'
import { list, required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

export const listUsers = operation({
  name: 'ListUsers',
  kind: 'admin',
  input: structure({
    UserPoolId: required(c.UserPoolId),
    AttributesToGet: list(c.AttributeName),
    Limit: c.ListLimit,
    PaginationToken: c.SearchPaginationToken,
    Filter: c.UserFilter,
  }),
  async run({ context, pool }, { AttributesToGet, Limit, PaginationToken, Filter = '' }) {
    const limit = Limit || c.MAX_LIMIT
    const filter = parseUserFilter(Filter)
    const name = ['ListUsers', pool.id, Filter]
    const after = pageStart(context, name, PaginationToken)
    const found = await findUsers(context.db, { pool, after, limit: limit + 1 }, filter)
    const { rows, token } = page(context, name, found, limit, ({ position }) => position)
    return {
      Users: rows.map(({ user }) => {
        const described = describeUser(user)
        return AttributesToGet
          ? {
              ...described,
              Attributes: described.Attributes.filter(({ Name }) => AttributesToGet.includes(Name)),
            }
          : described
      }),
      PaginationToken: token,
    }
  },
})
