import { withoutFactor } from '../users/mfa-settings.js'
import { saveMfa } from '../users/second-factors.js'
import { deleteSoftwareToken } from '../users/software-token.js'
import { getUserForUpdate } from '../users/user.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

/** For a user who has lost the phone: a pool that requires a second factor has one set up at the next sign-in. */
export const adminDeleteSoftwareToken = operation({
  name: 'AdminDeleteSoftwareToken',
  kind: 'admin about a user',
  input: structure({ UserPoolId: required(c.UserPoolId), Username: required(c.Username) }),
  async run({ context, pool, user }) {
    await context.db.transaction().execute(async (tx) => {
      const current = await getUserForUpdate(tx, pool, user.id)
      await deleteSoftwareToken(tx, user.id)
      await saveMfa(tx, current, withoutFactor(current.mfa, 'totp'))
    })
    return {}
  },
})
