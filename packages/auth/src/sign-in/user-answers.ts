import { chosenPassword } from './chosen-password.js'
import { code } from './code.js'
import { customAnswer } from './custom-answer.js'
import { firstFactor } from './first-factor.js'
import { mfaSelection } from './mfa-selection.js'
import { mfaSetup } from './mfa-setup.js'
import { newPassword } from './new-password.js'
import type { UserAnswerTo } from './step.js'

/** The answer to each challenge the user is asked about. Only `confirmSignIn` brings it into a bundle. */
export const userAnswers: Record<string, UserAnswerTo> = {
  NEW_PASSWORD_REQUIRED: newPassword,
  SELECT_CHALLENGE: firstFactor,
  // A passkey that was cancelled or refused.
  WEB_AUTHN: firstFactor,
  PASSWORD: chosenPassword,
  PASSWORD_SRP: chosenPassword,
  CUSTOM_CHALLENGE: customAnswer,
  SMS_MFA: code,
  SMS_OTP: code,
  EMAIL_OTP: code,
  SOFTWARE_TOKEN_MFA: code,
  SELECT_MFA_TYPE: mfaSelection,
  MFA_SETUP: mfaSetup,
}
