import type { UserAnswerTo } from './step.js'

/** The answer to SMS_MFA, SMS_OTP, EMAIL_OTP and SOFTWARE_TOKEN_MFA, each of which has a member of its own for the code. */
export const code: UserAnswerTo = ({ ChallengeName }, _attempt, _context, { challengeResponse }) => ({
  ChallengeResponses: { [`${ChallengeName}_CODE`]: challengeResponse },
})
