import { errors } from '../errors.js'
import { describeGroup, groupOfRow } from '../groups/group.js'
import { getUserPoolForUpdate } from '../pools/user-pool.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

/** Groups of a pool. */
const MAX_GROUPS = 10_000

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
    const now = context.clock.now()
    const row = {
      user_pool_id: input.UserPoolId,
      name: input.GroupName,
      description: input.Description ?? null,
      role_arn: input.RoleArn ?? null,
      precedence: input.Precedence ?? null,
      created_at: now,
      updated_at: now,
    }
    await context.db.transaction().execute(async (tx) => {
      await getUserPoolForUpdate(tx, input.UserPoolId)
      const { count } = await tx
        .selectFrom('groups')
        .select(({ fn }) => fn.countAll<number | string>().as('count'))
        .where('user_pool_id', '=', input.UserPoolId)
        .executeTakeFirstOrThrow()
      if (Number(count) >= MAX_GROUPS) throw errors.tooManyGroups()
      const { numInsertedOrUpdatedRows } = await tx
        .insertInto('groups')
        .values(row)
        .onConflict((conflict) => conflict.columns(['user_pool_id', 'name']).doNothing())
        .executeTakeFirst()
      if (numInsertedOrUpdatedRows !== 1n) throw errors.groupExists()
    })
    return { Group: describeGroup(groupOfRow(row)) }
  },
})
