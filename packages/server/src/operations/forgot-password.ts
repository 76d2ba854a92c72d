import { type RequestedCode, sendRequestedCode } from '../codes/send-requested-code.js'
import { errors } from '../errors.js'
import { migrateAtForgotPassword } from '../flows/migrate-user.js'
import { rulesOf } from '../pools/rules.js'
import { assertSelfRecovery, recoveryChannel } from '../users/recovery-channel.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { AnalyticsMetadata, ClientMetadata, UserContextData } from '../wire/shared-members.js'
import { operation } from './operation.js'

export const forgotPassword = operation({
  name: 'ForgotPassword',
  kind: 'client',
  input: structure({
    ClientId: required(c.ClientId),
    SecretHash: c.SecretHash,
    UserContextData,
    Username: required(c.Username),
    AnalyticsMetadata,
    ClientMetadata,
  }),
  async run(call, input) {
    assertSelfRecovery(call.pool)
    await migrateAtForgotPassword(call, input.Username)
    return { CodeDeliveryDetails: await sendRequestedCode(call, input.Username, RESET_CODE) }
  },
})

const RESET_CODE: RequestedCode = {
  action: 'ForgotPassword',
  purpose: 'reset-password',
  message: 'forgot-password',
  attributes: (pool) => rulesOf(pool).recovery.attributes,
  destinationOf(pool, user) {
    if (!user.enabled) return errors.userDisabled()
    if (user.status === 'FORCE_CHANGE_PASSWORD' || user.status === 'EXTERNAL_PROVIDER')
      return errors.passwordCannotBeReset()
    return recoveryChannel(pool, user) ?? errors.noRecoveryChannel()
  },
}
