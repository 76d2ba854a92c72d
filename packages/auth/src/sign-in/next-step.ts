import { authError } from '../errors.js'
import type { SignInNextStep, SignInOutput } from '../models.js'

/** What a challenge of the service asks of the user. */
export function nextStep(challengeName: string, parameters: Record<string, string> = {}): SignInNextStep {
  if (challengeName === 'NEW_PASSWORD_REQUIRED') {
    return {
      signInStep: 'CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED',
      missingAttributes: (JSON.parse(parameters.requiredAttributes ?? '[]') as string[]).map((name) =>
        name.replace('userAttributes.', ''),
      ),
    }
  }
  throw notAddressed(challengeName)
}

export const notAddressed = (challengeName: string) =>
  authError(
    'SignInException',
    `An error occurred during the sign in process. ${challengeName} challengeName returned by the underlying service was not addressed.`,
  )

/** Two refusals of the service are steps for the user; every other one is an error. */
export function stepAfter(error: unknown): SignInOutput {
  const name = (error as Partial<Error>)?.name
  if (name !== 'UserNotConfirmedException' && name !== 'PasswordResetRequiredException') throw error
  const signInStep = name[0] === 'U' ? 'CONFIRM_SIGN_UP' : 'RESET_PASSWORD'
  return { isSignedIn: false, nextStep: { signInStep } }
}
