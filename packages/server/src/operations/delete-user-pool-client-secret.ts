import { getClientForUpdate } from '../clients/app-client.js'
import { errors } from '../errors.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

export const deleteUserPoolClientSecret = operation({
  name: 'DeleteUserPoolClientSecret',
  kind: 'admin of a client',
  input: structure({
    UserPoolId: required(c.UserPoolId),
    ClientId: required(c.ClientId),
    ClientSecretId: required(c.ClientSecretId),
  }),
  async run({ context }, input) {
    await context.db.transaction().execute(async (tx) => {
      const { client } = await getClientForUpdate(tx, input.UserPoolId, input.ClientId)
      const secret = client.secrets.find(({ id }) => id === input.ClientSecretId)
      if (!secret) throw errors.clientSecretNotFound(input.ClientSecretId)
      // Without one, the client would be a public client, which any program can be.
      if (client.secrets.length === 1) throw errors.lastClientSecret()
      await tx.deleteFrom('client_secrets').where('id', '=', secret.id).execute()
    })
    return {}
  },
})
