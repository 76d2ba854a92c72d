import type { AuthFlowType } from '../models.js'
import { choiceFlow } from './choice-flow.js'
import { customFlow } from './custom-flow.js'
import { customSrpFlow } from './custom-srp-flow.js'
import type { Flow } from './flow.js'
import { passwordFlow } from './password-flow.js'
import { srpFlow } from './srp-flow.js'

/** The first request of each flow. */
export const flows: Record<AuthFlowType, Flow> = {
  USER_SRP_AUTH: srpFlow,
  USER_PASSWORD_AUTH: passwordFlow,
  CUSTOM_WITH_SRP: customSrpFlow,
  CUSTOM_WITHOUT_SRP: customFlow,
  USER_AUTH: choiceFlow,
}
