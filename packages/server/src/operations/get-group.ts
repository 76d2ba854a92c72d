import { describeGroup, getGroupOfPool } from '../groups/group.js'
import { getUserPool } from '../pools/user-pool.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

export const getGroup = operation({
  caller: 'admin',
  input: structure({ GroupName: required(c.GroupName), UserPoolId: required(c.UserPoolId) }),
  async run(context, input) {
    const pool = await getUserPool(context.db, input.UserPoolId)
    return { Group: describeGroup(await getGroupOfPool(context.db, pool.id, input.GroupName)) }
  },
})
