import { type Call, hidesExistence } from '../clients/call.js'
import { challengeLifetime } from '../clients/lifetimes.js'
import { randomUuid } from '../crypto/random.js'
import type { Transaction } from '../db/schema.js'
import { errors, type ServiceError } from '../errors.js'
import { rulesOf } from '../pools/rules.js'
import type { Device } from '../users/device.js'
import type { SecondFactor } from '../users/mfa-settings.js'
import { simulatedUser } from '../users/simulated-user.js'
import { findUser, findUserById, findUserForUpdate, type User } from '../users/user.js'
import { type Completed, completeAfterProofs, runsAfterProofs } from './after-proofs.js'
import {
  type AskedName,
  type Attempt,
  CARRIERS,
  type Challenge,
  type ChallengeName,
  type Flow,
  forgetRows,
  type Offer,
  type OpenChallenge,
  stampOf,
  type Who,
} from './attempt.js'
import { withClaim } from './claim.js'
import { beginCustom, defineNext, withAnswer, withoutSrpA } from './custom.js'
import { type Decision, decide, type Verdict } from './decide.js'
import { asDeviceAfterCode, noteDeviceAfterCode } from './device-after-code.js'
import { migrateAtSignIn, migratesUsers } from './migrate-user.js'
import { makeOffer, offerIn } from './offer.js'
import { offeredDevice } from './offered-device.js'
import { checkPassword } from './password.js'
import { runPreAuthentication } from './pre-authentication.js'
import { sendCode, sendFirstCode } from './send-code.js'
import { isTaken, settle } from './settle.js'
import type { Answered, Asked, Responses, Shown, Step } from './step.js'
import { STEPS } from './steps.js'
import { countUnnamed, UNNAMED, unnamedOffer } from './unnamed.js'

/** What a request of a sign-in comes to. */
export type Outcome<R> = ({ readonly is: 'signed in' } & Completed<R>) | ChallengeOutcome

interface ChallengeOutcome<N extends AskedName = AskedName> {
  readonly is: 'challenge'
  readonly name: N
  readonly show: Shown[N]
  /** Goes to the client, and comes back with the answer: a challenge session, or a secret block. */
  readonly sealed: string
  /** The session that comes back beside a secret block, where there is one. */
  readonly session?: string
}

/**
 * What a complete sign-in brings, in the transaction in which its last proof counted; in one of its own where functions of
 * the pool run before.
 */
export type Finish<R> = (tx: Transaction, user: User, attempt: Attempt) => Promise<R>

/**
 * The first request of a flow.
 *
 * @throws ServiceError as the service words it
 */
export async function begin<R>(
  request: Call,
  flow: Flow,
  typedName: string,
  responses: Responses,
  finish: Finish<R>,
): Promise<Outcome<R>> {
  // What comes with the first request is for the functions that run before the sign-in begins, and for no others.
  const call: Call = { ...request, metadata: {} }
  const { context, pool, client } = call
  const custom = flow === 'CUSTOM' ? beginCustom(call, responses.srpA) : undefined
  const found = await findUser(context.db, pool, typedName)
  const migrated =
    found || !mayMigrate(call, flow, responses)
      ? undefined
      : await migrateAtSignIn(request, typedName, responses.password ?? '')
  const user = found ?? migrated
  const who = whoIs(call, user, typedName)
  call.about(who.id)
  const hides = hidesExistence(call)
  if (!hides && !user) throw errors.userNotFound()
  await runPreAuthentication(request, user, typedName)
  if (!hides) assertMayBegin(flow, user)
  if (!user && mayMigrate(call, flow, responses)) {
    // The guess was counted before the function judged it.
    call.explain('There is no user of that name, and UserMigration knows none.')
    throw errors.incorrectUsernameOrPassword()
  }
  if (flow === 'CHOICE' && user?.status === 'UNCONFIRMED' && rulesOf(pool).messages.link)
    // Amplify asks every five seconds until the link was opened. With each time a code would be sent.
    throw errors.userNotConfirmed()
  if (flow === 'CHOICE' && responses.session !== undefined)
    return await answer(call, 'SIGN_UP', responses.session, typedName, responses, finish)
  const attempt: Attempt = {
    id: randomUuid(context),
    who,
    flow,
    clientId: client.id,
    userPoolId: pool.id,
    proven: [],
    ...(custom && { custom }),
  }
  if (flow === 'SRP') {
    if (!user) call.explain('There is no user of that name.')
    return await ask(call, attempt, { ask: 'PASSWORD_VERIFIER' }, user, responses)
  }
  if (custom) {
    const unknown = custom.srpA === undefined ? 'refused' : 'ignored'
    const device = await offeredDevice(call, who, responses.deviceKey, unknown)
    return await goOn(call, { is: 'undefined', attempt, user, device }, typedName, finish)
  }
  const device = verifierFollows(flow, responses)
    ? undefined
    : await offeredDevice(call, who, responses.deviceKey, 'refused')
  if (flow === 'CHOICE')
    return await beginChoice(call, attempt, device, user, { ...responses, typedName }, finish)
  const answered = checkPassword(call, attempt.who, user, responses.password ?? '')
  return await proceed(call, { attempt, user, device, typedName }, answered, finish)
}

