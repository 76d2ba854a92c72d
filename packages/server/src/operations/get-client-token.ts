import { isFlowEnabled } from '../clients/auth-flows.js'
import { isClientSecret } from '../clients/client-secret.js'
import { errors } from '../errors.js'
import { clientCredentials } from '../flows/client-credentials.js'
import * as c from '../wire/constraints.js'
import { list, required, structure } from '../wire/shape.js'
import { ClientMetadata } from '../wire/shared-members.js'
import { operation } from './operation.js'

/** The grant `client_credentials` as an operation. */
export const getClientToken = operation({
  name: 'GetClientToken',
  kind: 'admin through a client',
  input: structure({
    ClientId: required(c.ClientId),
    Secret: required(c.ClientSecret),
    Scopes: list(c.Scope, { max: 50 }),
    ClientMetadata,
  }),
  async run(call, { Secret, Scopes = [] }) {
    const { context, client } = call
    if (client.secrets.length === 0 || !isClientSecret(context, client, Secret))
      throw errors.secretHashWrong(client.id)
    if (!isFlowEnabled(client, 'CLIENT_TOKEN_AUTH')) throw errors.flowNotEnabled('CLIENT_TOKEN_AUTH')
    return { ClientAuthenticationResult: await clientCredentials(call, Scopes) }
  },
})
