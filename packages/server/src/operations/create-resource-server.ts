import { getUserPoolForUpdate } from '../pools/user-pool.js'
import { createResourceServer as insert } from '../resource-servers/create-resource-server.js'
import { describeResourceServer } from '../resource-servers/resource-server.js'
import * as c from '../wire/constraints.js'
import { resourceServerMembers } from '../wire/resource-server-members.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

export const createResourceServer = operation({
  name: 'CreateResourceServer',
  kind: 'admin',
  input: structure({ UserPoolId: required(c.UserPoolId), ...resourceServerMembers }),
  async run(
    { context },
    { UserPoolId: userPoolId, Identifier: identifier, Name: name, Scopes: scopes = [] },
  ) {
    const server = { userPoolId, identifier, name, scopes }
    await context.db.transaction().execute(async (tx) => {
      await getUserPoolForUpdate(tx, userPoolId)
      await insert(tx, server)
    })
    return { ResourceServer: describeResourceServer(server) }
  },
})
