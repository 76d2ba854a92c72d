import type { AppClient } from '../clients/app-client.js'
import type { PoolCall } from '../clients/call.js'
import type { User } from '../users/user.js'
import { eventUser, runTrigger } from './run-trigger.js'
import { TRIGGERS } from './triggers.js'

/**
 * Runs what a pool does once a user is confirmed, or has a new password. The user stays so when it fails.
 *
 * @throws UserLambdaValidationException, InvalidLambdaResponseException, UnexpectedLambdaException
 */
export async function runPostConfirmation(
  call: PoolCall & { readonly client?: AppClient },
  source: 'ConfirmSignUp' | 'ConfirmForgotPassword',
  user: User,
): Promise<void> {
  await runTrigger(call, TRIGGERS.PostConfirmation, {
    source,
    user: eventUser(user),
    request: { clientMetadata: call.metadata },
  })
}
