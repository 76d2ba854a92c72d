import type { Call } from '../clients/call.js'
import type { Transaction } from '../db/schema.js'
import { errors, type ServiceError } from '../errors.js'
import type { Device } from '../users/device.js'
import { findUserForUpdate, type User } from '../users/user.js'
import { type Completed, completeAfterProofs, runsAfterProofs } from './after-proofs.js'
import { type Asking, ask, type ChallengeOutcome, guessOf } from './ask.js'
import {
  type AskedName,
  type Attempt,
  CARRIERS,
  type Challenge,
  type ChallengeName,
  forgetRows,
  stampOf,
} from './attempt.js'
import { defineNext, withAnswer, withoutSrpA } from './custom.js'
import { type Decision, decide, type Verdict } from './decide.js'
import { noteDeviceAfterCode } from './device-after-code.js'
import { migrateAtChoice, migratesUsers } from './migrate-user.js'
import { offerIn } from './offer.js'
import { settle } from './settle.js'
import type { Answered, Responses } from './step.js'
import { STEPS } from './steps.js'
import { countUnnamed } from './unnamed.js'

/** What a request of a sign-in comes to. */
export type Outcome<R> = ({ readonly is: 'signed in' } & Completed<R>) | ChallengeOutcome

/**
 * What a complete sign-in brings, in the transaction in which its last proof counted; in one of its own where functions of
 * the pool run before.
 */
export type Finish<R> = (tx: Transaction, user: User, attempt: Attempt) => Promise<R>

/** What is answered by a request, and from where. */
export interface Answering {
  readonly attempt: Attempt
  /** Absent for a proof that came with the first request. */
  readonly challenge?: Challenge
  /** As it was when the request came; absent for a simulated one. */
  readonly user: User | undefined
  /** The device that the request says it comes from. */
  readonly device: Device | undefined
  readonly typedName: string
}

export const answerStep = async <N extends ChallengeName>(
  call: Call,
  name: N,
  open: { readonly attempt: Attempt; readonly challenge: Challenge<N> },
  user: User | undefined,
  responses: Responses,
): Promise<Answered> => await STEPS[name].answer(call, open, user, responses)

/** Whose answer it is. A name that is not in the pool may come from another directory, with the password that is answered. */
export const whoAnswers = async (
  call: Call,
  name: ChallengeName,
  { attempt, user, typedName }: Pick<Answering, 'attempt' | 'user' | 'typedName'>,
  { password }: Responses,
): Promise<{ attempt: Attempt; user: User | undefined }> =>
  STEPS[name].mayMigrate && attempt.who.is === 'none' && password && migratesUsers(call)
    ? await migrateAtChoice(call, attempt, typedName, password)
    : { attempt, user }

/** An answer is settled; if it was right, the next challenge follows, or the end of the sign-in. */
export async function proceed<R>(
  call: Call,
  { attempt, challenge, user, device: offered, typedName }: Answering,
  answered: Answered,
  finish: Finish<R>,
): Promise<Outcome<R>> {
  const { context } = call
  if ('refused' in answered) {
    if (answered.reason) call.explain(answered.reason)
    throw answered.refused
  }
  if ('chosen' in answered) {
    if (!challenge) throw errors.sessionInvalid()
    // Before the first proof all names are answered alike; it is judged once there is one.
    if (!offerIn(challenge) && (!user?.enabled || stampOf(user) !== attempt.who.stamp))
      throw errors.sessionInvalid()
    return await choose(call, { attempt, challenge, user, device: offered, typedName }, answered, finish)
  }
  const progress = await context.db.transaction().execute<Progress<R>>(async (tx) => {
    const settled = await settle(context, tx, attempt, challenge, answered)
    // Before, nothing says whose answer it is.
    if (attempt.who.is === 'unnamed' || ('right' in answered && answered.names))
      await countUnnamed(call, tx, 'proven' in settled)
    if ('failure' in settled) {
      // Of a challenge that comes of a choice, the choice can be made again.
      const isOver = 'ends' in answered && answered.ends && challenge?.guess === undefined
      if (isOver) await forgetRows(tx, attempt)
      return { is: 'refused', ...settled }
    }
    const { user, proven, device = offered } = settled
    const now: Attempt = {
      ...attempt,
      ...(proven && {
        // What the answer itself changed does not end the attempt.
        who: { ...attempt.who, srpIdentity: user.srpIdentity, stamp: stampOf(user) },
        proven: [...attempt.proven, proven],
      }),
      ...(settled.device && { deviceKey: settled.device.key }),
      ...(attempt.custom && challenge && { custom: withAnswer(attempt.custom, challenge, answered) }),
    }
    return await advance(call, tx, { attempt: now, challenge, user, device }, finish)
  })
  // From here on the answer has counted.
  return await goOn(call, progress, typedName, finish)
}

/** Goes on with the challenge that was chosen: by its answer, if that came along, or by putting it to the user. */
export async function choose<R>(
  call: Call,
  { attempt, challenge: from, user, device, typedName }: Answering & { readonly challenge: Challenge },
  { chosen, responses = {} }: { readonly chosen: AskedName; readonly responses?: Responses },
  finish: Finish<R>,
): Promise<Outcome<R>> {
  const offer = offerIn(from)
  if (!offer || !STEPS[chosen].isIn?.(responses, offer))
    return await ask(call, attempt, { ask: chosen, offer, from }, user, responses)
  const { step, expiresAt } = from
  const guess = guessOf(chosen, offer)
  // Of a first factor that is answered without having been asked for, as each of them is.
  const challenge = { name: chosen, step, ...guess, expiresAt, state: offer } as Challenge
  const who = await whoAnswers(call, chosen, { attempt, user, typedName }, responses)
  const answered = await answerStep(call, chosen, { attempt: who.attempt, challenge }, who.user, responses)
  return await proceed(call, { ...who, challenge, device, typedName }, answered, finish)
}

