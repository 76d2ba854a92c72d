import { describeClientSecret } from '../clients/client-secret.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

/** Two at most, so there is never a next page. */
export const listUserPoolClientSecrets = operation({
  name: 'ListUserPoolClientSecrets',
  kind: 'admin of a client',
  input: structure({
    UserPoolId: required(c.UserPoolId),
    ClientId: required(c.ClientId),
    NextToken: c.PaginationKey,
  }),
  async run({ client }) {
    return { ClientSecrets: client.secrets.map(describeClientSecret) }
  },
})
