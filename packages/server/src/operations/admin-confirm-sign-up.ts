import { errors } from '../errors.js'
import { getUserPool } from '../pools/user-pool.js'
import { saveStatus } from '../users/save-user.js'
import { getUser, getUserForUpdate } from '../users/user.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { ClientMetadata } from '../wire/shared-members.js'
import { operation } from './operation.js'

/** Confirms the account, not an address: what would have received the code stays unverified. */
export const adminConfirmSignUp = operation({
  caller: 'admin',
  input: structure({
    UserPoolId: required(c.UserPoolId),
    Username: required(c.Username),
    ClientMetadata,
  }),
  async run(context, input) {
    const pool = await getUserPool(context.db, input.UserPoolId)
    const { id } = await getUser(context.db, pool, input.Username)
    await context.db.transaction().execute(async (tx) => {
      const user = await getUserForUpdate(tx, pool, id)
      if (user.status !== 'UNCONFIRMED') throw errors.cannotBeConfirmed(user.status)
      await saveStatus(context, tx, user, 'CONFIRMED')
    })
    return {}
  },
})
