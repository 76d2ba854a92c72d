import { getClientForUpdate } from '../clients/app-client.js'
import { describeClientSecret, insertClientSecret, sealClientSecret } from '../clients/client-secret.js'
import { newClientSecret } from '../clients/create-app-client.js'
import { errors } from '../errors.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

/** Secrets of a client. */
const MAX_SECRETS = 2

export const addUserPoolClientSecret = operation({
  name: 'AddUserPoolClientSecret',
  kind: 'admin of a client',
  input: structure({
    UserPoolId: required(c.UserPoolId),
    ClientId: required(c.ClientId),
    ClientSecret: c.ClientSecret,
  }),
  async run({ context }, input) {
    const value = input.ClientSecret ?? newClientSecret(context)
    const secret = await context.db.transaction().execute(async (tx) => {
      const { client } = await getClientForUpdate(tx, input.UserPoolId, input.ClientId)
      if (client.secrets.length === 0) throw errors.publicClientSecret()
      if (client.secrets.length >= MAX_SECRETS) throw errors.tooManyClientSecrets()
      const added = sealClientSecret(context, client.id, value, client.secrets.at(-1))
      await insertClientSecret(tx, client.id, added)
      return added
    })
    return {
      ClientSecretDescriptor: {
        ...describeClientSecret(secret),
        // Only of a secret that the caller does not know.
        ...(input.ClientSecret === undefined && { ClientSecretValue: value }),
      },
    }
  },
})
