import { assertWritable } from '../clients/attribute-permissions.js'
import { errors } from '../errors.js'
import { changeAttributes } from '../flows/change-attributes.js'
import { assertInSchema } from '../users/attributes.js'
import * as c from '../wire/constraints.js'
import { list, required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

export const deleteUserAttributes = operation({
  name: 'DeleteUserAttributes',
  kind: 'user',
  input: structure({
    UserAttributeNames: required(list(c.AttributeName)),
    AccessToken: required(c.TokenModel),
  }),
  async run(call, input) {
    const { context, user, pool, client } = call
    assertInSchema(pool, input.UserAttributeNames, errors.removedAttributesNotInSchema)
    assertWritable(pool, client, input.UserAttributeNames)
    const removed = Object.fromEntries(input.UserAttributeNames.map((name) => [name, '']))
    await context.db.transaction().execute((tx) => changeAttributes(call, tx, user.id, removed))
    return {}
  },
})
