import { hidesUserExistence } from '../clients/app-client.js'
import { unknownUserCode } from '../codes/unknown-user-code.js'
import { assertCode, consumeCode, hasCode } from '../codes/verification-code.js'
import type { ServerContext } from '../context.js'
import { errors } from '../errors.js'
import { passwordPolicyViolation } from '../pools/password-policy.js'
import type { UserPool } from '../pools/user-pool.js'
import { endSessions } from '../tokens/end-sessions.js'
import { passwordColumns } from '../users/password.js'
import { spendQuota } from '../users/quota.js'
import { recoveryChannel } from '../users/recovery-channel.js'
import { savePassword } from '../users/save-password.js'
import { attemptSubject } from '../users/subject.js'
import { findUser, getUserForUpdate, type User } from '../users/user.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { AnalyticsMetadata, ClientMetadata, UserContextData } from '../wire/shared-members.js'
import { operation } from './operation.js'

export const confirmForgotPassword = operation({
  name: 'ConfirmForgotPassword',
  kind: 'client',
  input: structure({
    ClientId: required(c.ClientId),
    SecretHash: c.SecretHash,
    Username: required(c.Username),
    ConfirmationCode: required(c.ConfirmationCode),
    Password: required(c.Password),
    AnalyticsMetadata,
    UserContextData,
    ClientMetadata,
  }),
  async run(call, input) {
    const { context, client, pool } = call
    const user = await findUser(context.db, pool, input.Username)
    const subject = attemptSubject(call, user, input.Username)
    const hides = hidesUserExistence(client)
    if (!user && !hides) throw errors.usernameClientNotFound()
    // The policy comes before the code: a password that breaks it costs the user no code and no try.
    const violation = passwordPolicyViolation(pool, input.Password)
    if (violation) throw errors.passwordPolicyAtChange(violation)
    await spendQuota(context, context.db, subject, 'ConfirmForgotPassword')
    if (!user || (hides && !(await couldReset(context, pool, user))))
      throw await unknownUserCode(context, subject, 'reset-password')
    if (!user.enabled) throw errors.userDisabled()
    // Before the password is worked on, which takes longer than all the rest: an unknown user is refused here as well.
    await assertCode(context, context.db, user, 'reset-password', input.ConfirmationCode)
    const columns = passwordColumns(context, pool, user, input.Password)
    await context.db.transaction().execute(async (tx) => {
      const current = await getUserForUpdate(tx, pool, user.id)
      await consumeCode(context, tx, current, 'reset-password', input.ConfirmationCode)
      await savePassword(context, tx, pool, current, { text: input.Password, columns }, 'CONFIRMED')
      await endSessions(context, tx, user.id)
    })
    return {}
  },
})

/** Whether ForgotPassword sends this user a code, or has sent one: it does not say if not, where that is hidden. */
const couldReset = async (context: ServerContext, pool: UserPool, user: User): Promise<boolean> =>
  user.enabled &&
  (recoveryChannel(pool, user) !== undefined || (await hasCode(context, context.db, user, 'reset-password')))
