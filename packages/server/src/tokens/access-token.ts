import type { JWTHeaderParameters, JWTPayload } from 'jose'
import * as joseErrors from 'jose/errors'
import { jwtVerify } from 'jose/jwt/verify'
import type { AppClient } from '../clients/app-client.js'
import { getClientAndPool } from '../clients/known-clients.js'
import type { RequestInfo, ServerContext } from '../context.js'
import { errors, ServiceError } from '../errors.js'
import { verifyingKeys } from '../keys/signing-keys.js'
import type { UserPool } from '../pools/user-pool.js'
import { findUserById, type User, UUID } from '../users/user.js'
import { API_SCOPE } from './issue.js'
import { findTokenFamily } from './token-family.js'

/** Who an access token speaks for. */
export interface Caller {
  readonly user: User
  readonly pool: UserPool
  readonly client: AppClient
  /** The token's `origin_jti`, when its client has revocation enabled. */
  readonly familyId: string | undefined
}

/**
 * The caller of an operation that takes an access token.
 *
 * The checks, in the service's order: form, signature, expiry, revocation, scope, user.
 *
 * @throws NotAuthorizedException, UserNotFoundException
 */
export async function authorize(
  { context, about }: RequestInfo & { readonly context: ServerContext },
  accessToken: string,
): Promise<Caller> {
  const claims = await verifyClaims(context, accessToken)
  about(claims.sub)
  const { client, pool } = await clientOfToken(context, claims.client_id)
  const familyId = typeof claims.origin_jti === 'string' ? claims.origin_jti : undefined
  const [user, family] = await Promise.all([
    findUserById(context.db, pool.id, claims.sub),
    familyId === undefined ? undefined : findTokenFamily(context.db, familyId),
  ])
  const revoked =
    familyId === undefined
      ? (user?.signedOutAt ?? 0) >= (claims.auth_time + 1) * 1000
      : family === undefined || family.revokedAt !== null
  if (user && revoked) throw errors.accessTokenRevoked()
  if (!claims.scope.split(' ').includes(API_SCOPE)) throw errors.accessTokenScopes()
  if (!user) throw errors.userNotFound()
  if (!user.enabled) throw errors.userDisabled()
  return { user, pool, client, familyId }
}

interface AccessTokenClaims extends JWTPayload {
  sub: string
  client_id: string
  scope: string
  auth_time: number
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
    if (!isAccessToken(payload)) throw errors.invalidAccessToken()
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
  const [, payload, signature, rest] = token.split('.')
  if (payload === undefined || signature === undefined || rest !== undefined) return undefined
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString())
    return typeof claims === 'object' && claims !== null && 'iss' in claims && typeof claims.iss === 'string'
      ? { ...claims, iss: claims.iss }
      : undefined
  } catch {
    return undefined
  }
}

function isAccessToken(payload: JWTPayload): payload is AccessTokenClaims {
  return (
    typeof payload.sub === 'string' &&
    UUID.test(payload.sub) &&
    typeof payload.client_id === 'string' &&
    typeof payload.scope === 'string' &&
    typeof payload.auth_time === 'number'
  )
}

/** A deleted client's tokens are no longer good for anything. */
async function clientOfToken(context: ServerContext, clientId: string) {
  try {
    return await getClientAndPool(context, clientId)
  } catch (error) {
    if (error instanceof ServiceError) throw errors.accessTokenRevoked()
    throw error
  }
}
