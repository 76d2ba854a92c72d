import type { AuthContext } from '../context/context.js'
import { required } from '../errors.js'
import type { Attempt } from './attempt.js'
import { beginProof } from './begin-proof.js'

/**
 * USER_SRP_AUTH: proves the password without sending it.
 *
 * @param more what another flow that begins with such a proof sends with it
 */
export const srpFlow = (
  attempt: Attempt,
  password: string | undefined,
  context: AuthContext,
  more?: Record<string, string>,
) => {
  required(password, 'EmptySignInPassword', 'password', 'signIn')
  return { AuthParameters: { ...more, SRP_A: beginProof(attempt, password, context) } }
}
