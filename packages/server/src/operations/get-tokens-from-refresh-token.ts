import { errors } from '../errors.js'
import { refreshAndRotate } from '../flows/refresh.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { ClientMetadata } from '../wire/shared-members.js'
import { operation } from './operation.js'

export const getTokensFromRefreshToken = operation({
  name: 'GetTokensFromRefreshToken',
  kind: 'refresh token',
  refusals: {
    clientNotFound: errors.clientNotFound,
    secretMissing: errors.secretHashNotReceived,
    secretWrong: errors.secretHashWrong,
  },
  input: structure({
    RefreshToken: required(c.TokenModel),
    ClientId: required(c.ClientId),
    ClientSecret: c.ClientSecret,
    DeviceKey: c.DeviceKey,
    ClientMetadata,
  }),
  async run(call, input) {
    return { AuthenticationResult: await refreshAndRotate(call, input.RefreshToken, input.DeviceKey) }
  },
})
