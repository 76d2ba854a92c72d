import { hidesUserExistence } from '../clients/app-client.js'
import type { Call } from '../clients/call.js'
import { type CheckedCode, checkCode, lookAtLinkCode } from '../codes/verification-code.js'
import type { Transaction } from '../db/schema.js'
import { errors, ServiceError } from '../errors.js'
import { runPostConfirmation } from '../triggers/run-post-confirmation.js'
import { confirmSignedUpUser } from '../users/confirm-user.js'
import { spendQuota } from '../users/quota.js'
import { attemptSubject } from '../users/subject.js'
import { takingOverAliases } from '../users/taking-over-aliases.js'
import { findUser, findUserForUpdate, type User } from '../users/user.js'

/**
 * Confirms a user with the code of the message, or the longer one of its link.
 *
 * Where it is hidden who exists, only a right code is told anything but that it is wrong. A code that was used before is
 * a right one: a client whose answer was lost sends it again.
 */
export async function confirmSignUpWithCode(
  call: Call,
  { username, code, forceAliasCreation }: { username: string; code: string; forceAliasCreation: boolean },
): Promise<User> {
  const { context, client, pool } = call
  const user = await findUser(context.db, pool, username)
  const subject = attemptSubject(call, user, username)
  const hides = hidesUserExistence(client)
  if (!user && !hides) throw errors.usernameClientNotFound()
  // Refusals are returned and not thrown, so that the guess stays counted.
  const confirm = async (tx: Transaction): Promise<ServiceError | User> => {
    const current = await findUserForUpdate(tx, pool.id, subject)
    await spendQuota(context, tx, subject, 'ConfirmSignUp')
    const cannot = refusalOf(current)
    const checked = await checkCode(context, tx, subject, 'sign-up', code, { use: cannot === undefined })
    const refused = hides ? hiddenAnswer(call, checked, cannot) : (cannot ?? openAnswer(checked))
    if (refused) return refused
    if (!current || checked.is !== 'right') return errors.codeMismatch()
    const verified = checked.attribute
    return await confirmSignedUpUser(context, tx, pool, current, { verified, forceAliasCreation })
  }
  const confirmed = forceAliasCreation
    ? await takingOverAliases(context, pool, confirm)
    : await context.db.transaction().execute(confirm)
  if (confirmed instanceof ServiceError) throw confirmed
  await runPostConfirmation(call, 'ConfirmSignUp', confirmed)
  return confirmed
}

/** Why a user cannot be confirmed, whatever the code. */
function refusalOf(user: User | undefined): ServiceError | undefined {
  if (!user) return errors.usernameClientNotFound()
  if (!user.enabled) return errors.userDisabled()
  if (user.status !== 'UNCONFIRMED') return errors.cannotBeConfirmed(user.status)
  return undefined
}

function openAnswer(checked: CheckedCode): ServiceError | undefined {
  if (checked.is === 'right') return undefined
  return checked.is === 'wrong' ? errors.codeMismatch() : errors.codeExpired()
}

function hiddenAnswer(
  call: Call,
  checked: CheckedCode,
  cannot: ServiceError | undefined,
): ServiceError | undefined {
  if (checked.is === 'right') return cannot
  if (checked.is === 'used') return cannot ?? errors.codeExpired()
  if (checked.is === 'expired' && !cannot) return errors.codeExpired()
  if (cannot) call.explain(cannot.message)
  else if (checked.is === 'none') call.explain('There is no code that could be right.')
  return errors.codeMismatch()
}

/** What a link in a message says: whose sign-up it confirms, and by which code. */
export interface ConfirmationLink {
  readonly username: string
  readonly code: string
}

/**
 * The user that a link would confirm. Looking counts nothing and uses nothing up: programs that read mail open links.
 * Nothing limits how often a stranger looks, so a name without a user takes the same statements.
 */
export async function findUserOfLink(
  call: Call,
  { username, code }: ConfirmationLink,
): Promise<User | undefined> {
  const { context, pool } = call
  const user = await findUser(context.db, pool, username)
  const subject = attemptSubject(call, user, username)
  const found = await lookAtLinkCode(context, context.db, subject, code)
  const refused = refusalOf(user)
  if (found === 'right' && !refused) return user
  call.explain(refused?.message ?? NOT_THE_CODE)
  return undefined
}

const NOT_THE_CODE = 'The link does not have the code that was sent last, or it is too old.'

/**
 * Confirms a user by a link. The code of a link cannot be guessed, so wrong ones are not counted: a stranger cannot use
 * up a user's guesses here.
 *
 * @returns whether the user is confirmed, by this link now or before
 * @throws AliasExistsException
 */
export async function confirmSignUpByLink(
  call: Call,
  { username, code }: ConfirmationLink,
): Promise<boolean> {
  const { context, pool } = call
  const user = await findUser(context.db, pool, username)
  const subject = attemptSubject(call, user, username)
  const confirmed = await context.db.transaction().execute(async (tx) => {
    const current = await findUserForUpdate(tx, pool.id, subject)
    const found = await lookAtLinkCode(context, tx, subject, code)
    if (found === 'used' && current?.status === 'CONFIRMED') return 'before'
    const refused = refusalOf(current)
    if (!current || found !== 'right' || refused) {
      call.explain(refused?.message ?? NOT_THE_CODE)
      return undefined
    }
    await checkCode(context, tx, current.id, 'sign-up', code, { use: true })
    // Links are sent by e-mail only.
    const how = { verified: 'email', forceAliasCreation: false }
    return await confirmSignedUpUser(context, tx, pool, current, how)
  })
  if (confirmed === undefined || confirmed === 'before') return confirmed !== undefined
  // The user is confirmed whatever comes of it, and reads so; the failure is for the log.
  const { requestId, operation } = call
  context.later(runPostConfirmation(call, 'ConfirmSignUp', confirmed), {
    requestId,
    operation,
    about: confirmed.id,
  })
  return true
}
