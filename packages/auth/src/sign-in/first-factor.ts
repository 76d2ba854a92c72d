import type { UserAnswerTo } from './step.js'

/**
 * The answer to SELECT_CHALLENGE: the first factor that the user chooses. A password is asked for before anything is
 * sent. It answers every other first factor as well, which leaves that one for the chosen one.
 */
export const firstFactor: UserAnswerTo = ({ Session }, _attempt, _context, { challengeResponse }) =>
  /^PASSWORD(_SRP)?$/.test(challengeResponse)
    ? { ChallengeName: challengeResponse, Session }
    : { ChallengeName: 'SELECT_CHALLENGE', ChallengeResponses: { ANSWER: challengeResponse } }
