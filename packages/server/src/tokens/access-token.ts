import type { JWTHeaderParameters, JWTPayload } from 'jose'
import * as joseErrors from 'jose/errors'
import { jwtVerify } from 'jose/jwt/verify'
import type { AppClient } from '../clients/app-client.js'
import { getClientAndPool } from '../clients/known-clients.js'
import type { RequestInfo, ServerContext } from '../context.js'
import { errors, ServiceError } from '../errors.js'
import { verifyingKeys } from '../keys/signing-keys.js'
import type { UserPool } from '../pools/user-pool.js'
import { findUserById, type User } from '../users/user.js'
import { API_SCOPE, scopesOf } from './scopes.js'
import { findSignIn, findSignInOfSecond, isSignedInThrough, type TokenFamily } from './token-family.js'

/** Who an access token speaks for. */
export interface Caller {
  readonly user: User
  readonly pool: UserPool
  readonly client: AppClient
  /** The sign-in that the token came of. */
  readonly familyId: string
  readonly scopes: readonly string[]
}

/**
 * The caller of an operation that takes an access token.
 *
 * @param needs the scope that the token must have
 * The checks, in the service's order: form, signature, expiry, revocation, scope, user.
 *
 * @throws NotAuthorizedException, UserNotFoundException
 */
export async function authorize(
  { context, about }: RequestInfo & { readonly context: ServerContext },
  accessToken: string,
  needs: string = API_SCOPE,
): Promise<Caller> {
  const claims = await verifyClaims(context, accessToken)
  about(claims.sub)
  const { client, pool } = await clientOfToken(context, claims.client_id)
  const signIn = await findSignIn(context.db, claims.origin_jti ?? claims.event_id)
  const found = signIn && isSignedInThrough(client, signIn.family) ? signIn : undefined
  const user = found?.user ?? (await findUserById(context.db, pool.id, claims.sub))
  const familyId = found ? unrevoked(found.family) : await unnamedSignIn(context, claims)
  if (user && familyId === undefined) throw errors.accessTokenRevoked()
  const scopes = scopesOf(claims.scope)
  if (!scopes.includes(needs)) throw errors.accessTokenScopes()
  if (!user || familyId === undefined) throw errors.userNotFound()
  if (!user.enabled) throw errors.userDisabled()
  return { user, pool, client, familyId, scopes }
}

const unrevoked = ({ id, revokedAt }: TokenFamily): string | undefined =>
  revokedAt === null ? id : undefined

/**
 * Servers before the migration 0008 gave each token an `event_id` of its own, which names no sign-in. Their access tokens
 * without `origin_jti` are good while a sign-in of the same second is. The last of them expires a day after the update.
 */
async function unnamedSignIn(
  context: ServerContext,
  { sub, client_id, auth_time, origin_jti }: AccessTokenClaims,
): Promise<string | undefined> {
  if (origin_jti !== undefined) return undefined
  return await findSignInOfSecond(context.db, { userId: sub, clientId: client_id, authTime: auth_time })
}

interface AccessTokenClaims extends JWTPayload {
  sub: string
  client_id: string
  scope: string
  auth_time: number
  event_id: string
  /** Where the client has revocation enabled. */
  origin_jti?: string
}

async function verifyClaims(context: ServerContext, token: string): Promise<AccessTokenClaims> {
  const unverified = unverifiedClaims(token)
  const userPoolId = unverified?.iss?.slice(unverified.iss.lastIndexOf('/') + 1)
  if (!unverified || !userPoolId || unverified.token_use !== 'access') throw errors.invalidAccessToken()
  const keys = await verifyingKeys(context, userPoolId)
  if (keys.size === 0) throw errors.invalidAccessToken()
  const keyOf = ({ kid = '' }: JWTHeaderParameters) => {
    const key = keys.get(kid)
    if (!key) throw new joseErrors.JWKSNoMatchingKey()
    return key
  }
  try {
    // The issuer is not compared: its last part chose the keys, and the server may have moved to another URL since.
    const { payload } = await jwtVerify(token, keyOf, {
      algorithms: ['RS256'],
      currentDate: new Date(context.clock.now()),
    })
    if (!isOfUser(payload)) throw errors.invalidAccessToken()
    return payload
  } catch (error) {
    if (error instanceof ServiceError) throw error
    if (error instanceof joseErrors.JWTExpired) throw errors.accessTokenExpired()
    if (
      error instanceof joseErrors.JWSSignatureVerificationFailed ||
      error instanceof joseErrors.JWKSNoMatchingKey
    )
      throw errors.accessTokenSignature()
    if (error instanceof joseErrors.JOSEError) throw errors.invalidAccessToken()
    throw error
  }
}

function unverifiedClaims(token: string): JWTPayload | undefined {
  const [, payload = ''] = token.split('.')
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString())
    return typeof claims === 'object' && claims !== null && 'iss' in claims && typeof claims.iss === 'string'
      ? { ...claims, iss: claims.iss }
      : undefined
  } catch {
    return undefined
  }
}

/** This server signed it, and so knows its form. Only the token of a client that speaks for itself names no sign-in. */
const isOfUser = (payload: JWTPayload): payload is AccessTokenClaims => typeof payload.event_id === 'string'

/** A deleted client's tokens are no longer good for anything. */
async function clientOfToken(context: ServerContext, clientId: string) {
  try {
    return await getClientAndPool(context, clientId)
  } catch (error) {
    if (error instanceof ServiceError) throw errors.accessTokenRevoked()
    throw error
  }
}
