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
    default:
      throw new Error(`this account needs a step that this page does not show (${nextStep.signInStep})`)
  }
}
