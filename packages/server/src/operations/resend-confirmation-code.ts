import { type RequestedCode, sendRequestedCode } from '../codes/send-requested-code.js'
import { errors } from '../errors.js'
import { rulesOf } from '../pools/rules.js'
import { autoVerifiedDelivery } from '../users/code-destination.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { AnalyticsMetadata, ClientMetadata, UserContextData } from '../wire/shared-members.js'
import { operation } from './operation.js'

export const resendConfirmationCode = operation({
  name: 'ResendConfirmationCode',
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
    if (rulesOf(call.pool).autoVerified.length === 0) throw errors.cannotResendCodes()
    return { CodeDeliveryDetails: await sendRequestedCode(call, input.Username, SIGN_UP_CODE) }
  },
})

const SIGN_UP_CODE: RequestedCode = {
  action: 'ResendConfirmationCode',
  purpose: 'sign-up',
  message: 'resend-code',
  attributes: (pool) => rulesOf(pool).autoVerified,
  destinationOf(pool, user) {
    if (!user.enabled) return errors.userDisabled()
    if (user.status !== 'UNCONFIRMED') return errors.alreadyConfirmed()
    return autoVerifiedDelivery(pool, user.attributes) ?? errors.cannotResendCodes()
  },
}
