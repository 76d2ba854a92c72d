import type { Call } from '../clients/call.js'
import { randomUuid } from '../crypto/random.js'
import { errors } from '../errors.js'
import type { User } from '../users/user.js'
import { newStep } from './ask.js'
import { type Attempt, CARRIERS, type Challenge } from './attempt.js'
import { isAbout, whoIs } from './who.js'

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
 * Refuses a session that is not of the user's sign-up. An expired one is ignored, and no reason to refuse the
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
