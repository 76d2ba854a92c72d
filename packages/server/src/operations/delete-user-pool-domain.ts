import { errors } from '../errors.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

export const deleteUserPoolDomain = operation({
  name: 'DeleteUserPoolDomain',
  kind: 'admin',
  input: structure({ Domain: required(c.Domain), UserPoolId: required(c.UserPoolId) }),
  async run({ context, pool }, { Domain }) {
    const { numDeletedRows } = await context.db
      .deleteFrom('domains')
      .where('domain', '=', Domain)
      .where('user_pool_id', '=', pool.id)
      .executeTakeFirst()
    if (numDeletedRows === 0n) throw errors.domainNotFound(Domain)
    return {}
  },
})
