import type { ChallengeName } from './attempt.js'
import { emailOtp, smsMfa } from './challenges/code.js'
import { mfaSetup } from './challenges/mfa-setup.js'
import { newPasswordRequired } from './challenges/new-password-required.js'
import { passwordVerifier } from './challenges/password-verifier.js'
import { selectMfaType } from './challenges/select-mfa-type.js'
import { softwareTokenMfa } from './challenges/software-token-mfa.js'
import type { Step } from './step.js'

/** Every kind of challenge there is. */
export const STEPS: { readonly [Name in ChallengeName]: Step<Name> } = {
  PASSWORD_VERIFIER: passwordVerifier,
  NEW_PASSWORD_REQUIRED: newPasswordRequired,
  SMS_MFA: smsMfa,
  EMAIL_OTP: emailOtp,
  SOFTWARE_TOKEN_MFA: softwareTokenMfa,
  SELECT_MFA_TYPE: selectMfaType,
  MFA_SETUP: mfaSetup,
}
