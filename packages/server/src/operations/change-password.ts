import { errors } from '../errors.js'
import { passwordPolicyViolation } from '../pools/password-policy.js'
import { assertNotLockedOut, recordFailedPassword } from '../users/lockout.js'
import { passwordColumns, passwordMatches } from '../users/password.js'
import { spendQuota } from '../users/quota.js'
import { savePassword } from '../users/save-password.js'
import { getUserForUpdate } from '../users/user.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

export const changePassword = operation({
  name: 'ChangePassword',
  kind: 'user',
  input: structure({
    PreviousPassword: c.Password,
    ProposedPassword: required(c.Password),
    AccessToken: required(c.TokenModel),
  }),
  async run({ context, user, pool }, input) {
    if (user.status === 'RESET_REQUIRED') throw errors.passwordResetRequired()
    await spendQuota(context, context.db, user.id, 'ChangePassword')
    // Only a user who has no password yet may leave out the previous one.
    if (user.sealedVerifier !== null) {
      await assertNotLockedOut(context, context.db, user.id)
      if (!input.PreviousPassword || !passwordMatches(context, pool, user, input.PreviousPassword)) {
        await recordFailedPassword(context, context.db, user.id)
        throw errors.incorrectUsernameOrPassword()
      }
    }
    const violation = passwordPolicyViolation(pool, input.ProposedPassword)
    if (violation) throw errors.passwordPolicyAtChange(violation)
    const columns = passwordColumns(context, pool.id, user, input.ProposedPassword)
    await context.db.transaction().execute(async (tx) => {
      const current = await getUserForUpdate(tx, pool, user.id)
      // Somebody set another password since the previous one was compared.
      if (current.salt !== user.salt) throw errors.incorrectUsernameOrPassword()
      const password = { text: input.ProposedPassword, columns }
      await savePassword(context, tx, pool, current, password, current.status)
    })
    return {}
  },
})
