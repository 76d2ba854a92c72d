import { errors } from '../errors.js'
import { assertScopesOnce } from '../resource-servers/create-resource-server.js'
import { describeResourceServer } from '../resource-servers/resource-server.js'
import * as c from '../wire/constraints.js'
import { resourceServerMembers } from '../wire/resource-server-members.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

/** A full replacement. Clients keep the names of scopes that are gone, and get tokens for none of them. */
export const updateResourceServer = operation({
  name: 'UpdateResourceServer',
  kind: 'admin',
  input: structure({ UserPoolId: required(c.UserPoolId), ...resourceServerMembers }),
  async run({ context, pool }, { Identifier: identifier, Name: name, Scopes: scopes = [] }) {
    assertScopesOnce({ scopes })
    const { numUpdatedRows } = await context.db
      .updateTable('resource_servers')
      .set({ name, scopes: JSON.stringify(scopes) })
      .where('user_pool_id', '=', pool.id)
      .where('identifier', '=', identifier)
      .executeTakeFirst()
    if (numUpdatedRows === 0n) throw errors.resourceServerNotFound(identifier)
    return { ResourceServer: describeResourceServer({ userPoolId: pool.id, identifier, name, scopes }) }
  },
})