/** Where an attempt is, once an answer has been settled. */
interface Reached {
  readonly attempt: Attempt
  /** What was answered. */
  readonly challenge?: Challenge | undefined
  readonly user: User | undefined
  readonly device: Device | undefined
}

const decideFor = (
  { context, pool }: Call,
  { attempt: { flow, proven, custom }, user, device }: Reached,
  verdict?: Verdict,
): Decision =>
  decide({
    pool,
    user,
    flow,
    proven,
    device,
    now: context.clock.now(),
    verdict: custom?.issued ? 'issue' : verdict,
  })

/** What comes next, in the transaction in which the last answer counted. */
async function advance<R>(
  call: Call,
  tx: Transaction,
  reached: Reached,
  finish: Finish<R>,
): Promise<Progress<R>> {
  const { context } = call
  const { attempt, challenge, user, device } = reached
  const decision = decideFor(call, reached)
  if (decision === 'done') {
    // Only users are done.
    if (!user) return { is: 'refused', failure: errors.incorrectUsernameOrPassword() }
    await forgetRows(tx, attempt)
    if (runsAfterProofs(call)) return { is: 'proven', user, attempt }
    return { is: 'complete', user, result: await finish(tx, user, attempt), overrides: undefined }
  }
  if ('define' in decision) return { is: 'undefined', ...reached }
  if ('refuse' in decision) return { is: 'refused', failure: decision.refuse }
  const isDevice = decision.ask === 'DEVICE_SRP_AUTH'
  const from = isDevice ? await noteDeviceAfterCode(tx, challenge, 'machine', context.clock.now()) : undefined
  return { is: 'asked', decision: { ...decision, ...(from && { from }) }, attempt, user, device }
}

/** Does what the transaction of an answer led to. */
export async function goOn<R>(
  call: Call,
  progress: Progress<R>,
  typedName: string,
  finish: Finish<R>,
): Promise<Outcome<R>> {
  switch (progress.is) {
    case 'refused':
      if (progress.reason) call.explain(progress.reason)
      throw progress.failure
    case 'asked': {
      const { decision, user, device } = progress
      const { attempt, srpA } =
        decision.ask === 'PASSWORD_VERIFIER'
          ? withoutSrpA(progress.attempt)
          : { ...progress, srpA: undefined }
      return await ask(call, attempt, decision, user, { deviceKey: device?.key, typedName, srpA })
    }
    case 'undefined':
      return await goOn(call, await define(call, progress, finish), typedName, finish)
    case 'proven':
      return {
        ...(await completeAfterProofs(call, progress.attempt, progress.user, finish)),
        is: 'signed in',
      }
    case 'complete':
      return { ...progress, is: 'signed in' }
  }
}

/**
 * Has the function of the pool say what comes next. It can take seconds: a user who is signed out everywhere meanwhile,
 * or has another password, is not signed in.
 *
 * @throws what the function throws
 */
async function define<R>(call: Call, reached: Reached, finish: Finish<R>): Promise<Progress<R>> {
  const { context, pool } = call
  const { attempt, user, device } = reached
  const verdict = await defineNext(call, attempt, user, device)
  if (verdict !== 'issue') {
    const decision = decideFor(call, reached, verdict)
    if (decision !== 'done' && 'ask' in decision) {
      const note = (tx: Transaction) =>
        noteDeviceAfterCode(tx, reached.challenge, 'function', context.clock.now())
      const isDevice = decision.ask === 'DEVICE_SRP_AUTH'
      const from = isDevice ? await context.db.transaction().execute(note) : undefined
      return { is: 'asked', decision: { ...decision, ...(from && { from }) }, attempt, user, device }
    }
    if (attempt.hasRows) await context.db.transaction().execute((tx) => forgetRows(tx, attempt))
    // The function has ended the sign-in: nothing else is refused here that was not before it was asked.
    return { is: 'refused', failure: errors.incorrectUsernameOrPassword() }
  }
  return await context.db.transaction().execute<Progress<R>>(async (tx) => {
    const current = await findUserForUpdate(tx, pool.id, attempt.who.id)
    const end = async (failure: ServiceError, reason?: string): Promise<Progress<R>> => {
      await forgetRows(tx, attempt)
      return { is: 'refused', failure, ...(reason !== undefined && { reason }) }
    }
    if (attempt.who.is === 'none' || !current) return await end(errors.incorrectUsernameOrPassword(), NO_USER)
    if (!current.enabled) return await end(errors.userDisabled())
    if (stampOf(current) !== attempt.who.stamp) return await end(CARRIERS.session.foreign(), CHANGED)
    // The function sees nothing more.
    const issued: Attempt = { ...attempt, custom: { history: [], issued: true } }
    return await advance(call, tx, { ...reached, attempt: issued, user: current }, finish)
  })
}

const NO_USER = 'There is no user of that name, so there are no tokens.'
const CHANGED = 'The password was changed, or the user was signed out everywhere, during the sign-in.'

/** What the transaction of an answer leads to. */
type Progress<R> =
  | { readonly is: 'refused'; readonly failure: ServiceError; readonly reason?: string }
  | ({ readonly is: 'asked'; readonly decision: Asking } & Reached)
  /** A function says what comes next, once the transaction is over. */
  | ({ readonly is: 'undefined' } & Reached)
  | { readonly is: 'proven'; readonly attempt: Attempt; readonly user: User }
  | ({ readonly is: 'complete' } & Completed<R>)
