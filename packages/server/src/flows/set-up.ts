import type { Call, PoolCall } from '../clients/call.js'
import { errors } from '../errors.js'
import { countCodeAttempt } from '../users/code-attempts.js'
import { poolFactors } from '../users/second-factors.js'
import { newSoftwareTokenSecret, softwareTokenStep } from '../users/software-token.js'
import { findUserForUpdate } from '../users/user.js'
import { type Attempt, CARRIERS, type Challenge } from './attempt.js'
import { isTaken } from './settle.js'

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

/**
 * Makes a secret for an authenticator app in a set-up. What was proven before is forgotten with the secret that it proved.
 *
 * @throws SoftwareTokenMFANotFoundException
 */
export async function newTokenIn(call: PoolCall, setUp: SetUp): Promise<{ secret: string; session: string }> {
  const { state } = setUp.challenge
  if (!poolFactors(call.pool).includes('totp') || !state.of.includes('totp'))
    throw errors.softwareTokenNotInPool()
  const secret = await newSoftwareTokenSecret(call.context)
  return { secret, session: await reseal(call, setUp, { ...state, token: { secret } }) }
}

/**
 * Proves by a code of the app that the user has the secret.
 *
 * @returns the session that the set-up is answered with
 * @throws SoftwareTokenMFANotFoundException, EnableSoftwareTokenMFAException, and where guesses were too many
 */
export async function proveTokenIn(
  call: PoolCall,
  setUp: SetUp,
  { code, deviceName }: { readonly code: string; readonly deviceName?: string | undefined },
): Promise<string> {
  const { context, pool } = call
  const { attempt, challenge } = setUp
  const { token } = challenge.state
  if (!token) throw errors.softwareTokenNotFound()
  const step = await softwareTokenStep(context, token.secret, code)
  await context.db.transaction().execute(async (tx) => {
    await findUserForUpdate(tx, pool.id, attempt.who.id)
    await countCodeAttempt(context, tx, attempt.who.id, step !== undefined)
  })
  if (step === undefined) throw errors.softwareTokenNotEnabled()
  const proven = { secret: token.secret, step, ...(deviceName !== undefined && { deviceName }) }
  return await reseal(call, setUp, { ...challenge.state, token: proven })
}

/** The session of a set-up with another state: the same step of the same attempt. */
const reseal = (
  { context }: Pick<Call, 'context'>,
  { attempt, challenge }: SetUp,
  state: Challenge<'MFA_SETUP'>['state'],
): Promise<string> => CARRIERS.session.seal(context, { attempt, challenge: { ...challenge, state } })
