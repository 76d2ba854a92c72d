import { type AppClient, hidesUserExistence } from '../clients/app-client.js'
import { unknownUserCode } from '../codes/unknown-user-code.js'
import { consumeCode } from '../codes/verification-code.js'
import type { ServerContext } from '../context.js'
import { errors } from '../errors.js'
import type { UserPool } from '../pools/user-pool.js'
import { confirmSignedUpUser } from '../users/confirm-user.js'
import { spendQuota } from '../users/quota.js'
import { attemptSubject } from '../users/subject.js'
import { findUser, getUserForUpdate } from '../users/user.js'

/** Confirms a user with the code of the message, typed or clicked. */
export async function confirmSignUpWithCode(
  context: ServerContext,
  { client, pool }: { client: AppClient; pool: UserPool },
  { username, code, forceAliasCreation }: { username: string; code: string; forceAliasCreation: boolean },
): Promise<void> {
  const user = await findUser(context.db, pool, username)
  if (!user && !hidesUserExistence(client)) throw errors.usernameClientNotFound()
  const subject = attemptSubject(context, pool, user, username)
  await spendQuota(context, context.db, subject, 'ConfirmSignUp')
  if (!user) throw await unknownUserCode(context, subject, 'sign-up')
  if (!user.enabled) throw errors.userDisabled()
  if (user.status !== 'UNCONFIRMED') throw errors.cannotBeConfirmed(user.status)
  await context.db.transaction().execute(async (tx) => {
    const current = await getUserForUpdate(tx, pool, user.id)
    if (current.status !== 'UNCONFIRMED') throw errors.cannotBeConfirmed(current.status)
    const { attribute } = await consumeCode(context, tx, current, 'sign-up', code)
    await confirmSignedUpUser(context, tx, pool, current, { verified: attribute, forceAliasCreation })
  })
}
