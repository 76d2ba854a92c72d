import { authError } from '../errors.js'
import { mfaName } from '../mfa/mfa-types.js'
import { userPool } from '../service/user-pool.js'
import { savePending } from './pending.js'
import type { UserAnswerTo } from './step.js'

/**
 * The answer to MFA_SETUP: a choice, the code of an authenticator app, or the address for codes by e-mail. Which one it
 * is shows in the text: after a reload it is not known what the user was asked.
 */
export const mfaSetup: UserAnswerTo = async (challenge, attempt, context, given) => {
  const { challengeResponse, friendlyDeviceName } = given
  if (challengeResponse === 'EMAIL' || challengeResponse === 'TOTP') {
    // The same challenge, with one factor left to set up.
    const MFAS_CAN_SETUP = JSON.stringify([mfaName(challengeResponse)])
    return { ...challenge, ChallengeParameters: { MFAS_CAN_SETUP } }
  }
  if (/^\d+$/.test(challengeResponse)) {
    const { Session } = await userPool(context, 'VerifySoftwareToken', {
      UserCode: challengeResponse,
      Session: challenge.Session,
      FriendlyDeviceName: friendlyDeviceName,
    })
    // The app is proven in this session, and not in the one before.
    await savePending(context, attempt, { ...challenge, Session })
    return { ChallengeResponses: {}, Session }
  }
  if (challengeResponse.includes('@')) return { ChallengeResponses: { EMAIL: challengeResponse } }
  throw authError(
    'SignInException',
    `Cannot proceed with MFA setup using challengeResponse: ${challengeResponse}`,
    'Try passing "EMAIL", "TOTP", a valid email, or OTP code as the challengeResponse.',
  )
}
