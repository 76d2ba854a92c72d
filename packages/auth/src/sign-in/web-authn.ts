import { orInterrupted } from '../context/deadline.js'
import { authError } from '../errors.js'
import { tools } from '../passkeys/tools.js'
import { savePending } from './pending.js'
import type { AnswerTo } from './step.js'

/** WEB_AUTHN: the platform asks the user for a passkey. Only such sign-ins load what that takes. */
export const webAuthn: AnswerTo = async (challenge, attempt, context) => {
  if (attempt.isOpen) {
    throw authError(
      'SignInException',
      'Sequential WEB_AUTHN challenges returned from underlying service cannot be handled.',
    )
  }
  // A user who cancels, or whose passkey is refused, chooses another factor by `confirmSignIn`.
  await savePending(context, attempt, challenge)
  attempt.isOpen = true
  const { usePasskey } = await orInterrupted(context, import('../passkeys/use-passkey.js'))
  const [CREDENTIAL] = await usePasskey(tools, context, challenge.ChallengeParameters)
  return { ChallengeResponses: { CREDENTIAL } }
}
