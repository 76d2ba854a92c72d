import { hidesUserExistence, verifySecretHash } from '../clients/app-client.js'
import { getClientAndPool } from '../clients/known-clients.js'
import { createCode } from '../codes/verification-code.js'
import { deliverCode } from '../delivery/deliver-code.js'
import { simulateDelivery } from '../delivery/simulate-delivery.js'
import { errors } from '../errors.js'
import { spendQuota } from '../users/quota.js'
import { assertSelfRecovery, recoveryAttributes, recoveryChannel } from '../users/recovery-channel.js'
import { attemptSubject } from '../users/subject.js'
import { findUser } from '../users/user.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { AnalyticsMetadata, ClientMetadata, operation, UserContextData } from './operation.js'

export const forgotPassword = operation({
  caller: 'client',
  input: structure({
    ClientId: required(c.ClientId),
    SecretHash: c.SecretHash,
    UserContextData,
    Username: required(c.Username),
    AnalyticsMetadata,
    ClientMetadata,
  }),
  async run(context, input) {
    const { client, pool } = await getClientAndPool(context, input.ClientId)
    verifySecretHash(context, client, input.SecretHash, [input.Username], errors.secretNotReceived)
    const hides = hidesUserExistence(client)
    const user = await findUser(context.db, pool, input.Username)
    if (!user && !hides) throw errors.usernameClientNotFound()
    assertSelfRecovery(pool)
    await spendQuota(context, attemptSubject(context, pool, user, input.Username), 'ForgotPassword')

    // Nothing is sent; the answer looks as if.
    const simulated = async () => ({
      CodeDeliveryDetails: await simulateDelivery(context, pool, input.Username, recoveryAttributes(pool)),
    })
    if (!user) return await simulated()
    if (!user.enabled) {
      if (hides) return await simulated()
      throw errors.userDisabled()
    }
    if (user.status === 'FORCE_CHANGE_PASSWORD' || user.status === 'EXTERNAL_PROVIDER')
      throw errors.passwordCannotBeReset()
    const channel = recoveryChannel(pool, user)
    if (!channel) {
      if (hides) return await simulated()
      throw errors.noRecoveryChannel()
    }
    const code = await context.db
      .transaction()
      .execute((tx) => createCode(context, tx, user, 'reset-password', channel.attribute))
    return {
      CodeDeliveryDetails: await deliverCode(context, pool, user, {
        ...channel,
        purpose: 'forgot-password',
        code,
      }),
    }
  },
})
