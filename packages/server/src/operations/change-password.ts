import { errors } from '../errors.js'
import { passwordPolicyViolation } from '../pools/password-policy.js'
import { endSessions } from '../tokens/end-sessions.js'
import { passwordMatches } from '../users/password.js'
import { countPasswordAttempt } from '../users/password-attempts.js'
import { spendQuota } from '../users/quota.js'
import { preparePassword, savePassword } from '../users/save-password.js'
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
  async run({ context, user, pool, familyId }, input) {
    if (user.status === 'RESET_REQUIRED') throw errors.passwordResetRequired()
    // The user could not sign in with it.
    if (user.status === 'EXTERNAL_PROVIDER') throw errors.passwordCannotBeChanged()
    await spendQuota(context, context.db, user.id, 'ChangePassword')
    // Only a user who has no password yet may leave out the previous one.
    const right =
      user.sealedVerifier === null ||
      passwordMatches(context, pool, user, user.srpIdentity, input.PreviousPassword ?? '')
    const violation = passwordPolicyViolation(pool, input.ProposedPassword)
    // For a wrong one as well: while the user is locked, the time must not tell which is right.
    const password = violation
      ? undefined
      : await preparePassword(context, pool, user, input.ProposedPassword)
    const failure = await context.db.transaction().execute(async (tx) => {
      const current = await getUserForUpdate(tx, pool, user.id)
      // Another password was set since the previous one was compared.
      if (current.salt !== user.salt) throw errors.incorrectUsernameOrPassword()
      await countPasswordAttempt(context, tx, user.id, right)
      if (!right) return errors.incorrectUsernameOrPassword()
      if (violation || !password) return errors.passwordPolicyAtChange(violation ?? '')
      await savePassword(context, tx, pool, current, password, current.status)
      await endSessions(context, tx, user.id, familyId)
      return undefined
    })
    if (failure) throw failure
    return {}
  },
})
