import type { SignInOutput } from '@amulet/auth'
import type { Action } from '../state.js'

/** Where the library's next step leads to on this page. Nowhere when it is done: the `signedIn` event moves the page on. */
export function afterSignIn(nextStep: SignInOutput['nextStep'], email: string): Action | undefined {
  switch (nextStep.signInStep) {
    case 'DONE':
      return undefined
    case 'CONFIRM_SIGN_UP':
      return {
        type: 'show',
        step: { name: 'confirm', email, sentTo: undefined },
        notice: { kind: 'warning', sentence: 'This account still waits for its code.' },
      }
    case 'CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED':
      return {
        type: 'show',
        step: { name: 'new-password', email, missing: nextStep.missingAttributes ?? [] },
      }
    case 'RESET_PASSWORD':
      return {
        type: 'show',
        step: { name: 'reset-password', email, sentTo: undefined },
        notice: { kind: 'warning', sentence: 'This account needs a new password before you can sign in.' },
      }
    case 'CONFIRM_SIGN_IN_WITH_SMS_CODE':
      return askForCode('SMS', email, nextStep.codeDeliveryDetails?.destination)
    case 'CONFIRM_SIGN_IN_WITH_EMAIL_CODE':
      return askForCode('EMAIL', email, nextStep.codeDeliveryDetails?.destination)
    case 'CONFIRM_SIGN_IN_WITH_TOTP_CODE':
      return askForCode('TOTP', email)
    case 'CONTINUE_SIGN_IN_WITH_MFA_SELECTION':
    case 'CONTINUE_SIGN_IN_WITH_MFA_SETUP_SELECTION':
      return {
        type: 'show',
        step: { name: 'choose-factor', email, factors: nextStep.allowedMFATypes ?? [] },
      }
    case 'CONTINUE_SIGN_IN_WITH_FIRST_FACTOR_SELECTION':
      return {
        type: 'show',
        step: { name: 'choose-factor', email, factors: nextStep.availableChallenges ?? [] },
      }
    case 'CONTINUE_SIGN_IN_WITH_TOTP_SETUP':
      return { type: 'show', step: { name: 'totp-setup', email, setup: nextStep.totpSetupDetails } }
    case 'CONTINUE_SIGN_IN_WITH_EMAIL_SETUP':
      return { type: 'show', step: { name: 'email-setup', email } }
    case 'CONFIRM_SIGN_IN_WITH_PASSWORD':
      return { type: 'show', step: { name: 'password', email } }
    case 'CONFIRM_SIGN_IN_WITH_CUSTOM_CHALLENGE':
      return { type: 'show', step: { name: 'custom-challenge', email, hints: nextStep.additionalInfo ?? {} } }
  }
  // A step that comes with a later version of the library does not compile until this page shows it.
  return nextStep satisfies never
}

const askForCode = (by: 'SMS' | 'EMAIL' | 'TOTP', email: string, sentTo?: string): Action => ({
  type: 'show',
  step: { name: 'sign-in-code', email, by, sentTo },
})
