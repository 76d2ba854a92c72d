import type { ChallengeName } from './attempt.js'
import { customChallenge } from './challenges/custom-challenge.js'
import { devicePasswordVerifier } from './challenges/device-password-verifier.js'
import { deviceSrpAuth } from './challenges/device-srp-auth.js'
import { emailOtp } from './challenges/email-otp.js'
import { mfaSetup } from './challenges/mfa-setup.js'
import { newPasswordRequired } from './challenges/new-password-required.js'
import { password } from './challenges/password.js'
import { passwordSrp } from './challenges/password-srp.js'
import { passwordVerifier } from './challenges/password-verifier.js'
import { selectChallenge } from './challenges/select-challenge.js'
import { selectMfaType } from './challenges/select-mfa-type.js'
import { signUpSession } from './challenges/sign-up-session.js'
import { smsMfa } from './challenges/sms-mfa.js'
import { smsOtp } from './challenges/sms-otp.js'
import { softwareTokenMfa } from './challenges/software-token-mfa.js'
import { webAuthn } from './challenges/web-authn.js'
import type { Step } from './step.js'

/** Every kind of challenge there is. */
export const STEPS: { readonly [Name in ChallengeName]: Step<Name> } = {
  PASSWORD_VERIFIER: passwordVerifier,
  SIGN_UP: signUpSession,
  SELECT_CHALLENGE: selectChallenge,
  PASSWORD: password,
  PASSWORD_SRP: passwordSrp,
  NEW_PASSWORD_REQUIRED: newPasswordRequired,
  SMS_MFA: smsMfa,
  EMAIL_OTP: emailOtp,
  SMS_OTP: smsOtp,
  WEB_AUTHN: webAuthn,
  SOFTWARE_TOKEN_MFA: softwareTokenMfa,
  SELECT_MFA_TYPE: selectMfaType,
  MFA_SETUP: mfaSetup,
  CUSTOM_CHALLENGE: customChallenge,
  DEVICE_SRP_AUTH: deviceSrpAuth,
  DEVICE_PASSWORD_VERIFIER: devicePasswordVerifier,
}
