import { newPassword } from './new-password.js'
import type { UserAnswerTo } from './step.js'

/** The answer to each challenge the user is asked about. Only `confirmSignIn` brings it into a bundle. */
export const userAnswers: Record<string, UserAnswerTo> = {
  NEW_PASSWORD_REQUIRED: newPassword,
}
