import type { Call } from '../clients/call.js'
import type { Transaction } from '../db/schema.js'
import { errors } from '../errors.js'
import { rulesOf } from '../pools/rules.js'
import { API_SCOPE } from '../tokens/scopes.js'
import { type TokenOverrides, type TokenSource, tokenOverrides } from '../tokens/token-overrides.js'
import { eventUser, runTrigger } from '../triggers/run-trigger.js'
import { TRIGGERS } from '../triggers/triggers.js'
import { getDevice } from '../users/device.js'
import { findUserById, findUserForUpdate, type User } from '../users/user.js'
import { type Attempt, CARRIERS, stampOf } from './attempt.js'

/** What comes of a sign-in whose last proof has counted. */
export interface Completed<R> {
  readonly result: R
  readonly user: User
  readonly overrides: TokenOverrides | undefined
}

/** Whether functions of the pool run between the last proof and what comes of it. */
export const runsAfterProofs = ({ pool }: Call): boolean => {
  const { PostAuthentication, PreTokenGeneration } = rulesOf(pool).functions
  return PostAuthentication !== undefined || PreTokenGeneration !== undefined
}

/**
 * Runs the functions of the end of a sign-in, then finishes it in a transaction of its own. They can take seconds: a
 * user who is signed out everywhere meanwhile, or has another password, is not signed in.
 *
 * @throws what the functions throw; NotAuthorizedException
 */
export async function completeAfterProofs<R>(
  call: Call,
  attempt: Attempt,
  user: User,
  finish: (tx: Transaction, user: User, attempt: Attempt) => Promise<R>,
): Promise<Completed<R>> {
  const { context, pool, metadata: clientMetadata } = call
  const { functions, devices } = rulesOf(pool)
  await runTrigger(call, TRIGGERS.PostAuthentication, {
    source: 'Authentication',
    user: eventUser(user),
    request: { newDeviceUsed: devices !== undefined && attempt.deviceKey === undefined, clientMetadata },
  })
  // The function may have changed the user.
  const changed = functions.PostAuthentication ? await findUserById(context.db, pool.id, user.id) : user
  // A page ends in a code. Tokens are made when the code is exchanged.
  const overrides =
    changed && call.by !== 'page'
      ? await tokenOverrides(call, changed, tokenSource(attempt), [API_SCOPE])
      : undefined
  return await context.db.transaction().execute(async (tx) => {
    const current = await findUserForUpdate(tx, pool.id, user.id)
    // Disabling a user is a sign-out everywhere as well, and says more.
    if (current && !current.enabled) throw errors.userDisabled()
    if (!current || stampOf(current) !== attempt.who.stamp) throw CARRIERS.session.foreign()
    // Nor is a device that was forgotten meanwhile, which could be confirmed anew by its tokens.
    if (attempt.deviceKey) await getDevice(tx, current.id, attempt.deviceKey)
    return { result: await finish(tx, current, attempt), user: current, overrides }
  })
}

/** A device proves itself last. */
const tokenSource = ({ proven }: Attempt): TokenSource =>
  proven.includes('DEVICE')
    ? 'AuthenticateDevice'
    : proven.includes('NEW_PASSWORD')
      ? 'NewPasswordChallenge'
      : 'Authentication'
