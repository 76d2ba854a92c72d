import { getClientOfPool } from '../clients/app-client.js'
import { describeAppClient } from '../clients/describe-app-client.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

export const describeUserPoolClient = operation({
  caller: 'admin',
  input: structure({ UserPoolId: required(c.UserPoolId), ClientId: required(c.ClientId) }),
  async run(context, input) {
    const { client } = await getClientOfPool(context.db, input.UserPoolId, input.ClientId)
    return { UserPoolClient: describeAppClient(context, client) }
  },
})
