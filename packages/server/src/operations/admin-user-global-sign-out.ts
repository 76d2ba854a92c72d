import { revokeAllTokens } from '../tokens/token-family.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

export const adminUserGlobalSignOut = operation({
  name: 'AdminUserGlobalSignOut',
  kind: 'admin about a user',
  input: structure({ UserPoolId: required(c.UserPoolId), Username: required(c.Username) }),
  async run({ context, user }) {
    await context.db.transaction().execute((tx) => revokeAllTokens(context, tx, user.id))
    return {}
  },
})
