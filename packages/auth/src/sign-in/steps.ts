import { newPassword } from './new-password.js'
import { passwordVerifier } from './password-verifier.js'
import type { Step } from './step.js'

/** What to do with each challenge of the service. What only some sign-ins need is loaded by its entry. */
export const steps: Record<string, Step> = {
  NEW_PASSWORD_REQUIRED: newPassword,
  PASSWORD_VERIFIER: passwordVerifier,
}
