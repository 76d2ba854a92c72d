import { hidesUserExistence } from '../clients/app-client.js'
import type { Call } from '../clients/call.js'
import { unknownUserCode } from '../codes/unknown-user-code.js'
import { consumeCode, hasCode } from '../codes/verification-code.js'
import type { ServerContext } from '../context.js'
import type { Transaction } from '../db/schema.js'
import { errors } from '../errors.js'
import type { UserPool } from '../pools/user-pool.js'
import { autoVerifiedDelivery } from '../users/code-destination.js'
import { confirmSignedUpUser } from '../users/confirm-user.js'
import { spendQuota } from '../users/quota.js'
import { attemptSubject } from '../users/subject.js'
import { takingOverAliases } from '../users/taking-over-aliases.js'
import { findUser, getUserForUpdate, type User } from '../users/user.js'

/** Confirms a user with the code of the message, typed or clicked. */
export async function confirmSignUpWithCode(
  call: Call,
  { username, code, forceAliasCreation }: { username: string; code: string; forceAliasCreation: boolean },
): Promise<void> {
  const { context, client, pool } = call
  const user = await findUser(context.db, pool, username)
  const subject = attemptSubject(call, user, username)
  const hides = hidesUserExistence(client)
  if (!user && !hides) throw errors.usernameClientNotFound()
  await spendQuota(context, context.db, subject, 'ConfirmSignUp')
  if (!user) throw await unknownUserCode(context, subject, 'sign-up')
  if (!user.enabled) throw errors.userDisabled()
  if (user.status !== 'UNCONFIRMED') throw errors.cannotBeConfirmed(user.status)
  if (hides && !(await couldConfirm(context, pool, user)))
    throw await unknownUserCode(context, subject, 'sign-up')
  const confirm = async (tx: Transaction) => {
    const current = await getUserForUpdate(tx, pool, user.id)
    if (current.status !== 'UNCONFIRMED') throw errors.cannotBeConfirmed(current.status)
    const { attribute } = await consumeCode(context, tx, current, 'sign-up', code)
    await confirmSignedUpUser(context, tx, pool, current, { verified: attribute, forceAliasCreation })
  }
  if (forceAliasCreation) await takingOverAliases(context, pool, confirm)
  else await context.db.transaction().execute(confirm)
}

/** Whether this user is sent codes, or has one: ResendConfirmationCode does not say if not, where that is hidden. */
const couldConfirm = async (context: ServerContext, pool: UserPool, user: User): Promise<boolean> =>
  autoVerifiedDelivery(pool, user.attributes) !== undefined ||
  (await hasCode(context, context.db, user, 'sign-up'))
