import type { ServerContext } from '../context.js'
import { ONE, prepared } from '../db/prepared.js'
import type { Queryable, Transaction } from '../db/schema.js'
import { errors, type ServiceError } from '../errors.js'
import { countCodeAttempt, countFirstCodeAttempt } from '../users/code-attempts.js'
import type { Device } from '../users/device.js'
import { countPasswordAttempt } from '../users/password-attempts.js'
import { findUserForUpdate, type User } from '../users/user.js'
import { type Attempt, CARRIERS, type Challenge, type Proof, stampOf } from './attempt.js'
import type { Answered } from './step.js'
import { STEPS } from './steps.js'

/** An answer that is right or wrong. What is refused for another reason counts for nothing and is not settled. */
export type Counted = Exclude<Answered, { readonly refused: unknown } | { readonly chosen: unknown }>

/** What became of an answer: the user as it now is, or what its sender is told. */
export type Settled =
  | { readonly proven: Proof; readonly user: User; readonly device?: Device | undefined }
  /** What a function made of the answer is noted. It proves nothing by itself. */
  | { readonly proven: undefined; readonly user: User | undefined; readonly device?: undefined }
  | { readonly failure: ServiceError; readonly reason: string }

/** How guesses at each proof are limited. A new password is not guessed at. */
const COUNT: { readonly [P in Proof]?: typeof countPasswordAttempt } = {
  PASSWORD: countPasswordAttempt,
  EMAIL: countFirstCodeAttempt,
  SMS: countFirstCodeAttempt,
  SMS_MFA: countCodeAttempt,
  TOTP_MFA: countCodeAttempt,
  EMAIL_MFA: countCodeAttempt,
  // As passwords, but apart from them: wrong proofs of one kind do not lock the other.
  DEVICE: (context, tx, subject, right) => countPasswordAttempt(context, tx, `device of ${subject}`, right),
}

/**
 * The transaction in which an answer counts; the cryptography is done before. Right and wrong run the same statements, in
 * the order that every transaction about a user keeps:
 *
 * 1. Hold the user.
 * 2. Take the step: one that was answered before is refused.
 * 3. Count the answer: while the subject is locked, right and wrong are refused.
 * 4. Store what a right answer brings.
 *
 * So answers are judged by the order in which they arrive here, and not by what they say.
 *
 * @param challenge absent for a proof that came with the first request
 * @throws ServiceError the transaction is to be rolled back, which uses nothing up: the step was taken before, the
 *   subject is locked, or what a right answer brings cannot be stored
 */
export async function settle(
  context: ServerContext,
  tx: Transaction,
  { who, userPoolId, proven, custom }: Attempt,
  challenge: Challenge | undefined,
  answered: Counted,
): Promise<Settled> {
  const carrier = CARRIERS[challenge ? STEPS[challenge.name].carrier : 'secretBlock']
  const user = await findUserForUpdate(tx, userPoolId, who.id)
  const isResult = 'result' in answered
  const right = 'right' in answered
  if (challenge) {
    // A wrong code leaves the session for another try, but not for one after a right code.
    const take = (id: string) => takeStep(tx, challenge, id, context.clock.now())
    const { step, guess } = challenge
    const isOpen =
      right || isResult || answered.ends ? await take(guess ?? step) : !(await isTaken(tx, challenge))
    const isStepOpen =
      guess === undefined || (right || isResult ? await take(step) : !(await isTaken(tx, challenge)))
    if (!isOpen || !isStepOpen) throw carrier.used()
  }
  // Before the first proof all names are answered alike; whether the attempt is still the user's is judged when the function
  // issues tokens, and from then on here.
  if (isResult && proven.length === 0 && !custom?.issued) return { proven: undefined, user }
  if (!isResult) await COUNT[right ? answered.right : answered.of]?.(context, tx, who.id, right)
  if (!right && !isResult) return { failure: answered.wrong, reason: answered.reason }
  if (!user) return { failure: carrier.foreign(), reason: 'The user was deleted during the sign-in.' }
  if (stampOf(user) !== who.stamp)
    return {
      failure: user.enabled ? carrier.foreign() : errors.userDisabled(),
      reason: 'The password was changed, or the user was signed out everywhere, during the sign-in.',
    }
  if (isResult) return { proven: undefined, user }
  return {
    proven: answered.right,
    user: (await answered.save?.(tx, user)) ?? user,
    device: await answered.saveDevice?.(tx),
  }
}

const insertStep = prepared((db, p: { id: string; expiresAt: number }) =>
  db
    .insertInto('consumed_challenges')
    .values({ id: p.id, expires_at: p.expiresAt })
    .onConflict((conflict) => conflict.column('id').doNothing()),
)

/** Milliseconds: the most that `AuthSessionValidity` can be. */
const LONGEST_SESSION = 15 * 60_000

/**
 * @param id of the step or the guess
 * @returns whether it was still open
 */
export async function takeStep(
  tx: Transaction,
  { name, guess, expiresAt }: Challenge,
  id: string,
  now: number,
): Promise<boolean> {
  // Of a session, another choice may have been made just now, which is the same step and lives on for a whole session.
  const isOfSession = guess !== undefined || STEPS[name].carrier === 'session'
  return await consume(tx, id, isOfSession ? now + LONGEST_SESSION : expiresAt)
}

/** Uses up what can be used once. Returns whether it was still open. */
export async function consume(tx: Transaction, id: string, expiresAt: number): Promise<boolean> {
  const { numAffectedRows } = await insertStep(tx, { id, expiresAt })
  return numAffectedRows === 1n
}

const stepById = prepared((db, p: { id: string }) =>
  db.selectFrom('consumed_challenges').select('id').where('id', '=', p.id).limit(ONE),
)

/** Whether a step was answered before, without taking it. */
export async function isTaken(db: Queryable, { step }: Pick<Challenge, 'step'>): Promise<boolean> {
  const { rows } = await stepById(db, { id: step })
  return rows.length > 0
}
