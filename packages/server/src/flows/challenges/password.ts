import { checkPassword } from '../password.js'
import type { Step } from '../step.js'

/** The password itself, over TLS, as the first factor that was chosen. */
export const password: Step<'PASSWORD'> = {
  name: 'PASSWORD',
  carrier: 'session',
  mayMigrate: true,

  isIn: ({ password }) => password !== undefined,

  ask: (_call, _attempt, { offer = { offered: [] } }) => ({ state: offer, show: offer }),

  answer: (call, { attempt: { who } }, user, { password = '' }) => checkPassword(call, who, user, password),
}
