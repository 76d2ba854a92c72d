import { hidesUserExistence } from '../clients/app-client.js'
import type { Call } from '../clients/call.js'
import { CODE_LIFETIME, checkCode } from '../codes/verification-code.js'
import { errors, ServiceError } from '../errors.js'
import { passwordPolicyViolation } from '../pools/password-policy.js'
import { endSessions } from '../tokens/end-sessions.js'
import { runPostConfirmation } from '../triggers/run-post-confirmation.js'
import { spendQuota, usedWithin } from '../users/quota.js'
import { preparePassword, savePassword } from '../users/save-password.js'
import { attemptSubject } from '../users/subject.js'
import { findUser, findUserForUpdate, getUserForUpdate, type User } from '../users/user.js'

/** The code of a forgotten password, and what it sets. */
export interface PasswordReset {
  readonly username: string
  readonly code: string
  readonly newPassword: string
}

/** @throws ServiceError as the service words it */
export async function confirmForgotPassword(
  call: Call,
  { username, code, newPassword }: PasswordReset,
): Promise<void> {
  const { context, client, pool } = call
  const user = await findUser(context.db, pool, username)
  const subject = attemptSubject(call, user, username)
  if (!user && !hidesUserExistence(client)) throw errors.usernameClientNotFound()
  // The policy comes before the code: a password that breaks it costs the user no code and no try.
  const violation = passwordPolicyViolation(pool, newPassword)
  if (violation) throw errors.passwordPolicyAtChange(violation)
  // Before the password is worked on, which takes longer than all the rest: an unknown user is refused here as well.
  const proven = await checkGuess(call, subject, code)
  const password = await preparePassword(context, pool, proven, newPassword)
  const changed = await context.db.transaction().execute(async (tx) => {
    const current = await getUserForUpdate(tx, pool, proven.id)
    const checked = await checkCode(context, tx, current.id, 'reset-password', code, {
      use: true,
    })
    // Of two right answers at once, one comes second.
    if (checked.is !== 'right') throw errors.codeExpired()
    const saved = await savePassword(context, tx, pool, current, password, 'CONFIRMED')
    await endSessions(context, tx, proven.id)
    return saved
  })
  await runPostConfirmation(call, 'ConfirmForgotPassword', changed)
}

/**
 * Counts the guess and returns the user that it proves; the code is not used up yet.
 *
 * @throws CodeMismatchException, ExpiredCodeException, LimitExceededException, NotAuthorizedException
 */
async function checkGuess(call: Call, subject: string, code: string): Promise<User> {
  const { context, client, pool } = call
  const hides = hidesUserExistence(client)
  // Returned and not thrown, so that the guess stays counted.
  const found = await context.db.transaction().execute(async (tx) => {
    const current = await findUserForUpdate(tx, pool.id, subject)
    await spendQuota(context, tx, subject, 'ConfirmForgotPassword')
    const lifetime = CODE_LIFETIME['reset-password']
    const requested = await usedWithin(context, tx, subject, 'ForgotPassword', lifetime)
    const checked = await checkCode(context, tx, subject, 'reset-password', code, { use: false })
    if (current && !current.enabled && (!hides || checked.is === 'right')) return errors.userDisabled()
    if (current && checked.is === 'right') return current
    if (!hides) return checked.is === 'wrong' ? errors.codeMismatch() : errors.codeExpired()
    if (checked.is === 'used' || checked.is === 'expired') return errors.codeExpired()
    if (!current) call.explain(errors.usernameClientNotFound().message)
    else if (!current.enabled) call.explain(errors.userDisabled().message)
    else if (checked.is === 'none') call.explain('There is no code that could be right.')
    // Whether there is a code to be guessed would tell who exists; whether one was asked for, the caller knows.
    return requested ? errors.codeMismatch() : errors.codeExpired()
  })
  if (found instanceof ServiceError) throw found
  return found
}
