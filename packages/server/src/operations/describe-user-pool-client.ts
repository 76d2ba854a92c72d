import { describeAppClient } from '../clients/describe-app-client.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

export const describeUserPoolClient = operation({
  name: 'DescribeUserPoolClient',
  kind: 'admin of a client',
  input: structure({ UserPoolId: required(c.UserPoolId), ClientId: required(c.ClientId) }),
  async run({ context, client }) {
    return { UserPoolClient: describeAppClient(context, client) }
  },
})
