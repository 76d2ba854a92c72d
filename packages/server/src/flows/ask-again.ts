import type { Call } from '../clients/call.js'
import { errors } from '../errors.js'
import { findUserById, type User } from '../users/user.js'
import { ask, type ChallengeOutcome } from './ask.js'
import { type AskedName, CARRIERS, type Challenge, type OpenChallenge, stampOf } from './attempt.js'
import { decide, FACTOR_CHALLENGE } from './decide.js'
import { isTaken } from './settle.js'
import type { Responses } from './step.js'
import { isAbout } from './who.js'

/**
 * Asks for a second factor once more, without an answer to the one that is asked for: the same again, which sends another
 * code; another that the user may choose; or the choice. Messages are counted as for any code, wrong answers as they were,
 * and of all challenges that come of one, one is answered right.
 *
 * @param sealed the session of the challenge at hand
 * @throws NotAuthorizedException the attempt is over, does not offer what is wanted, or the address has had its messages
 */
export async function askAgain(
  call: Call,
  sealed: string,
  typedName: string,
  wanted: AskedName,
): Promise<ChallengeOutcome> {
  const { context, pool, client } = call
  const { session: carrier } = CARRIERS
  const open = await carrier.open(context, sealed)
  if (open?.attempt.clientId !== client.id || !open.attempt.proven.length) throw carrier.foreign()
  const { attempt, challenge } = open
  call.about(attempt.who.id)
  if (challenge.expiresAt <= context.clock.now()) throw carrier.expired()
  if (await isTaken(context.db, challenge)) throw carrier.used()
  if (!(await isAbout(call, attempt.who, typedName))) throw carrier.foreign()
  const user = await findUserById(context.db, pool.id, attempt.who.id)
  if (!user?.enabled || stampOf(user) !== attempt.who.stamp) throw carrier.foreign()
  const { of, responses } = offered(call, open, user, wanted)
  return await ask(call, attempt, { ask: wanted, of, from: challenge }, user, responses)
}

/** What a sign-in may ask for at this point, by the rule that has brought it here. */
function offered(
  { context, pool }: Call,
  { attempt: { flow, proven }, challenge }: OpenChallenge,
  user: User,
  wanted: AskedName,
) {
  const next = decide({ pool, user, flow, proven, device: undefined, now: context.clock.now() })
  const { ask: due, of = [] } = next !== 'done' && 'ask' in next ? next : { ask: undefined }
  if (wanted === due) return { of, responses: {} }
  if (due === 'SELECT_MFA_TYPE' && of.some((factor) => FACTOR_CHALLENGE[factor] === wanted))
    return { of, responses: {} }
  const enrolled = due === 'MFA_SETUP' && challenge.name === wanted ? enrolling(challenge) : undefined
  if (!enrolled) throw errors.sessionInvalid()
  return { of, responses: enrolled }
}

/** The address that a code of a set-up has gone to, as the user gave it. */
function enrolling({ name, state }: Challenge): Responses | undefined {
  if (!('as' in state) || state.as !== 'enrol') return undefined
  return name === 'SMS_MFA' ? { phoneNumber: state.sentTo } : { email: state.sentTo }
}
