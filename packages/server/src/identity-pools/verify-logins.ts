import type { JWTPayload } from 'jose'
import * as joseErrors from 'jose/errors'
import { jwtVerify } from 'jose/jwt/verify'
import { findClientAndPool } from '../clients/known-clients.js'
import type { RequestInfo, ServerContext } from '../context.js'
import { errors } from '../errors.js'
import { verifyingKeys } from '../keys/signing-keys.js'
import { findSignIn, isSignedInThrough } from '../tokens/token-family.js'
import { isAskedForTokens, verifyAccessToken } from './access-token-login.js'
import { clientsOfArn, isSamlArn, verifyAssertion } from './arn-login.js'
import { verifyForeignToken } from './foreign-token.js'
import type { ProvenLogin } from './identity.js'
import type { IdentityPool } from './identity-pool.js'
import { issuerOf } from './issuer-of.js'
import { isIdentityToken, loginError, verifyOpenIdToken } from './open-id-token.js'
import {
  awsProviderName,
  canonicalProvider,
  isOwnProvider,
  userPoolIdOf,
  withoutScheme,
} from './provider-name.js'

/** What the tokens of a request prove. */
export interface Proofs {
  readonly logins: readonly ProvenLogin[]
  /** The identity that a token of this server's identity pools is for. */
  readonly identityId?: string | undefined
  /** Until when nothing but such a token proves it, in milliseconds. */
  readonly expiresAt?: number | undefined
}

/** A request that tokens come with. */
export type LoginCall = Pick<RequestInfo, 'about' | 'audit'> & { readonly context: ServerContext }

/**
 * Verifies the tokens of `Logins`.
 *
 * @throws NotAuthorizedException, InvalidParameterException one of them proves nothing
 */
export async function verifyLogins(
  call: LoginCall,
  pool: IdentityPool,
  given: Readonly<Record<string, string>>,
): Promise<Proofs> {
  const logins: ProvenLogin[] = []
  let identityId: string | undefined
  let expiresAt: number | undefined
  for (const [provider, token] of Object.entries(given)) {
    if (isIdentityToken(call.context, provider)) {
      const proven = await verifyOpenIdToken(call.context, pool, token)
      if (identityId !== undefined && identityId !== proven.id) throw errors.loginsDoNotMatch()
      identityId = proven.id
      expiresAt = Math.max(expiresAt ?? 0, proven.expiresAt)
    } else logins.push(await verifyLogin(call, pool, provider, token))
  }
  return {
    logins: withoutRepetitions(logins),
    identityId,
    expiresAt: logins.length === 0 ? expiresAt : undefined,
  }
}

/** A client may send one token under both names of its provider. */
function withoutRepetitions(logins: readonly ProvenLogin[]): readonly ProvenLogin[] {
  const seen = new Map(logins.map((login) => [login.provider, login]))
  for (const login of logins)
    if (seen.get(login.provider)?.subject !== login.subject) throw errors.loginOfAnotherIdentity()
  return [...seen.values()]
}

async function verifyLogin(
  call: LoginCall,
  pool: IdentityPool,
  provider: string,
  token: string,
): Promise<ProvenLogin> {
  const { context } = call
  const userPoolId = userPoolIdOf(provider)
  if (userPoolId !== undefined) {
    const keys = await verifyingKeys(context, userPoolId)
    const isOwn =
      isOwnProvider(context, provider) ||
      // The server has been at another address since the token was issued, and clients derive the name from the token.
      (!isConfigured(pool, provider) && withoutScheme(issuerOf(token)) === provider)
    if (keys.size > 0 && isOwn) return await verifyUserPoolToken(call, pool, provider, userPoolId, token)
  }
  if (isSamlArn(provider)) return await verifyAssertion(context, pool, provider, token)
  const supported = new Map(Object.entries(pool.settings.SupportedLoginProviders ?? {}))
  const audiences = [
    ...(pool.settings.CognitoIdentityProviders ?? []).flatMap(({ ProviderName, ClientId = '' }) =>
      ProviderName === provider ? [ClientId] : [],
    ),
    // A provider has several applications where a person signs in on a page and on a phone.
    ...(supported.get(provider)?.split(';').filter(Boolean) ?? []),
    ...clientsOfArn(context, pool, provider),
  ]
  // What could be no provider on the internet is a developer's, or a mistake.
  if (audiences.length === 0 && !/[.:/]/.test(provider)) throw errors.notPublicProvider()
  if (audiences.length === 0) throw errors.loginNotSupported()
  if (isAskedForTokens(provider)) return await verifyAccessToken(context, provider, audiences, token)
  return await verifyForeignToken(context, provider, audiences, token)
}

