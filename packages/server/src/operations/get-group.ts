import { describeGroup, getGroupOfPool } from '../groups/group.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

export const getGroup = operation({
  name: 'GetGroup',
  kind: 'admin',
  input: structure({ GroupName: required(c.GroupName), UserPoolId: required(c.UserPoolId) }),
  async run({ context, pool }, input) {
    return { Group: describeGroup(await getGroupOfPool(context.db, pool.id, input.GroupName)) }
  },
})
