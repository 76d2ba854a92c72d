import type { SignInOutput } from '../models.js'

/** Two refusals of the service are steps for the user; every other one is an error. */
export function stepAfter(error: unknown): SignInOutput {
  const name = (error as Partial<Error>)?.name
  const signInStep =
    name === 'UserNotConfirmedException'
      ? 'CONFIRM_SIGN_UP'
      : name === 'PasswordResetRequiredException' && 'RESET_PASSWORD'
  if (!signInStep) throw error
  return { isSignedIn: false, nextStep: { signInStep } }
}
