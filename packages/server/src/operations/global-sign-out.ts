import { revokeAllTokens } from '../tokens/token-family.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

export const globalSignOut = operation({
  name: 'GlobalSignOut',
  kind: 'user',
  input: structure({ AccessToken: required(c.TokenModel) }),
  async run({ context, user }) {
    await context.db.transaction().execute((tx) => revokeAllTokens(context, tx, user.id))
    return {}
  },
})
