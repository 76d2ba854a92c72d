import { hidesUserExistence, verifySecretHash } from '../clients/app-client.js'
import { getClientAndPool } from '../clients/known-clients.js'
import { createCode } from '../codes/verification-code.js'
import { autoVerified, autoVerifiedDelivery, deliverCode } from '../delivery/deliver-code.js'
import { simulateDelivery } from '../delivery/simulate-delivery.js'
import { errors } from '../errors.js'
import { spendQuota } from '../users/quota.js'
import { attemptSubject } from '../users/subject.js'
import { findUser } from '../users/user.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { AnalyticsMetadata, ClientMetadata, operation, UserContextData } from './operation.js'

export const resendConfirmationCode = operation({
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
    if (!pool.settings.AutoVerifiedAttributes?.length) throw errors.cannotResendCodes()
    const user = await findUser(context.db, pool, input.Username)
    if (!user && !hidesUserExistence(client)) throw errors.usernameClientNotFound()
    await spendQuota(context, attemptSubject(context, pool, user, input.Username), 'ResendConfirmationCode')
    if (!user || (!user.enabled && hidesUserExistence(client))) {
      // Nothing is sent; the answer looks as if.
      return {
        CodeDeliveryDetails: await simulateDelivery(context, pool, input.Username, autoVerified(pool)),
      }
    }
    if (!user.enabled) throw errors.userDisabled()
    if (user.status !== 'UNCONFIRMED') throw errors.alreadyConfirmed()
    const delivery = autoVerifiedDelivery(pool, user.attributes)
    if (!delivery) throw errors.cannotResendCodes()
    const code = await context.db
      .transaction()
      .execute((tx) => createCode(context, tx, user, 'sign-up', delivery.attribute))
    return {
      CodeDeliveryDetails: await deliverCode(context, pool, user, {
        ...delivery,
        purpose: 'resend-code',
        code,
        clientId: client.id,
      }),
    }
  },
})
