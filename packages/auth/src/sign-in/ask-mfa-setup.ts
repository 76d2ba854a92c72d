import { authError } from '../errors.js'
import { associateToken } from '../mfa/associate-token.js'
import { mfaTypes } from '../mfa/mfa-types.js'
import type { Ask } from './step.js'

/** MFA_SETUP: a user without a second factor, in a pool that requires one, sets one up. */
export const askMfaSetup: Ask = async (challenge, { username }, context) => {
  const types = mfaTypes(JSON.parse(challenge.ChallengeParameters?.MFAS_CAN_SETUP ?? '[]'))
  // Codes by SMS take a phone number, which is no matter of a sign-in.
  const allowedMFATypes = types.filter((type) => type !== 'SMS')
  if (allowedMFATypes.length > 1) {
    return { signInStep: 'CONTINUE_SIGN_IN_WITH_MFA_SETUP_SELECTION', allowedMFATypes }
  }
  if (allowedMFATypes[0] === 'EMAIL') return { signInStep: 'CONTINUE_SIGN_IN_WITH_EMAIL_SETUP' }
  if (!allowedMFATypes[0]) {
    throw authError('SignInException', `Cannot initiate MFA setup from available types: ${types}`)
  }
  const [totpSetupDetails, Session] = await associateToken(context, { Session: challenge.Session }, username)
  challenge.Session = Session
  return { signInStep: 'CONTINUE_SIGN_IN_WITH_TOTP_SETUP', totpSetupDetails }
}
