import { type Call, hidesExistence } from '../clients/call.js'
import { countMessages } from '../delivery/count-messages.js'
import { deliverSignInCode } from '../delivery/deliver-sign-in-code.js'
import { errors } from '../errors.js'
import { loginKey, type User } from '../users/user.js'
import { isEmail, isPhoneNumber } from '../wire/address.js'
import type { Responses, SentCode, SentFirstCode } from './step.js'

/**
 * Sends the code of a second factor, for which a first one has been proven.
 *
 * @throws NotAuthorizedException the address has had its messages
 */
export async function sendCode(call: Call, user: User, { to, code }: SentCode): Promise<void> {
  const isVerified =
    user.attributes[to.attribute] === to.destination && user.attributes[`${to.attribute}_verified`] === 'true'
  const asked = isVerified ? 'proven' : 'unproven'
  const maySend = await call.context.db
    .transaction()
    .execute((tx) => countMessages(call, tx, [{ to, asked }]))
  if (!maySend) throw errors.signInMessagesExceeded()
  await deliverSignInCode(call, user, to, code)
}

/**
 * Sends the code of a first factor, which anyone can ask for who knows a name. Where existence is hidden, the answer is the
 * same when there is nothing to send, and when the address has had its messages.
 *
 * @param responses with the name that was typed: an address that a code only seems to go to is counted like one that gets it
 * @throws NotAuthorizedException, CodeDeliveryFailureException
 */
export async function sendFirstCode(
  call: Call,
  user: User | undefined,
  { to, attribute, code }: SentFirstCode,
  { typedName = '' }: Responses,
): Promise<void> {
  const { context, pool } = call
  const name = loginKey(pool, 'username', typedName)
  const isTyped = attribute === 'email' ? isEmail(name) : isPhoneNumber(name)
  const counted = 'simulatedFor' in to && isTyped ? { attribute, destination: name } : to
  const within = await context.db
    .transaction()
    .execute((tx) => countMessages(call, tx, [{ to: counted, asked: 'anyone' }]))
  const hides = hidesExistence(call)
  if (!within) {
    const failure = errors.signInMessagesExceeded()
    if (!hides) throw failure
    call.explain(failure.message)
    return
  }
  if ('simulatedFor' in to || !user) return
  const delivered = deliverSignInCode(call, user, to, code)
  // The time that a delivery takes, and that it fails, would tell that there is a user.
  if (!hides) return await delivered
  const { requestId, operation } = call
  context.later(delivered, { requestId, operation, about: user.id })
}
