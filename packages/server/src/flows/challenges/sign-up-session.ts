import { errors } from '../../errors.js'
import type { Step } from '../step.js'

/**
 * The session of a sign-up, which proves as much as the code that confirmed it. While the user is not confirmed it is good
 * for nothing, and not used up: an application asks again until the link has been opened.
 */
export const signUpSession: Step<'SIGN_UP'> = {
  name: 'SIGN_UP',
  carrier: 'session',
  unknownDevice: 'refused',
  ask: () => ({ state: {}, show: {} }),
  answer: (_call, _open, user) =>
    user?.status === 'UNCONFIRMED' ? { refused: errors.userNotConfirmed() } : { right: 'SIGN_UP' },
}
