import { errors } from '../errors.js'
import { revokeRefreshToken } from '../flows/revoke.js'
import * as c from '../wire/constraints.js'
import { oneOf, required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

export const revokeToken = operation({
  name: 'RevokeToken',
  kind: 'refresh token',
  refusals: {
    clientNotFound: errors.unauthorizedClient,
    secretMissing: errors.unauthorizedClient,
    secretWrong: errors.unauthorizedClient,
  },
  input: structure({
    Token: required(c.TokenModel),
    ClientId: required(c.ClientId),
    ClientSecret: c.ClientSecret,
    // LINKED has an effect only where sessions of several clients are linked, which is never so here.
    RevokeAssociatedSessions: oneOf('LINKED', 'NONE'),
  }),
  async run(call, { Token }) {
    await revokeRefreshToken(call, Token)
    return {}
  },
})
