import { authError } from '../errors.js'
import type { Flow } from './flow.js'

/** CUSTOM_WITHOUT_SRP: the pool's own functions ask whatever there is to be asked. */
export const customFlow: Flow = (_attempt, password) => {
  if (password) {
    throw authError(
      'CustomAuthSignInPassword',
      'A password is not needed when signing in with CUSTOM_WITHOUT_SRP',
      'Do not include a password in your signIn call.',
    )
  }
  return { AuthFlow: 'CUSTOM_AUTH', AuthParameters: {} }
}
