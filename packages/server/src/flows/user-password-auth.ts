import type { AppClient } from '../clients/app-client.js'
import { hidesUserExistence } from '../clients/app-client.js'
import type { ServerContext } from '../context.js'
import { errors } from '../errors.js'
import type { UserPool } from '../pools/user-pool.js'
import { passwordMatches } from '../users/password.js'
import type { User } from '../users/user.js'
import { type AuthResponse, afterPassword } from './sign-in.js'

/** USER_PASSWORD_AUTH: the password itself, over TLS. */
export async function signInWithPassword(
  context: ServerContext,
  { pool, client, user }: { pool: UserPool; client: AppClient; user: User | undefined },
  password: string,
): Promise<AuthResponse> {
  if (!user && !hidesUserExistence(client)) throw errors.userNotFound()
  if (user && !user.enabled) throw errors.userDisabled()
  // Also for an unknown user: the modular exponentiation is most of the time that an answer takes.
  const matches = passwordMatches(context, pool, user, password)
  if (!user || !matches) throw errors.incorrectUsernameOrPassword()
  return await afterPassword(context, { pool, client, user })
}
