import { addUserToGroup } from '../groups/add-user-to-group.js'
import { getUserForUpdate } from '../users/user.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

/** Adding a user who is there already changes nothing. */
export const adminAddUserToGroup = operation({
  name: 'AdminAddUserToGroup',
  kind: 'admin about a user',
  input: structure({
    UserPoolId: required(c.UserPoolId),
    Username: required(c.Username),
    GroupName: required(c.GroupName),
  }),
  async run({ context, pool, user: { id } }, input) {
    await context.db.transaction().execute(async (tx) => {
      const user = await getUserForUpdate(tx, pool, id)
      await addUserToGroup(tx, user, input.GroupName)
    })
    return undefined
  },
})
