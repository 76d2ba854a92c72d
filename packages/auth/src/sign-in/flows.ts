import type { AuthFlowType } from '../models.js'
import type { Flow } from './flow.js'
import { passwordFlow } from './password-flow.js'
import { srpFlow } from './srp-flow.js'

/** The first request of each flow; `undefined` for those that this version does not have. */
export const flows: Record<AuthFlowType, Flow | undefined> = {
  USER_SRP_AUTH: srpFlow,
  USER_PASSWORD_AUTH: passwordFlow,
  USER_AUTH: undefined,
  CUSTOM_WITH_SRP: undefined,
  CUSTOM_WITHOUT_SRP: undefined,
}
