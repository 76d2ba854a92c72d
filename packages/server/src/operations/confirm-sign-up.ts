import { hidesUserExistence, verifySecretHash } from '../clients/app-client.js'
import { getClientAndPool } from '../clients/known-clients.js'
import { unknownUserCode } from '../codes/unknown-user-code.js'
import { consumeCode } from '../codes/verification-code.js'
import { errors } from '../errors.js'
import { confirmSignedUpUser } from '../users/confirm-user.js'
import { spendQuota } from '../users/quota.js'
import { attemptSubject } from '../users/subject.js'
import { findUser } from '../users/user.js'
import * as c from '../wire/constraints.js'
import { boolean, required, structure } from '../wire/shape.js'
import { AnalyticsMetadata, ClientMetadata, operation, UserContextData } from './operation.js'

export const confirmSignUp = operation({
  caller: 'client',
  input: structure({
    ClientId: required(c.ClientId),
    SecretHash: c.SecretHash,
    Username: required(c.Username),
    ConfirmationCode: required(c.ConfirmationCode),
    ForceAliasCreation: boolean,
    AnalyticsMetadata,
    UserContextData,
    ClientMetadata,
    Session: c.Session,
  }),
  async run(context, input) {
    const { client, pool } = await getClientAndPool(context, input.ClientId)
    verifySecretHash(context, client, input.SecretHash, [input.Username], errors.secretNotReceived)
    const user = await findUser(context.db, pool, input.Username)
    if (!user && !hidesUserExistence(client)) throw errors.usernameClientNotFound()
    const subject = attemptSubject(context, pool, user, input.Username)
    await spendQuota(context, subject, 'ConfirmSignUp')
    if (!user) throw await unknownUserCode(context, subject, 'sign-up')
    if (!user.enabled) throw errors.userDisabled()
    if (user.status !== 'UNCONFIRMED') throw errors.cannotBeConfirmed(user.status)
    await context.db.transaction().execute(async (tx) => {
      const { attribute } = await consumeCode(context, tx, user, 'sign-up', input.ConfirmationCode)
      await confirmSignedUpUser(context, tx, pool, user, {
        verified: attribute,
        forceAliasCreation: input.ForceAliasCreation ?? false,
      })
    })
    return {}
  },
})
