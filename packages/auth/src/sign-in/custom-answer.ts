import type { UserAnswerTo } from './step.js'

/** The answer to CUSTOM_CHALLENGE, which the pool's own functions judge. */
export const customAnswer: UserAnswerTo = (_challenge, _attempt, _context, { challengeResponse }) => ({
  ChallengeResponses: { ANSWER: challengeResponse },
})
