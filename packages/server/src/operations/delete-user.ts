import { authorize } from '../tokens/access-token.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

export const deleteUser = operation({
  caller: 'client',
  input: structure({ AccessToken: required(c.TokenModel) }),
  async run(context, input) {
    const { user } = await authorize(context, input.AccessToken)
    // Names, codes and tokens go with the row.
    await context.db.deleteFrom('users').where('id', '=', user.id).execute()
    return undefined
  },
})
