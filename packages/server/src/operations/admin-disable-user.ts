import { endSsoSessions } from '../tokens/sso-session.js'
import { revokeAllTokens } from '../tokens/token-family.js'
import { saveEnabled } from '../users/save-user.js'
import { getUserForUpdate } from '../users/user.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

/** A disabled user cannot sign in and is signed out: being enabled again does not bring sessions back. */
export const adminDisableUser = operation({
  name: 'AdminDisableUser',
  kind: 'admin about a user',
  input: structure({ UserPoolId: required(c.UserPoolId), Username: required(c.Username) }),
  async run({ context, pool, user: { id } }) {
    await context.db.transaction().execute(async (tx) => {
      await saveEnabled(context, tx, await getUserForUpdate(tx, pool, id), false)
      await revokeAllTokens(context, tx, id)
      await endSsoSessions(tx, id)
    })
    return {}
  },
})
