import { authError } from '../errors.js'
import { mfaName } from '../mfa/mfa-types.js'
import type { UserAnswerTo } from './step.js'

/** The answer to SELECT_MFA_TYPE. */
export const mfaSelection: UserAnswerTo = (_challenge, _attempt, _context, { challengeResponse }) => {
  const ANSWER = mfaName(challengeResponse)
  if (ANSWER) return { ChallengeResponses: { ANSWER } }
  throw authError(
    'IncorrectMFAMethod',
    'Incorrect MFA method was chosen. It should be either SMS, TOTP, or EMAIL',
    'Try to pass SMS, TOTP, or EMAIL as the challengeResponse',
  )
}
