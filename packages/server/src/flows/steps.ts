import type { ChallengeName } from './attempt.js'
import { newPasswordRequired } from './challenges/new-password-required.js'
import { passwordVerifier } from './challenges/password-verifier.js'
import type { Step } from './step.js'

/** Every kind of challenge there is. */
export const STEPS: { readonly [Name in ChallengeName]: Step<Name> } = {
  PASSWORD_VERIFIER: passwordVerifier,
  NEW_PASSWORD_REQUIRED: newPasswordRequired,
}
