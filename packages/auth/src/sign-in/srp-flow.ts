import { required } from '../errors.js'
import { beginProof } from './begin-proof.js'
import type { Flow } from './flow.js'

/** USER_SRP_AUTH: proves the password without sending it. */
export const srpFlow: Flow = (attempt, password, context) => {
  required(password, 'EmptySignInPassword', 'password', 'signIn')
  return { AuthParameters: { SRP_A: beginProof(attempt, password, context) } }
}
