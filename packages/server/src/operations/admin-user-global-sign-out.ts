import { getUserPool } from '../pools/user-pool.js'
import { revokeAllTokens } from '../tokens/token-family.js'
import { getUser } from '../users/user.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

export const adminUserGlobalSignOut = operation({
  caller: 'admin',
  input: structure({ UserPoolId: required(c.UserPoolId), Username: required(c.Username) }),
  async run(context, input) {
    const pool = await getUserPool(context.db, input.UserPoolId)
    const { id } = await getUser(context.db, pool, input.Username)
    await context.db.transaction().execute((tx) => revokeAllTokens(context, tx, id))
    return {}
  },
})
