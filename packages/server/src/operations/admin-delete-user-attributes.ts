import { changeAttributes } from '../flows/change-attributes.js'
import { getUserPool } from '../pools/user-pool.js'
import { assertInSchema } from '../users/attributes.js'
import { getUser } from '../users/user.js'
import * as c from '../wire/constraints.js'
import { list, required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

export const adminDeleteUserAttributes = operation({
  caller: 'admin',
  input: structure({
    UserPoolId: required(c.UserPoolId),
    Username: required(c.Username),
    UserAttributeNames: required(list(c.AttributeName)),
  }),
  async run(context, input) {
    const pool = await getUserPool(context.db, input.UserPoolId)
    const { id } = await getUser(context.db, pool, input.Username)
    assertInSchema(pool, input.UserAttributeNames)
    const removed = Object.fromEntries(input.UserAttributeNames.map((name) => [name, '']))
    await context.db.transaction().execute((tx) => changeAttributes(context, tx, pool, id, removed))
    return {}
  },
})
