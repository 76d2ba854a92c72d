import { saveEnabled } from '../users/save-user.js'
import { getUserForUpdate } from '../users/user.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

export const adminEnableUser = operation({
  name: 'AdminEnableUser',
  kind: 'admin about a user',
  input: structure({ UserPoolId: required(c.UserPoolId), Username: required(c.Username) }),
  async run({ context, pool, user: { id } }) {
    await context.db.transaction().execute(async (tx) => {
      await saveEnabled(context, tx, await getUserForUpdate(tx, pool, id), true)
    })
    return {}
  },
})