const isConfigured = (pool: IdentityPool, provider: string): boolean =>
  pool.settings.CognitoIdentityProviders?.some(({ ProviderName }) => ProviderName === provider) ?? false

/** The ID token of a user pool of this server. */
async function verifyUserPoolToken(
  call: LoginCall,
  pool: IdentityPool,
  provider: string,
  userPoolId: string,
  token: string,
): Promise<ProvenLogin> {
  const { context } = call
  const canonical = awsProviderName(userPoolId)
  const configured = (pool.settings.CognitoIdentityProviders ?? []).filter(
    ({ ProviderName = '' }) => canonicalProvider(context, ProviderName) === canonical,
  )
  if (configured.length === 0) throw errors.loginNotSupported()
  const keys = await verifyingKeys(context, userPoolId)
  const claims = await verifyIdToken(context, keys, token)
  const { sub = '', iss = '', aud: clientId } = claims
  // The pool's keys signed it, so the pool wrote the issuer. Where the server is now is another question.
  if (provider !== canonical && provider !== withoutScheme(iss) && !isOwnProvider(context, provider))
    throw errors.loginIssuer()
  const accepting = configured.filter(({ ClientId }) => ClientId === clientId)
  if (accepting.length === 0 || typeof clientId !== 'string') throw errors.loginNotSupported()
  call.about(sub)
  if (accepting.some(({ ServerSideTokenCheck }) => ServerSideTokenCheck))
    await assertActive(context, claims, clientId)
  return { provider: canonical, subject: sub, claims, clientId }
}

async function verifyIdToken(
  context: ServerContext,
  keys: Awaited<ReturnType<typeof verifyingKeys>>,
  token: string,
): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(
      token,
      ({ kid = '' }) => {
        const key = keys.get(kid)
        if (!key) throw new joseErrors.JWKSNoMatchingKey()
        return key
      },
      {
        algorithms: ['RS256'],
        requiredClaims: ['sub', 'exp', 'iss'],
        currentDate: new Date(context.clock.now()),
      },
    )
    if (payload.token_use !== 'id') throw errors.notCognitoToken()
    return payload
  } catch (error) {
    // No JSON Web Token at all.
    if (error instanceof joseErrors.JWSInvalid || error instanceof joseErrors.JWTInvalid)
      throw errors.notCognitoToken()
    throw loginError(context, error)
  }
}

/** @throws NotAuthorizedException the user was signed out, disabled or deleted since */
async function assertActive(context: ServerContext, claims: JWTPayload, clientId: string): Promise<void> {
  const { origin_jti, event_id } = claims
  const familyId = origin_jti ?? event_id
  const [signIn, found] = await Promise.all([
    typeof familyId === 'string' ? findSignIn(context.db, familyId) : undefined,
    findClientAndPool(context, clientId),
  ])
  const isActive =
    signIn &&
    found &&
    isSignedInThrough(found.client, signIn.family) &&
    signIn.user.id === claims.sub &&
    signIn.user.enabled &&
    signIn.family.revokedAt === null
  if (!isActive) throw errors.loginInactive()
}
