import { getUserPool } from '../pools/user-pool.js'
import { saveEnabled } from '../users/save-user.js'
import { getUser, getUserForUpdate } from '../users/user.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

export const adminEnableUser = operation({
  caller: 'admin',
  input: structure({ UserPoolId: required(c.UserPoolId), Username: required(c.Username) }),
  async run(context, input) {
    const pool = await getUserPool(context.db, input.UserPoolId)
    const { id } = await getUser(context.db, pool, input.Username)
    await context.db.transaction().execute(async (tx) => {
      await saveEnabled(context, tx, await getUserForUpdate(tx, pool, id), true)
    })
    return {}
  },
})
