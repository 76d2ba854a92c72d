import { ssoLifetime } from '../clients/lifetimes.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

export const getUserPoolClientSessionConfiguration = operation({
  name: 'GetUserPoolClientSessionConfiguration',
  kind: 'admin of a client',
  input: structure({ UserPoolId: required(c.UserPoolId), ClientId: required(c.ClientId) }),
  async run({ client, pool }) {
    return {
      UserPoolId: pool.id,
      ClientId: client.id,
      SSOSession: { MaxValidityMinutes: ssoLifetime(client) / 60_000 },
    }
  },
})
