import { insertGroup } from '../groups/create-group.js'
import { describeGroup } from '../groups/group.js'
import { getUserPoolForUpdate } from '../pools/user-pool.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

export const createGroup = operation({
  name: 'CreateGroup',
  kind: 'admin',
  input: structure({
    GroupName: required(c.GroupName),
    UserPoolId: required(c.UserPoolId),
    Description: c.Description,
    RoleArn: c.Arn,
    Precedence: c.Precedence,
  }),
  async run({ context }, input) {
    const group = await context.db.transaction().execute(async (tx) => {
      await getUserPoolForUpdate(tx, input.UserPoolId)
      return await insertGroup(context, tx, input.UserPoolId, {
        name: input.GroupName,
        description: input.Description,
        roleArn: input.RoleArn,
        precedence: input.Precedence,
      })
    })
    return { Group: describeGroup(group) }
  },
})
