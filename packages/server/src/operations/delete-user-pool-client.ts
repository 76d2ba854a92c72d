import { errors } from '../errors.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

export const deleteUserPoolClient = operation({
  name: 'DeleteUserPoolClient',
  kind: 'admin of a client',
  input: structure({ UserPoolId: required(c.UserPoolId), ClientId: required(c.ClientId) }),
  async run({ context, client }) {
    const { numDeletedRows } = await context.db
      .deleteFrom('app_clients')
      .where('id', '=', client.id)
      .executeTakeFirst()
    // Another request deleted it since it was found.
    if (numDeletedRows === 0n) throw errors.clientNotFound(client.id)
    return undefined
  },
})
