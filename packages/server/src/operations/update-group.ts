import { describeGroup, getGroupForUpdate } from '../groups/group.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

/** What is not named stays as it is. */
export const updateGroup = operation({
  name: 'UpdateGroup',
  kind: 'admin',
  input: structure({
    GroupName: required(c.GroupName),
    UserPoolId: required(c.UserPoolId),
    Description: c.Description,
    RoleArn: c.Arn,
    Precedence: c.Precedence,
  }),
  async run({ context, pool }, input) {
    const group = await context.db.transaction().execute(async (tx) => {
      const current = await getGroupForUpdate(tx, pool.id, input.GroupName)
      const changed = {
        ...current,
        description: input.Description ?? current.description,
        roleArn: input.RoleArn ?? current.roleArn,
        precedence: input.Precedence ?? current.precedence,
        updatedAt: context.clock.now(),
      }
      await tx
        .updateTable('groups')
        .set({
          description: changed.description,
          role_arn: changed.roleArn,
          precedence: changed.precedence,
          updated_at: changed.updatedAt,
        })
        .where('user_pool_id', '=', pool.id)
        .where('name', '=', current.name)
        .execute()
      return changed
    })
    return { Group: describeGroup(group) }
  },
})
