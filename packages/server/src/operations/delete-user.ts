import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

export const deleteUser = operation({
  name: 'DeleteUser',
  kind: 'user',
  input: structure({ AccessToken: required(c.TokenModel) }),
  async run({ context, user }) {
    // Names, codes and tokens go with the row.
    await context.db.deleteFrom('users').where('id', '=', user.id).execute()
    return undefined
  },
})