/**
 * The first request of a sign-in that no name came with: a passkey will say who the user is. Autofill of browsers works so.
 *
 * @throws InvalidParameterException passkeys alone sign nobody in here, and the name is missing
 */
export async function beginUnnamed<R>(call: Call): Promise<Outcome<R>> {
  const offer = unnamedOffer(call)
  if (!offer) throw errors.missingParameter('USERNAME')
  const attempt: Attempt = {
    id: randomUuid(call.context),
    who: UNNAMED,
    flow: 'CHOICE',
    clientId: call.client.id,
    userPoolId: call.pool.id,
    proven: [],
  }
  return await ask(call, attempt, { ask: 'WEB_AUTHN', offer }, undefined, {})
}

/** A password that comes with the first request is one that a function can compare with another directory. */
const mayMigrate = (call: Call, flow: Flow, { preferred, password }: Responses): boolean =>
  migratesUsers(call) &&
  Boolean(password) &&
  (flow === 'PASSWORD' || (flow === 'CHOICE' && preferred === 'PASSWORD'))

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
    call.about(attempt.who.id)
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
  const judge = () => answerStep(call, challenge.name, { attempt, challenge }, user, given)
  const answered = isJudgedByFunction ? await withClaim(call, challenge, judge) : await judge()
  return await proceed(call, { attempt, challenge, user, device, typedName }, answered, finish)
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

/** Whether the device is named there, and not here. Clients could not recover from a key that is refused here. */
const verifierFollows = (flow: Flow, { preferred, srpA }: Responses): boolean =>
  flow === 'CHOICE' && preferred === 'PASSWORD_SRP' && srpA !== undefined

