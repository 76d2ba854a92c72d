import { hidesUserExistence } from '../clients/app-client.js'
import { requestCode } from '../codes/request-code.js'
import { deliverCode } from '../delivery/deliver-code.js'
import { simulateDelivery } from '../delivery/simulate-delivery.js'
import { errors } from '../errors.js'
import { rulesOf } from '../pools/rules.js'
import { assertSelfRecovery, recoveryChannel } from '../users/recovery-channel.js'
import { attemptSubject } from '../users/subject.js'
import { findUser } from '../users/user.js'
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
    const { context, client, pool } = call
    const hides = hidesUserExistence(client)
    const user = await findUser(context.db, pool, input.Username)
    const subject = attemptSubject(call, user, input.Username)
    if (!user && !hides) throw errors.usernameClientNotFound()
    assertSelfRecovery(pool)
    const requested = await requestCode(
      context,
      pool,
      { user, subject, action: 'ForgotPassword', purpose: 'reset-password' },
      (current) => {
        if (!current.enabled && !hides) throw errors.userDisabled()
        if (!current.enabled) return undefined
        if (current.status === 'FORCE_CHANGE_PASSWORD' || current.status === 'EXTERNAL_PROVIDER')
          throw errors.passwordCannotBeReset()
        const channel = recoveryChannel(pool, current)
        if (!channel && !hides) throw errors.noRecoveryChannel()
        return channel
      },
    )
    if (!requested) {
      // Nothing is sent; the answer looks as if.
      const attributes = rulesOf(pool).recovery.attributes
      return { CodeDeliveryDetails: await simulateDelivery(context, pool, input.Username, attributes) }
    }
    const { code, destination } = requested
    return {
      CodeDeliveryDetails: await deliverCode(context, pool, requested.user, {
        ...destination,
        purpose: 'forgot-password',
        code,
      }),
    }
  },
})
