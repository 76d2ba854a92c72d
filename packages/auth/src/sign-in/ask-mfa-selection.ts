import { mfaTypes } from '../mfa/mfa-types.js'
import type { Ask } from './step.js'

/** SELECT_MFA_TYPE: a user with several second factors chooses one. */
export const askMfaSelection: Ask = ({ ChallengeParameters }) => ({
  signInStep: 'CONTINUE_SIGN_IN_WITH_MFA_SELECTION',
  allowedMFATypes: mfaTypes(JSON.parse(ChallengeParameters?.MFAS_CAN_CHOOSE ?? '[]')),
})
