import { required } from '../errors.js'
import type { Flow } from './flow.js'

/** USER_PASSWORD_AUTH: sends the password over TLS, as a pool that migrates users needs it. */
export const passwordFlow: Flow = (_attempt, password) => {
  required(password, 'EmptySignInPassword', 'password', 'signIn')
  return { AuthParameters: { PASSWORD: password } }
}
