import { getClientAndPool, hidesUserExistence, verifySecretHash } from '../clients/app-client.js'
import { codeError, consumeCode } from '../codes/verification-code.js'
import { errors } from '../errors.js'
import { confirmSignedUpUser } from '../users/confirm-user.js'
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
    const { client, pool } = await getClientAndPool(context.db, input.ClientId)
    verifySecretHash(context, client, input.SecretHash, [input.Username], errors.secretNotReceived)
    const user = await findUser(context.db, pool, input.Username)
    if (!user) throw hidesUserExistence(client) ? errors.codeExpired() : errors.usernameClientNotFound()
    if (!user.enabled) throw errors.userDisabled()
    if (user.status !== 'UNCONFIRMED') throw errors.cannotBeConfirmed(user.status)

    // The outcome leaves the transaction instead of being thrown in it: a wrong answer must stay counted.
    const check = await context.db.transaction().execute(async (tx) => {
      const result = await consumeCode(context, tx, user, 'sign-up', input.ConfirmationCode)
      if (result.outcome === 'correct')
        await confirmSignedUpUser(context, tx, pool, user, {
          verified: result.attribute,
          forceAliasCreation: input.ForceAliasCreation ?? false,
        })
      return result
    })
    if (check.outcome !== 'correct') throw codeError(check.outcome)
    return {}
  },
})
