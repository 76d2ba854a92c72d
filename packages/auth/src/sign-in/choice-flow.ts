import { authError } from '../errors.js'
import { userPoolConfig } from '../service/user-pool.js'
import type { Flow } from './flow.js'
import { passwordFlow } from './password-flow.js'
import { srpFlow } from './srp-flow.js'

/** USER_AUTH: begins with the first factor that is preferred, or lets the user choose one. */
export const choiceFlow: Flow = (attempt, password, context) => {
  const { passwordless } = userPoolConfig(context)
  const preferred = attempt.options?.preferredChallenge ?? passwordless?.preferredChallenge
  if (!preferred) return { AuthParameters: {}, Session: attempt.session }
  if (passwordless) {
    const { emailOtpEnabled, smsOtpEnabled, webAuthn } = passwordless
    const isEnabled = { EMAIL_OTP: emailOtpEnabled, SMS_OTP: smsOtpEnabled, WEB_AUTHN: webAuthn }
    if (preferred in isEnabled && !isEnabled[preferred as keyof typeof isEnabled]) {
      throw authError(
        'InvalidPreferredChallenge',
        'The preferred challenge is not enabled in your backend configuration',
        'Ensure the authentication method is enabled in your Amplify backend configuration',
      )
    }
  }
  const AuthParameters = { PREFERRED_CHALLENGE: preferred }
  // A user who has signed up without a password has none to prove, and has proven something else.
  const proven = attempt.session && !password
  // The password is proven then, so that there is no need for what a sign-up proved.
  if (preferred === 'PASSWORD_SRP' && !proven) return srpFlow(attempt, password, context, AuthParameters)
  return {
    AuthParameters: {
      ...AuthParameters,
      ...(preferred === 'PASSWORD' && !proven && passwordFlow(attempt, password).AuthParameters),
    },
    Session: attempt.session,
  }
}
