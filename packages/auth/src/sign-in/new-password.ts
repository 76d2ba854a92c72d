import type { Step } from './step.js'

/** NEW_PASSWORD_REQUIRED: a user whom an administrator made chooses a password, and adds what the pool requires. */
export const newPassword: Step = {
  ask: ({ ChallengeParameters }) => ({
    signInStep: 'CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED',
    missingAttributes: (JSON.parse(ChallengeParameters?.requiredAttributes ?? '[]') as string[]).map((name) =>
      name.replace('userAttributes.', ''),
    ),
  }),
  answer(_challenge, _attempt, _context, { challengeResponse, userAttributes = {} }) {
    const ChallengeResponses: Record<string, string> = { NEW_PASSWORD: challengeResponse }
    for (const [name, value] of Object.entries(userAttributes)) {
      if (value) ChallengeResponses[`userAttributes.${name}`] = value
    }
    return { ChallengeResponses }
  },
}
