import { errors } from '../errors.js'
import { changeAttributes } from '../flows/change-attributes.js'
import { assertInSchema } from '../users/attributes.js'
import * as c from '../wire/constraints.js'
import { list, required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

export const adminDeleteUserAttributes = operation({
  name: 'AdminDeleteUserAttributes',
  kind: 'admin about a user',
  input: structure({
    UserPoolId: required(c.UserPoolId),
    Username: required(c.Username),
    UserAttributeNames: required(list(c.AttributeName)),
  }),
  async run(call, input) {
    const { context, pool, user } = call
    assertInSchema(pool, input.UserAttributeNames, errors.removedAttributesNotInSchema)
    const removed = Object.fromEntries(input.UserAttributeNames.map((name) => [name, '']))
    await context.db.transaction().execute((tx) => changeAttributes(call, tx, user.id, removed))
    return {}
  },
})
