import type { Flow } from './flow.js'
import { srpFlow } from './srp-flow.js'

/** CUSTOM_WITH_SRP: a proof of the password comes before what the pool's own functions ask. */
export const customSrpFlow: Flow = (attempt, password, context) => ({
  AuthFlow: 'CUSTOM_AUTH',
  ...srpFlow(attempt, password, context, { CHALLENGE_NAME: 'SRP_A' }),
})
