import type { AppClient } from '../clients/app-client.js'
import type { PoolCall } from '../clients/call.js'
import { rulesOf } from '../pools/rules.js'
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
  const { userName, userAttributes } = eventUser(user)
  const { email, email_verified: proven } = user.attributes
  // Seen in events of the service.
  const alias: Readonly<Record<string, string>> =
    email && proven === 'true' && rulesOf(call.pool).aliasAttributes.includes('email')
      ? { 'cognito:email_alias': email }
      : {}
  await runTrigger(call, TRIGGERS.PostConfirmation, {
    source,
    user: { userName, userAttributes: { ...userAttributes, ...alias } },
    request: { clientMetadata: call.metadata },
  })
}
