import { createCode } from '../codes/verification-code.js'
import { countMessages } from '../delivery/count-messages.js'
import { deliverCode } from '../delivery/deliver-code.js'
import { errors } from '../errors.js'
import { endSessions } from '../tokens/end-sessions.js'
import { recoveryChannel } from '../users/recovery-channel.js'
import { saveStatus } from '../users/save-user.js'
import { getUserForUpdate } from '../users/user.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { ClientMetadata } from '../wire/shared-members.js'
import { operation } from './operation.js'

/** The present password is no longer good; a code lets the user choose another. */
export const adminResetUserPassword = operation({
  name: 'AdminResetUserPassword',
  kind: 'admin about a user',
  input: structure({
    UserPoolId: required(c.UserPoolId),
    Username: required(c.Username),
    ClientMetadata,
  }),
  async run(call) {
    const { context, pool } = call
    const { user, channel, code } = await context.db.transaction().execute(async (tx) => {
      const user = await getUserForUpdate(tx, pool, call.user.id)
      if (!user.enabled) throw errors.userDisabledNoStop()
      if (user.status !== 'CONFIRMED' && user.status !== 'RESET_REQUIRED')
        throw errors.passwordCannotBeReset()
      const channel = recoveryChannel(pool, user)
      if (!channel) throw errors.noRecoveryChannel()
      await saveStatus(context, tx, user, 'RESET_REQUIRED')
      await endSessions(context, tx, user.id)
      if (!(await countMessages(call, tx, [{ to: channel, asked: 'proven' }])))
        throw errors.attemptLimitExceeded()
      const { code } = await createCode(context, tx, user, 'reset-password', channel.attribute)
      return { user: { ...user, status: 'RESET_REQUIRED' as const }, channel, code }
    })
    await deliverCode(call, user, channel, { purpose: 'forgot-password', code })
    return {}
  },
})
