import { describeResourceServer as describe, getResourceServer } from '../resource-servers/resource-server.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

export const describeResourceServer = operation({
  name: 'DescribeResourceServer',
  kind: 'admin',
  input: structure({ UserPoolId: required(c.UserPoolId), Identifier: required(c.ResourceServerIdentifier) }),
  async run({ context, pool }, { Identifier }) {
    return { ResourceServer: describe(await getResourceServer(context.db, pool.id, Identifier)) }
  },
})
