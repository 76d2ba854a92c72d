import { required } from '../errors.js'
import type { Attempt } from './attempt.js'

/** USER_PASSWORD_AUTH: sends the password over TLS, as a pool that migrates users needs it. */
export const passwordFlow = (_attempt: Attempt, password: string | undefined) => {
  required(password, 'EmptySignInPassword', 'password', 'signIn')
  return { AuthParameters: { PASSWORD: password } }
}