/** The first request of a choice: with the factor that the user prefers, if it is offered, or by asking for one. */
async function beginChoice<R>(
  call: Call,
  attempt: Attempt,
  device: Device | undefined,
  user: User | undefined,
  responses: Responses,
  finish: Finish<R>,
): Promise<Outcome<R>> {
  const { typedName = '' } = responses
  const offer = await makeOffer(call, attempt.who, user, typedName)
  if (offer.offered.length === 0) {
    call.explain('The user has nothing that a sign-in may begin with.')
    throw errors.incorrectUsernameOrPassword()
  }
  const preferred = offer.offered.find((name) => name === responses.preferred)
  if (!preferred) return await ask(call, attempt, { ask: 'SELECT_CHALLENGE', offer }, user, {})
  const challenge: Challenge = { name: 'SELECT_CHALLENGE', ...newStep(call), state: offer }
  return await choose(
    call,
    { attempt, challenge, user, device, typedName },
    { chosen: preferred, responses },
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

/** Goes on with the challenge that was chosen: by its answer, if that came along, or by putting it to the user. */
async function choose<R>(
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
  const answered = await answerStep(call, chosen, { attempt, challenge }, user, responses)
  return await proceed(call, { attempt, challenge, user, device, typedName }, answered, finish)
}

/**
 * What is told at once where existence is not hidden: as the service tells it.
 *
 * @throws UserNotFoundException, NotAuthorizedException, PasswordResetRequiredException, UserNotConfirmedException
 */
function assertMayBegin(flow: Flow, user: User | undefined): void {
  if (!user) throw errors.userNotFound()
  if (!user.enabled) throw errors.userDisabled()
  if (user.status === 'RESET_REQUIRED' && (flow !== 'PASSWORD' || user.sealedVerifier === null))
    throw errors.passwordResetRequired()
  if (user.status === 'UNCONFIRMED' && (flow === 'CHOICE' || flow === 'CUSTOM'))
    throw errors.userNotConfirmed()
}

/** The simulated user is worked out for every name, so that the time does not tell which exist. */
function whoIs({ context, pool }: Call, user: User | undefined, typedName: string): Who {
  const simulated = simulatedUser(context, pool, typedName)
  // Sealed, and of a user who does not exist it is compared with none.
  const stamp = stampOf(user ?? { salt: simulated.id, signedOutAt: null })
  const { id, srpIdentity } = user ?? simulated
  return { is: user ? 'user' : 'none', id, srpIdentity, stamp }
}

async function isAbout(call: Call, who: Who, typedName: string): Promise<boolean> {
  if (typedName === who.srpIdentity) return true
  const user = await findUser(call.context.db, call.pool, typedName)
  return whoIs(call, user, typedName).id === who.id
}

const answerStep = async <N extends ChallengeName>(
  call: Call,
  name: N,
  open: { readonly attempt: Attempt; readonly challenge: Challenge<N> },
  user: User | undefined,
  responses: Responses,
): Promise<Answered> => await STEPS[name].answer(call, open, user, responses)

/** What is answered by a request, and from where. */
interface Answering {
  readonly attempt: Attempt
  /** Absent for a proof that came with the first request. */
  readonly challenge?: Challenge
  /** As it was when the request came; absent for a simulated one. */
  readonly user: User | undefined
  /** The device that the request says it comes from. */
  readonly device: Device | undefined
  readonly typedName: string
}

/** An answer is settled; if it was right, the next challenge follows, or the end of the sign-in. */
async function proceed<R>(
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
    if ('failure' in settled) return { is: 'refused', ...settled }
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
  const from = isDevice ? await noteDeviceAfterCode(tx, challenge, context.clock.now()) : undefined
  return { is: 'asked', decision: { ...decision, ...(from && { from }) }, attempt, user, device }
}

/** Does what the transaction of an answer led to. */
async function goOn<R>(
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
    if (decision !== 'done' && 'ask' in decision) return { is: 'asked', decision, attempt, user, device }
    const refused = decision !== 'done' && 'refuse' in decision
    const failure = refused ? decision.refuse : errors.incorrectUsernameOrPassword()
    if (attempt.hasRows) await context.db.transaction().execute((tx) => forgetRows(tx, attempt))
    return { is: 'refused', failure }
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

type Asking<N extends AskedName = AskedName> = {
  readonly ask: N
  readonly of?: readonly SecondFactor[]
  readonly offer?: Offer | undefined
  /** The challenge whose step this one goes on with: of all that come of a choice, one is answered right. */
  readonly from?: Challenge
}

/** What any answer uses up, where the state of the challenge names it. */
function guessOf(name: ChallengeName, state: object): { readonly guess?: string } {
  // The state is that of the challenge's kind, which the compiler does not follow through the name.
  const guess = (STEPS[name] as Step<ChallengeName>).guessOf?.(state as never)
  return guess === undefined ? {} : { guess }
}

/** A step of an attempt that begins now. */
const newStep = ({ context, client }: Call): Pick<Challenge, 'step' | 'expiresAt'> => ({
  step: randomUuid(context),
  expiresAt: context.clock.now() + challengeLifetime(client),
})

/**
 * Puts a challenge to the user, and sends what it takes to answer it.
 *
 * @throws NotAuthorizedException the address has had its messages
 */
async function ask<N extends AskedName>(
  call: Call,
  attempt: Attempt,
  { ask: name, of = [], offer, from }: Asking<N>,
  user: User | undefined,
  responses: Responses,
): Promise<ChallengeOutcome<N>> {
  const { context } = call
  const { carrier, ask, oneGuess } = STEPS[name]
  const { state, show, send, sendFirst }: Asked<N> = await ask(call, attempt, user, responses, of, offer)
  const { step, expiresAt } = newStep(call)
  const guess = from && oneGuess ? { guess: step } : guessOf(name, state)
  // A challenge's state is its kind's, which the compiler does not follow through the name.
  const challenge = { name, step: from?.step ?? step, ...guess, expiresAt, state } as Challenge
  if (send && user) await sendCode(call, user, send)
  if (sendFirst) await sendFirstCode(call, user, sendFirst, responses)
  const outcome: ChallengeOutcome<N> = {
    is: 'challenge',
    name,
    show,
    sealed: await CARRIERS[carrier].seal(context, { attempt, challenge }),
  }
  if (carrier === 'session' || (!from && !attempt.custom)) return outcome
  // The state is in the secret block; the session binds the block to the choice, or to the attempt.
  const beside = { ...challenge, state: {} } as Challenge
  return { ...outcome, session: await CARRIERS.session.seal(context, { attempt, challenge: beside }) }
}

/** A sign-in in which the user sets a second factor up. */
export interface SetUp {
  readonly attempt: Attempt
  readonly challenge: Challenge<'MFA_SETUP'>
}

/**
 * Opens the session of a set-up, without answering it.
 *
 * @throws NotAuthorizedException
 */
export async function openSetUp(call: Pick<Call, 'context'>, session: string): Promise<SetUp> {
  const { session: carrier } = CARRIERS
  const open = await carrier.open(call.context, session)
  if (open?.challenge.name !== 'MFA_SETUP') throw errors.sessionInvalid()
  const { attempt, challenge } = open
  if (challenge.expiresAt <= call.context.clock.now()) throw carrier.expired()
  if (await isTaken(call.context.db, challenge)) throw carrier.used()
  return { attempt, challenge }
}

/** The session of a sign-up, with which the user signs in next. */
export async function sealSignUp(call: Call, user: User): Promise<string> {
  const { context, pool, client } = call
  const attempt: Attempt = {
    id: randomUuid(context),
    who: whoIs(call, user, user.username),
    flow: 'CHOICE',
    clientId: client.id,
    userPoolId: pool.id,
    proven: [],
  }
  const challenge: Challenge = { name: 'SIGN_UP', ...newStep(call), state: {} }
  return await CARRIERS.session.seal(context, { attempt, challenge })
}

/**
 * Refuses a session that is not of the user's sign-up. One that has expired is none any more, and no reason to refuse the
 * code: a message may take longer.
 *
 * @throws NotAuthorizedException
 */
export async function assertOfSignUp(call: Call, session: string, typedName: string): Promise<void> {
  const open = await CARRIERS.session.open(call.context, session)
  if (
    open?.challenge.name !== 'SIGN_UP' ||
    open.attempt.clientId !== call.client.id ||
    !(await isAbout(call, open.attempt.who, typedName))
  )
    throw errors.sessionInvalid()
}

/** The session of a set-up with another state: the same step of the same attempt. */
export const reseal = (
  { context }: Pick<Call, 'context'>,
  { attempt, challenge }: SetUp,
  state: Challenge<'MFA_SETUP'>['state'],
): Promise<string> => CARRIERS.session.seal(context, { attempt, challenge: { ...challenge, state } })
