import type { Call } from '../clients/call.js'
import { verifySecretHash } from '../clients/secret-hash.js'
import type { ServerContext } from '../context.js'
import { errors, type ServiceError } from '../errors.js'
import { type IssuedTokens, issueTokens } from '../tokens/issue.js'
import { issueRefreshToken, readRefreshToken } from '../tokens/refresh-token.js'
import { RACE, replacedAt } from '../tokens/rotations.js'
import { grantedScopes } from '../tokens/scopes.js'
import { noteUse } from '../tokens/session-activity.js'
import {
  FORGOTTEN_DEVICE,
  findSignIn,
  isSignedInThrough,
  revokeTokenFamily,
  rotateTokenFamily,
  type TokenFamily,
} from '../tokens/token-family.js'
import { type TokenOverrides, tokenOverrides } from '../tokens/token-overrides.js'
import { findDevice } from '../users/device.js'
import type { User } from '../users/user.js'

/**
 * The sign-in that a refresh token belongs to, and its user.
 *
 * @param invalid the words for a token that is not of this client; they differ by operation
 */
async function familyOfRefreshToken(
  { context, client, about }: Call,
  token: string,
  invalid: () => ServiceError,
): Promise<{ family: TokenFamily; user: User; generation: number }> {
  const claims = readRefreshToken(context, token)
  if (!claims) throw invalid()
  const signIn = await findSignIn(context.db, claims.familyId)
  // Issued by this server, so there was a sign-in; it was deleted with its user.
  if (!signIn) throw errors.refreshTokenRevoked()
  const { family, user } = signIn
  about(user.id)
  if (!isSignedInThrough(client, family)) throw invalid()
  if (family.revokedAt !== null) throw errors.refreshTokenRevoked()
  if (family.expiresAt <= context.clock.now()) throw errors.refreshTokenExpired()
  if (!user.enabled) throw errors.userDisabled()
  return { family, user, generation: claims.generation }
}

/**
 * A refresh token is good on the device that its sign-in was made from, once that is confirmed and until it is forgotten.
 *
 * @throws NotAuthorizedException
 */
async function assertFromItsDevice(
  { context, explain }: Call,
  { deviceKey: bound, userId }: TokenFamily,
  given: string | undefined,
  invalid: () => ServiceError,
): Promise<void> {
  // A client may still name the device of an earlier sign-in.
  if (bound === null) return
  const why =
    bound === FORGOTTEN_DEVICE
      ? 'The device of the sign-in was forgotten.'
      : given !== bound
        ? 'The device key is missing, or it is not that of the sign-in.'
        : !(await findDevice(context.db, userId, bound)) && 'The device was not confirmed.'
  if (!why) return
  explain(why)
  throw invalid()
}

/** REFRESH_TOKEN_AUTH: new access and ID tokens; the refresh token stays. */
export async function refreshTokens(
  call: Call,
  token: string,
  deviceKey: string | undefined,
): Promise<IssuedTokens> {
  const { context, client } = call
  const { family, user, generation } = await familyOfRefreshToken(call, token, errors.invalidRefreshToken)
  await assertFromItsDevice(call, family, deviceKey, errors.invalidRefreshToken)
  if (generation !== family.generation) throw errors.refreshTokenReused()
  const scopes = grantedScopes(family)
  const overrides = await refreshOverrides(call, token, { user, scopes }, errors.invalidRefreshToken)
  await noteUse(call, family)
  return await issueTokens(context, { client, user, family, overrides })
}

/** What the pool's function makes of the tokens. It can take seconds: a sign-in that ended meanwhile is refused. */
async function refreshOverrides(
  call: Call,
  token: string,
  { user, scopes }: { user: User; scopes: readonly string[] },
  invalid: () => ServiceError,
): Promise<TokenOverrides | undefined> {
  const overrides = await tokenOverrides(call, user, 'RefreshTokens', scopes)
  if (overrides) await familyOfRefreshToken(call, token, invalid)
  return overrides
}

/**
 * GetTokensFromRefreshToken. With rotation, a new refresh token takes the place of the old one, which keeps working
 * for the grace period: a client whose answer was lost asks again and gets the same successor.
 *
 * @param wanted scopes of the new access token. Default: those of the sign-in
 */
export async function refreshAndRotate(
  call: Call,
  token: string,
  deviceKey: string | undefined,
  wanted?: readonly string[],
): Promise<IssuedTokens & { RefreshToken?: string }> {
  const { context, client } = call
  const { family, user, generation } = await familyOfRefreshToken(call, token, errors.invalidRefreshTokenStop)
  await assertFromItsDevice(call, family, deviceKey, errors.invalidRefreshTokenStop)
  const scopes = wanted ?? grantedScopes(family)
  for (const scope of scopes) if (!grantedScopes(family).includes(scope)) throw errors.scopeNotFound(scope)
  const ask = () => refreshOverrides(call, token, { user, scopes }, errors.invalidRefreshTokenStop)
  const rotation = client.settings.RefreshTokenRotation
  if (rotation?.Feature !== 'ENABLED') {
    if (generation !== family.generation) throw errors.refreshTokenReused()
    const overrides = await ask()
    await noteUse(call, family)
    return await issueTokens(context, { client, user, family, overrides, scopes })
  }
  // A function that fails leaves the token for another try. A token that was replaced is judged before it runs.
  const isCurrent = generation === family.generation
  const early = isCurrent ? await ask() : undefined
  const current = await successor(context, family, generation, rotation.RetryGracePeriodSeconds ?? 0)
  const overrides = isCurrent ? early : await ask()
  await noteUse(call, current)
  const tokens = await issueTokens(context, { client, user, family: current, overrides, scopes })
  return { ...tokens, RefreshToken: issueRefreshToken(context, current) }
}

/**
 * The family as it is after this refresh. Its expiry stays: a lifetime counts from the sign-in.
 *
 * @throws RefreshTokenReuseException the token was replaced, and its grace period is over. Tabs that refresh at the same
 *   time come to this, but not long after. Later than that, two parties hold tokens of this sign-in and one of them stole
 *   its token. Which one is not known, so the sign-in ends for both (RFC 9700 section 4.14.2).
 */
async function successor(
  context: ServerContext,
  family: TokenFamily,
  generation: number,
  graceSeconds: number,
): Promise<TokenFamily> {
  let current = family
  if (generation === family.generation) {
    const rotated = await rotateTokenFamily(context, context.db, family)
    if (rotated) return rotated
    current = await rotatedMeanwhile(context, family)
  }
  const at = replacedAt(current.rotations, generation)
  // A token of a generation that is still to come: the database was restored from a backup.
  if (at === undefined) throw errors.refreshTokenReused()
  const age = context.clock.now() - at
  const grace = graceSeconds * 1000
  if (generation === current.generation - 1 && age < grace) return current
  if (age > grace + RACE) await revokeTokenFamily(context, context.db, family.id)
  throw errors.refreshTokenReused()
}

/** The family after another request was faster with the same token. */
async function rotatedMeanwhile(context: ServerContext, { id }: TokenFamily): Promise<TokenFamily> {
  const now = await findSignIn(context.db, id)
  if (!now || now.family.revokedAt !== null) throw errors.refreshTokenRevoked()
  return now.family
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
