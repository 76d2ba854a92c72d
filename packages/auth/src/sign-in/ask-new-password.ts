import type { Ask } from './step.js'

/** NEW_PASSWORD_REQUIRED: a user made by an administrator chooses a password, and adds what the pool requires. */
export const askNewPassword: Ask = ({ ChallengeParameters }) => ({
  signInStep: 'CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED',
  missingAttributes: (JSON.parse(ChallengeParameters?.requiredAttributes ?? '[]') as string[]).map((name) =>
    name.replace('userAttributes.', ''),
  ),
})
