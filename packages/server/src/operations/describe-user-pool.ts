import { describeUserPool as describePool } from '../pools/describe-user-pool.js'
import { getUserPool } from '../pools/user-pool.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

export const describeUserPool = operation({
  caller: 'admin',
  input: structure({ UserPoolId: required(c.UserPoolId) }),
  async run(context, input) {
    const pool = await getUserPool(context.db, input.UserPoolId)
    return { UserPool: await describePool(context, context.db, pool) }
  },
})
