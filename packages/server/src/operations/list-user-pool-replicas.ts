import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

export const listUserPoolReplicas = operation({
  name: 'ListUserPoolReplicas',
  kind: 'admin',
  input: structure({ UserPoolId: required(c.UserPoolId), NextToken: c.PaginationKey }),
  async run() {
    return { UserPoolReplicas: [] }
  },
})
