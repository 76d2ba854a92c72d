import type { Call } from '../clients/call.js'
import { errors } from '../errors.js'
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

/** The session of a set-up with another state: the same step of the same attempt. */
export const reseal = (
  { context }: Pick<Call, 'context'>,
  { attempt, challenge }: SetUp,
  state: Challenge<'MFA_SETUP'>['state'],
): Promise<string> => CARRIERS.session.seal(context, { attempt, challenge: { ...challenge, state } })
