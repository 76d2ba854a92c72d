import { errors } from '../errors.js'
import { passwordPolicyViolation } from '../pools/password-policy.js'
import { endSessions } from '../tokens/end-sessions.js'
import { preparePassword, savePassword } from '../users/save-password.js'
import { getUserForUpdate } from '../users/user.js'
import * as c from '../wire/constraints.js'
import { boolean, required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

export const adminSetUserPassword = operation({
  name: 'AdminSetUserPassword',
  kind: 'admin about a user',
  input: structure({
    UserPoolId: required(c.UserPoolId),
    Username: required(c.Username),
    Password: required(c.Password),
    Permanent: boolean,
  }),
  async run({ context, pool, user }, input) {
    const violation = passwordPolicyViolation(pool, input.Password)
    if (violation) throw errors.passwordPolicyAtChange(violation)
    const password = await preparePassword(context, pool, user, input.Password)
    await context.db.transaction().execute(async (tx) => {
      const current = await getUserForUpdate(tx, pool, user.id)
      const status = input.Permanent ? 'CONFIRMED' : 'FORCE_CHANGE_PASSWORD'
      await savePassword(context, tx, pool, current, password, status)
      await endSessions(context, tx, user.id)
    })
    return {}
  },
})
