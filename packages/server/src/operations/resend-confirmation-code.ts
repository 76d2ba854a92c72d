import { hidesUserExistence } from '../clients/app-client.js'
import { requestCode } from '../codes/request-code.js'
import { deliverCode } from '../delivery/deliver-code.js'
import { simulateDelivery } from '../delivery/simulate-delivery.js'
import { errors } from '../errors.js'
import { rulesOf } from '../pools/rules.js'
import { autoVerifiedDelivery } from '../users/code-destination.js'
import { attemptSubject } from '../users/subject.js'
import { findUser } from '../users/user.js'
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
    const { context, client, pool } = call
    if (rulesOf(pool).autoVerified.length === 0) throw errors.cannotResendCodes()
    const user = await findUser(context.db, pool, input.Username)
    const subject = attemptSubject(call, user, input.Username)
    const hides = hidesUserExistence(client)
    if (!user && !hides) throw errors.usernameClientNotFound()
    const requested = await requestCode(
      context,
      pool,
      { user, subject, action: 'ResendConfirmationCode', purpose: 'sign-up' },
      (current) => {
        if (!current.enabled && !hides) throw errors.userDisabled()
        if (!current.enabled) return undefined
        if (current.status !== 'UNCONFIRMED') throw errors.alreadyConfirmed()
        const destination = autoVerifiedDelivery(pool, current.attributes)
        if (!destination && !hides) throw errors.cannotResendCodes()
        return destination
      },
    )
    if (!requested) {
      // Nothing is sent; the answer looks as if.
      const attributes = rulesOf(pool).autoVerified
      return { CodeDeliveryDetails: await simulateDelivery(context, pool, input.Username, attributes) }
    }
    const { code, destination } = requested
    return {
      CodeDeliveryDetails: await deliverCode(context, pool, requested.user, {
        ...destination,
        purpose: 'resend-code',
        code,
        clientId: client.id,
      }),
    }
  },
})
