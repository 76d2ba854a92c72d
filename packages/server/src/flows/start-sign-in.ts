import type { AppClient } from '../clients/app-client.js'
import { verifySecretHash } from '../clients/secret-hash.js'
import type { ServerContext } from '../context.js'
import { errors } from '../errors.js'
import type { UserPool } from '../pools/user-pool.js'
import type { IssuedTokens } from '../tokens/issue.js'
import { findUser } from '../users/user.js'
import { familyOfRefreshToken, refreshTokens } from './refresh.js'
import type { AuthResponse } from './sign-in.js'
import { signInWithPassword } from './user-password-auth.js'
import { startSrp } from './user-srp-auth.js'

/** The first request of a flow that the client is known to allow, whoever sends it. */
export async function startSignIn(
  context: ServerContext,
  { client, pool }: { client: AppClient; pool: UserPool },
  flow: string,
  parameters: Readonly<Record<string, string>>,
): Promise<
  AuthResponse | { AuthenticationResult: IssuedTokens; ChallengeParameters: Record<string, never> }
> {
  const parameter = (name: string) => {
    const value = parameters[name]
    if (!value) throw errors.missingParameter(name)
    return value
  }
  if (flow === 'REFRESH_TOKEN_AUTH' || flow === 'REFRESH_TOKEN') {
    const token = parameter('REFRESH_TOKEN')
    await verifyRefreshSecretHash(context, client, token, parameters.SECRET_HASH)
    return { AuthenticationResult: await refreshTokens(context, client, token), ChallengeParameters: {} }
  }
  const typedName = parameter('USERNAME')
  verifySecretHash(context, client, parameters.SECRET_HASH, [typedName], errors.secretHashNotReceived)
  if (flow === 'USER_SRP_AUTH') {
    const A = parameter('SRP_A')
    const user = await findUser(context.db, pool, typedName)
    return await startSrp(context, { pool, client, user, typedName }, A)
  }
  const password = parameter('PASSWORD')
  const user = await findUser(context.db, pool, typedName)
  return await signInWithPassword(context, { pool, client, user, typedName }, password)
}

async function verifyRefreshSecretHash(
  context: ServerContext,
  client: AppClient,
  token: string,
  hash: string | undefined,
): Promise<void> {
  if (hash === undefined) {
    if (client.secrets.length > 0) throw errors.secretHashNotReceived(client.id)
    return
  }
  const { user } = await familyOfRefreshToken(context, client, token, errors.invalidRefreshToken)
  const { email, phone_number, preferred_username } = user.attributes
  const names = [user.username, user.id, email, phone_number, preferred_username]
  verifySecretHash(
    context,
    client,
    hash,
    names.filter((name) => name !== undefined),
    errors.secretHashNotReceived,
  )
}
