import type { ChallengeName } from '../models.js'
import { knownDevice } from '../session/device-store.js'
import { askMfaSelection } from './ask-mfa-selection.js'
import { askMfaSetup } from './ask-mfa-setup.js'
import { askNewPassword } from './ask-new-password.js'
import { askSentCode } from './ask-sent-code.js'
import { beginProof } from './begin-proof.js'
import { refuseChallenge } from './refuse-challenge.js'
import type { AnswerTo, Ask } from './step.js'
import { webAuthn } from './web-authn.js'

const askPassword: Ask = () => ({ signInStep: 'CONFIRM_SIGN_IN_WITH_PASSWORD' })
const askSmsCode = askSentCode('CONFIRM_SIGN_IN_WITH_SMS_CODE')

/** The challenges the user is asked about; `userAnswers` has what is sent then. */
export const asks: Record<string, Ask> = {
  NEW_PASSWORD_REQUIRED: askNewPassword,
  SELECT_CHALLENGE: ({ AvailableChallenges }) => ({
    signInStep: 'CONTINUE_SIGN_IN_WITH_FIRST_FACTOR_SELECTION',
    // The protocol's own enumeration.
    availableChallenges: AvailableChallenges as ChallengeName[] | undefined,
  }),
  PASSWORD: askPassword,
  PASSWORD_SRP: askPassword,
  CUSTOM_CHALLENGE: ({ ChallengeParameters }) => ({
    signInStep: 'CONFIRM_SIGN_IN_WITH_CUSTOM_CHALLENGE',
    additionalInfo: ChallengeParameters,
  }),
  SMS_MFA: askSmsCode,
  SMS_OTP: askSmsCode,
  EMAIL_OTP: askSentCode('CONFIRM_SIGN_IN_WITH_EMAIL_CODE'),
  SOFTWARE_TOKEN_MFA: () => ({ signInStep: 'CONFIRM_SIGN_IN_WITH_TOTP_CODE' }),
  SELECT_MFA_TYPE: askMfaSelection,
  MFA_SETUP: askMfaSetup,
}

const proof: AnswerTo = (challenge, { prove = refuseChallenge }) => prove(challenge)

/** The challenges the user has no part in. What only some sign-ins need is loaded by its entry. */
export const answers: Record<string, AnswerTo> = {
  // The proof of the password, by the flow or step that sent `SRP_A`.
  PASSWORD_VERIFIER: proof,
  DEVICE_SRP_AUTH: (_challenge, attempt, context) => {
    const device = knownDevice(attempt.device)
    return { ChallengeResponses: { SRP_A: beginProof(attempt, device.randomPasswordKey, context, device) } }
  },
  DEVICE_PASSWORD_VERIFIER: proof,
  WEB_AUTHN: webAuthn,
}
