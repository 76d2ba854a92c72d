import type { SignInOutput } from '../models.js'

/** Two refusals of the service are steps for the user; every other one is an error. */
export const stepAfter = (error: unknown): SignInOutput => {
  const name = (error as Error | undefined)?.name
  const steps = {
    UserNotConfirmedException: 'CONFIRM_SIGN_UP',
    PasswordResetRequiredException: 'RESET_PASSWORD',
  } as const
  // Any other name finds nothing.
  const signInStep = steps[name as keyof typeof steps]
  if (!signInStep) throw error
  return { isSignedIn: false, nextStep: { signInStep } }
}
