import { authorize } from '../tokens/access-token.js'
import { revokeAllTokens } from '../tokens/token-family.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

export const globalSignOut = operation({
  caller: 'client',
  input: structure({ AccessToken: required(c.TokenModel) }),
  async run(context, input) {
    const { user } = await authorize(context, input.AccessToken)
    await context.db.transaction().execute((tx) => revokeAllTokens(context, tx, user.id))
    return {}
  },
})
