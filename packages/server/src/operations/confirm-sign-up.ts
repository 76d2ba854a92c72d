import { getClientAndPool } from '../clients/known-clients.js'
import { verifySecretHash } from '../clients/secret-hash.js'
import { errors } from '../errors.js'
import { confirmSignUpWithCode } from '../flows/confirm-sign-up.js'
import * as c from '../wire/constraints.js'
import { boolean, required, structure } from '../wire/shape.js'
import { AnalyticsMetadata, ClientMetadata, UserContextData } from '../wire/shared-members.js'
import { operation } from './operation.js'

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
    await confirmSignUpWithCode(
      context,
      { client, pool },
      {
        username: input.Username,
        code: input.ConfirmationCode,
        forceAliasCreation: input.ForceAliasCreation ?? false,
      },
    )
    return {}
  },
})
