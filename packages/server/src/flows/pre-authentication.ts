import type { Call } from '../clients/call.js'
import { eventUser, runTrigger } from '../triggers/run-trigger.js'
import { TRIGGERS } from '../triggers/triggers.js'
import type { User } from '../users/user.js'

/**
 * Runs what a pool does before a sign-in begins. It runs for names that do not exist as well: that it refuses tells
 * nothing about them.
 *
 * @throws UserLambdaValidationException, InvalidLambdaResponseException, UnexpectedLambdaException
 */
export async function runPreAuthentication(
  call: Call,
  user: User | undefined,
  typedName: string,
): Promise<void> {
  await runTrigger(call, TRIGGERS.PreAuthentication, {
    source: 'Authentication',
    user: user ? eventUser(user) : { userName: typedName, userAttributes: {} },
    request: { validationData: call.metadata, ...(!user && { userNotFound: true }) },
  })
}
