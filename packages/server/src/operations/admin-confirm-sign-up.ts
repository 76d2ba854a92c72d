import { errors } from '../errors.js'
import { runPostConfirmation } from '../triggers/run-post-confirmation.js'
import { saveStatus } from '../users/save-user.js'
import { getUserForUpdate } from '../users/user.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { ClientMetadata } from '../wire/shared-members.js'
import { operation } from './operation.js'

/** Confirms the account, not an address: what would have received the code stays unverified. */
export const adminConfirmSignUp = operation({
  name: 'AdminConfirmSignUp',
  kind: 'admin about a user',
  input: structure({
    UserPoolId: required(c.UserPoolId),
    Username: required(c.Username),
    ClientMetadata,
  }),
  async run(call) {
    const { context, pool } = call
    const confirmed = await context.db.transaction().execute(async (tx) => {
      const user = await getUserForUpdate(tx, pool, call.user.id)
      if (user.status !== 'UNCONFIRMED') throw errors.cannotBeConfirmed(user.status)
      return await saveStatus(context, tx, user, 'CONFIRMED')
    })
    await runPostConfirmation(call, 'ConfirmSignUp', confirmed)
    return {}
  },
})
