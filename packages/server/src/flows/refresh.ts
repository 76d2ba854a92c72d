import type { Call } from '../clients/call.js'
import { verifySecretHash } from '../clients/secret-hash.js'
import type { ServerContext } from '../context.js'
import { errors, type ServiceError } from '../errors.js'
import { type IssuedTokens, issueTokens } from '../tokens/issue.js'
import { issueRefreshToken, readRefreshToken } from '../tokens/refresh-token.js'
import { findTokenFamily, rotateTokenFamily, type TokenFamily } from '../tokens/token-family.js'
import { findUserById, type User } from '../users/user.js'

/**
 * The sign-in that a refresh token belongs to, and its user.
 *
 * @param invalid the words for a token that is none of this client's; they differ by operation
 */
async function familyOfRefreshToken(
  { context, client, about }: Call,
  token: string,
  invalid: () => ServiceError,
): Promise<{ family: TokenFamily; user: User; generation: number }> {
  const claims = readRefreshToken(context, token)
  if (!claims) throw invalid()
  const family = await findTokenFamily(context.db, claims.familyId)
  // Issued by this server, so there was a sign-in; it went with its user.
  if (!family) throw errors.refreshTokenRevoked()
  about(family.userId)
  if (family.clientId !== client.id) throw invalid()
  if (family.revokedAt !== null) throw errors.refreshTokenRevoked()
  if (family.expiresAt <= context.clock.now()) throw errors.refreshTokenExpired()
  const user = await findUserById(context.db, family.userPoolId, family.userId)
  if (!user) throw errors.refreshTokenRevoked()
  if (!user.enabled) throw errors.userDisabled()
  return { family, user, generation: claims.generation }
}

/** REFRESH_TOKEN_AUTH: new access and ID tokens; the refresh token stays. */
export async function refreshTokens(call: Call, token: string): Promise<IssuedTokens> {
  const { context, client } = call
  const { family, user, generation } = await familyOfRefreshToken(call, token, errors.invalidRefreshToken)
  if (generation !== family.generation) throw errors.refreshTokenReused()
  return await issueTokens(context, { client, user, family })
}

/**
 * GetTokensFromRefreshToken. With rotation, a new refresh token takes the place of the old one, which keeps working
 * for the grace period: a client whose answer was lost asks again and gets the same successor.
 */
export async function refreshAndRotate(
  call: Call,
  token: string,
): Promise<IssuedTokens & { RefreshToken?: string }> {
  const { context, client } = call
  const { family, user, generation } = await familyOfRefreshToken(call, token, errors.invalidRefreshTokenStop)
  const rotation = client.settings.RefreshTokenRotation
  if (rotation?.Feature !== 'ENABLED') {
    if (generation !== family.generation) throw errors.refreshTokenReused()
    return await issueTokens(context, { client, user, family })
  }
  const current = await successor(context, family, generation, rotation.RetryGracePeriodSeconds ?? 0)
  const tokens = await issueTokens(context, { client, user, family: current })
  return { ...tokens, RefreshToken: issueRefreshToken(context, current) }
}

/** The family as it is after this refresh. Its expiry stays: a lifetime counts from the sign-in. */
async function successor(
  context: ServerContext,
  family: TokenFamily,
  generation: number,
  graceSeconds: number,
): Promise<TokenFamily> {
  if (generation === family.generation && (await rotateTokenFamily(context, context.db, family)))
    return { ...family, generation: family.generation + 1, rotatedAt: context.clock.now() }
  // Somebody rotated already, before this call or during it.
  const now = (await findTokenFamily(context.db, family.id)) ?? family
  if (now.revokedAt !== null) throw errors.refreshTokenRevoked()
  const rotatedAgo = context.clock.now() - (now.rotatedAt ?? 0)
  if (generation !== now.generation - 1 || rotatedAgo >= graceSeconds * 1000)
    throw errors.refreshTokenReused()
  return now
}

/**
 * A refresh names no user, so the hash may be of any of the user's names.
 *
 * @throws NotAuthorizedException
 */
export async function verifyRefreshSecretHash(
  call: Call,
  token: string,
  hash: string | undefined,
): Promise<void> {
  const { context, client } = call
  if (hash === undefined) {
    if (client.secrets.length > 0) throw errors.secretHashNotReceived(client.id)
    return
  }
  const { user } = await familyOfRefreshToken(call, token, errors.invalidRefreshToken)
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
