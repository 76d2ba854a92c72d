import type { AppClient } from '../clients/app-client.js'
import { verifySecretHash } from '../clients/secret-hash.js'
import type { ServerContext } from '../context.js'
import { errors } from '../errors.js'
import type { UserPool } from '../pools/user-pool.js'
import { answerNewPassword } from './new-password-required.js'
import type { AuthResponse } from './sign-in.js'
import { verifySrp } from './user-srp-auth.js'

/** A further request of a flow, whoever sends it. */
export async function answerChallenge(
  context: ServerContext,
  { client, pool }: { client: AppClient; pool: UserPool },
  input: {
    ChallengeName: string
    Session?: string
    ChallengeResponses?: Readonly<Record<string, string>>
  },
): Promise<AuthResponse> {
  const responses = input.ChallengeResponses ?? {}
  const username = responses.USERNAME
  if (!username) throw errors.missingParameter('USERNAME')
  verifySecretHash(context, client, responses.SECRET_HASH, [username], errors.secretHashNotReceived)
  switch (input.ChallengeName) {
    case 'PASSWORD_VERIFIER':
      return await verifySrp(context, { pool, client, username }, responses)
    case 'NEW_PASSWORD_REQUIRED':
      if (!input.Session) throw errors.missingParameter('Session')
      return await answerNewPassword(context, { pool, client, username }, input.Session, responses)
    default:
      // No challenge of this kind is issued, so no session can be one.
      if (!input.Session) throw errors.missingParameter('Session')
      throw errors.sessionInvalid()
  }
}
