import { isClientSecret } from '../clients/client-secret.js'
import { getClientAndPool } from '../clients/known-clients.js'
import { errors } from '../errors.js'
import { refreshAndRotate } from '../flows/refresh.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { ClientMetadata } from '../wire/shared-members.js'
import { operation } from './operation.js'

export const getTokensFromRefreshToken = operation({
  caller: 'client',
  input: structure({
    RefreshToken: required(c.TokenModel),
    ClientId: required(c.ClientId),
    ClientSecret: c.ClientSecret,
    DeviceKey: c.DeviceKey,
    ClientMetadata,
  }),
  async run(context, input) {
    const { client } = await getClientAndPool(context, input.ClientId)
    if (client.secrets.length > 0 && input.ClientSecret === undefined)
      throw errors.secretHashNotReceived(client.id)
    if (!isClientSecret(context, client, input.ClientSecret)) throw errors.secretHashWrong(client.id)
    return { AuthenticationResult: await refreshAndRotate(context, client, input.RefreshToken) }
  },
})
