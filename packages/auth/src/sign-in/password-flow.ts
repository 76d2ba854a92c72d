import type { RequestContext } from '../context/deadline.js'
import type { ClientMetadata } from '../models.js'
import { clientFields } from '../service/client-fields.js'
import { type AuthResponse, userPool } from '../service/user-pool.js'

/** USER_PASSWORD_AUTH: sends the password over TLS, as a pool that migrates users needs it. */
export async function passwordFlow(
  context: RequestContext,
  username: string,
  password: string,
  options?: { clientMetadata?: ClientMetadata },
): Promise<[username: string, response: AuthResponse]> {
  const response = await userPool(context, 'InitiateAuth', {
    ...clientFields(context, username, options),
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: username, PASSWORD: password },
  })
  const { USERNAME, USER_ID_FOR_SRP } = response.ChallengeParameters ?? {}
  return [USERNAME ?? USER_ID_FOR_SRP ?? username, response]
}
