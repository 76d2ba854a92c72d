import { hidesUserExistence } from '../clients/app-client.js'
import type { Call } from '../clients/call.js'
import type { CodePurpose, Transaction } from '../db/schema.js'
import { countMessages } from '../delivery/count-messages.js'
import { confirmationLink, confirmsByLink, deliverCode } from '../delivery/deliver-code.js'
import { sharedForm, simulatedDestination } from '../delivery/simulated-destination.js'
import { errors, ServiceError } from '../errors.js'
import type { MessagePurpose } from '../message.js'
import type { UserPool } from '../pools/user-pool.js'
import { type CodeDestination, codeDeliveryDetails } from '../users/code-destination.js'
import { spendQuota } from '../users/quota.js'
import { attemptSubject } from '../users/subject.js'
import { findUser, findUserForUpdate, loginKey, type User } from '../users/user.js'
import { createCode, type NewCode } from './verification-code.js'

/** A kind of code that anyone can ask for who knows a name. */
export interface RequestedCode {
  /** What requests are counted as. */
  readonly action: 'ForgotPassword' | 'ResendConfirmationCode'
  readonly purpose: CodePurpose
  readonly message: MessagePurpose
  /** What the pool sends these codes to, the first choice first. */
  attributes(pool: UserPool): readonly CodeDestination['attribute'][]
  /** Where the code of this user goes, or why there is no code. */
  destinationOf(pool: UserPool, user: User): CodeDestination | ServiceError
}

type Made =
  | (NewCode & { readonly user: User; readonly destination: CodeDestination })
  /** The code has a `destination` when the user could have one, if there were not too many already. */
  | { readonly refused: ServiceError; readonly destination?: CodeDestination }

/**
 * Sends a code to the user who has the name. Where it is hidden who exists, the answer is the same kind of answer when
 * there is no such user, when the user gets no code, and when too many messages were sent.
 *
 * @returns where the code went, for the answer
 * @throws UserNotFoundException, LimitExceededException, CodeDeliveryFailureException, and what `destinationOf` returns
 */
export async function sendRequestedCode(call: Call, typedName: string, kind: RequestedCode) {
  const { context, pool, client } = call
  const user = await findUser(context.db, pool, typedName)
  const subject = attemptSubject(call, user, typedName)
  const hides = hidesUserExistence(client)
  if (!user && !hides) throw errors.usernameClientNotFound()
  const made = await context.db.transaction().execute((tx) => make(call, tx, subject, typedName, kind))
  if ('refused' in made) {
    if (!hides) throw made.refused
    call.explain(made.refused.message)
    const destination =
      made.destination ?? simulatedDestination(context, pool, typedName, kind.purpose, kind.attributes(pool))
    return codeDeliveryDetails(sharedForm(destination))
  }
  const { destination, code, linkCode } = made
  const link = linkCode === undefined ? undefined : confirmationLink(call, made.user, linkCode)
  const delivered = deliverCode(call, made.user, destination, { purpose: kind.message, code, link })
  if (!hides) {
    await delivered
    return codeDeliveryDetails(destination)
  }
  // The time that a delivery takes, and that it fails, would tell that there is a user.
  const { requestId, operation } = call
  context.later(delivered, { requestId, operation, about: made.user.id })
  return codeDeliveryDetails(sharedForm(destination))
}

/**
 * Counts the request and makes the code in one transaction. For a user who does not exist there is nothing to make, and
 * a second commit would tell who does by the time it takes.
 */
async function make(
  call: Call,
  tx: Transaction,
  subject: string,
  typedName: string,
  kind: RequestedCode,
): Promise<Made> {
  const { context, pool } = call
  const user = await findUserForUpdate(tx, pool.id, subject)
  await spendQuota(context, tx, subject, kind.action)
  const destination = user ? kind.destinationOf(pool, user) : errors.usernameClientNotFound()
  const refused = destination instanceof ServiceError
  if (refused && !hidesUserExistence(call.client)) return { refused: destination }
  // A request that only seems to send counts for the client address as well, and for the address that it seems to send
  // to: what is left for a sign-up with that address would tell otherwise.
  const simulated = simulatedDestination(context, pool, typedName, kind.purpose, kind.attributes(pool))
  const isTyped = simulated.destination === loginKey(pool, 'username', typedName)
  const to = refused ? (isTyped ? simulated : { simulatedFor: subject }) : destination
  const within = await countMessages(call, tx, [{ to, asked: 'anyone' }])
  if (refused) return { refused: destination }
  if (!user || !within) return { refused: errors.attemptLimitExceeded(), destination }
  const withLink = kind.purpose === 'sign-up' && confirmsByLink(pool, destination)
  const made = await createCode(context, tx, user, kind.purpose, destination.attribute, { withLink })
  return { ...made, user, destination }
}
