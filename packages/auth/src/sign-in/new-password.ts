import type { UserAnswerTo } from './step.js'

/** The answer to NEW_PASSWORD_REQUIRED. */
export const newPassword: UserAnswerTo = (
  _challenge,
  _attempt,
  _context,
  { challengeResponse, userAttributes = {} },
) => {
  const ChallengeResponses: Record<string, string> = { NEW_PASSWORD: challengeResponse }
  for (const [name, value] of Object.entries(userAttributes)) {
    if (value) ChallengeResponses[`userAttributes.${name}`] = value
  }
  return { ChallengeResponses }
}
