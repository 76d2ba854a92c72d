import { beginProof } from './begin-proof.js'
import type { UserAnswerTo } from './step.js'

/** The answer to PASSWORD and PASSWORD_SRP: the choice, and the password or the beginning of its proof. */
export const chosenPassword: UserAnswerTo = (
  { ChallengeName: ANSWER = '' },
  attempt,
  context,
  { challengeResponse },
) => ({
  ChallengeName: 'SELECT_CHALLENGE',
  ChallengeResponses:
    ANSWER === 'PASSWORD'
      ? { ANSWER, PASSWORD: challengeResponse }
      : { ANSWER, SRP_A: beginProof(attempt, challengeResponse, context) },
})
