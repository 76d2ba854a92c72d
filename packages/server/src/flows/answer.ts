import type { Call } from '../clients/call.js'
import { errors, type ServiceError } from '../errors.js'
import { findUserById } from '../users/user.js'
import {
  CARRIERS,
  type Challenge,
  type ChallengeName,
  type OpenChallenge,
  stampOf,
  type Who,
} from './attempt.js'
import { withClaim } from './claim.js'
import { asDeviceAfterCode } from './device-after-code.js'
import { offerIn } from './offer.js'
import { offeredDevice } from './offered-device.js'
import { runPreAuthentication } from './pre-authentication.js'
import { answerStep, type Finish, type Outcome, proceed, whoAnswers } from './proceed.js'
import { isTaken } from './settle.js'
import type { Responses } from './step.js'
import { STEPS } from './steps.js'
import { isAbout } from './who.js'

/**
 * A further request: the answer to a challenge.
 *
 * @param sealed what came with the challenge
 * @param typedName clients answer by the name in the challenge, or by the name that they began with; empty where there is
 *   none
 * @throws ServiceError as the service words it
 */
export async function answer<R>(
  call: Call,
  name: ChallengeName,
  sealed: string,
  typedName: string,
  responses: Responses,
  finish: Finish<R>,
): Promise<Outcome<R>> {
  const { context, pool, client } = call
  const { carrier: carriedBy, unknownSession, unknownDevice = 'ignored', isJudgedByFunction } = STEPS[name]
  const carrier = CARRIERS[carriedBy]
  const refuse = (failure: ServiceError, reason: string): never => {
    call.explain(reason)
    throw failure
  }
  const opened =
    (await carrier.open(context, sealed)) ??
    refuse((unknownSession ?? carrier.foreign)(), 'The session is not of this server.')
  const open =
    name === 'DEVICE_SRP_AUTH'
      ? ((await asDeviceAfterCode(context.db, opened, responses.deviceKey)) ?? opened)
      : opened
  const { attempt } = open
  const isUnnamed = attempt.who.is === 'unnamed'
  if (!isUnnamed) {
    if (typedName === '') throw errors.missingParameter('USERNAME')
    call.about(attempt.who.id, attempt.who.is === 'user')
  }
  const challenge = asAnswered(open.challenge, name)
  if (attempt.clientId !== client.id || !challenge || !(await isBeside(context, responses.session, open)))
    return refuse(carrier.foreign(), 'The session is of another app client or challenge.')
  if (challenge.expiresAt <= context.clock.now()) return refuse(carrier.expired(), 'The session has expired.')
  // A secret block is one guess, whose outcome the transaction alone may tell. A session may be answered again when what
  // came with it was refused, so one that is used up is told so before that.
  if (carrier === CARRIERS.session && (await isTaken(context.db, challenge))) throw carrier.used()
  if (isUnnamed) return await answerUnnamed(call, { attempt, challenge }, { ...responses, typedName }, finish)
  if (!(await isAbout(call, attempt.who, typedName)))
    return refuse(carrier.foreign(), 'The session is of another user.')
  const user = await findUserById(context.db, pool.id, attempt.who.id)
  const device =
    unknownDevice === 'read by the step'
      ? undefined
      : await offeredDevice(call, attempt.who, responses.deviceKey, unknownDevice)
  const given = { ...responses, typedName }
  const who = await whoAnswers(call, challenge.name, { attempt, user, typedName }, given)
  const judge = () => answerStep(call, challenge.name, { attempt: who.attempt, challenge }, who.user, given)
  const answered = isJudgedByFunction ? await withClaim(call, challenge, judge) : await judge()
  return await proceed(call, { ...who, challenge, device, typedName }, answered, finish)
}

/** The answer to a challenge of a sign-in that no name came with. If it is right, it has named the user. */
async function answerUnnamed<R>(
  call: Call,
  { attempt, challenge }: OpenChallenge,
  responses: Responses,
  finish: Finish<R>,
): Promise<Outcome<R>> {
  const answered = await answerStep(call, challenge.name, { attempt, challenge }, undefined, responses)
  const user = 'right' in answered ? answered.names : undefined
  const { typedName = '' } = responses
  if (!user)
    return await proceed(call, { attempt, challenge, user, device: undefined, typedName }, answered, finish)
  call.about(user.id)
  await runPreAuthentication(call, user, user.username)
  const who: Who = { is: 'user', id: user.id, srpIdentity: user.srpIdentity, stamp: stampOf(user) }
  const device = await offeredDevice(call, who, responses.deviceKey, 'ignored')
  return await proceed(
    call,
    { attempt: { ...attempt, who }, challenge, user, device, typedName },
    answered,
    finish,
  )
}

/**
 * The challenge as one that is answered by this name, if it may be. A first factor that is not proven yet may be answered
 * by another choice: an application does so after a passkey that was cancelled.
 */
function asAnswered(challenge: Challenge, name: ChallengeName): Challenge | undefined {
  if (challenge.name === name) return challenge
  const offer = offerIn(challenge)
  if (name !== 'SELECT_CHALLENGE' || !offer) return undefined
  const { step, expiresAt } = challenge
  return { name, step, expiresAt, state: offer }
}

/** A secret block that was handed out with a session is good with that session only. */
async function isBeside(
  context: Call['context'],
  session: string | undefined,
  { attempt, challenge }: OpenChallenge,
): Promise<boolean> {
  if (STEPS[challenge.name].carrier !== 'secretBlock') return true
  if (challenge.guess === undefined && !attempt.custom) return true
  if (session === undefined) throw errors.missingParameter('Session')
  const beside = await CARRIERS.session.open(context, session)
  const { step, guess } = challenge
  return (
    beside?.attempt.id === attempt.id && beside.challenge.step === step && beside.challenge.guess === guess
  )
}
