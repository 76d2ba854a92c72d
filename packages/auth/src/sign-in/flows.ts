import type { AuthFlowType } from '../models.js'
import type { Flow } from './flow.js'
import { passwordFlow } from './password-flow.js'
import { srpFlow } from './srp-flow.js'

/** The first request of each flow that this version has. */
export const flows: Partial<Record<AuthFlowType, Flow>> = {
  USER_SRP_AUTH: srpFlow,
  USER_PASSWORD_AUTH: passwordFlow,
}
