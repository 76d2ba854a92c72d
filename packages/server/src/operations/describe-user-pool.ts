import { describeUserPool as describePool } from '../pools/describe-user-pool.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

export const describeUserPool = operation({
  name: 'DescribeUserPool',
  kind: 'admin',
  input: structure({ UserPoolId: required(c.UserPoolId) }),
  async run({ context, pool }) {
    return { UserPool: await describePool(context, context.db, pool) }
  },
})
