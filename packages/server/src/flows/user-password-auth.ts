import type { AppClient } from '../clients/app-client.js'
import { hidesUserExistence } from '../clients/app-client.js'
import type { ServerContext } from '../context.js'
import { errors } from '../errors.js'
import type { UserPool } from '../pools/user-pool.js'
import { assertNotLockedOut, recordFailedPassword } from '../users/lockout.js'
import { passwordMatches } from '../users/password.js'
import { attemptSubject } from '../users/subject.js'
import type { User } from '../users/user.js'
import { type AuthResponse, afterPassword } from './sign-in.js'

/** USER_PASSWORD_AUTH: the password itself, over TLS. */
export async function signInWithPassword(
  context: ServerContext,
  {
    pool,
    client,
    user,
    typedName,
  }: { pool: UserPool; client: AppClient; user: User | undefined; typedName: string },
  password: string,
): Promise<AuthResponse> {
  if (!user && !hidesUserExistence(client)) throw errors.userNotFound()
  const subject = attemptSubject(context, pool, user, typedName)
  await assertNotLockedOut(context, context.db, subject)
  if (user && !user.enabled) throw errors.userDisabled()
  // Also for an unknown user: the modular exponentiation is most of the time that an answer takes.
  const matches = passwordMatches(context, pool, user, password)
  if (!user || !matches) {
    await recordFailedPassword(context, context.db, subject)
    throw errors.incorrectUsernameOrPassword()
  }
  return await afterPassword(context, { pool, client, user })
}
