import * as joseErrors from 'jose/errors'
import { createRemoteJWKSet } from 'jose/jwks/remote'
import { jwtVerify } from 'jose/jwt/verify'
import type { ServerContext } from '../context.js'
import { errors, ServiceError } from '../errors.js'
import type { ProvenLogin } from './identity.js'

/** Milliseconds that a provider has to answer. */
const PATIENCE = 5000
/** Milliseconds that its configuration is remembered. */
const REMEMBERED = 3_600_000

interface Provider {
  readonly until: number
  readonly issuer: string
  readonly keys: ReturnType<typeof createRemoteJWKSet>
}

const known = new WeakMap<ServerContext, Map<string, Provider>>()

/**
 * The ID token of a provider elsewhere, by OpenID Connect Discovery 1.0: Google, Apple, a user pool at AWS, or any other
 * that an identity pool names with the clients whose tokens it takes.
 *
 * @throws NotAuthorizedException, ExternalServiceException
 */
export async function verifyForeignToken(
  context: ServerContext,
  name: string,
  audiences: readonly string[],
  token: string,
): Promise<ProvenLogin> {
  const { issuer, keys } = await discover(context, name)
  try {
    const { payload } = await jwtVerify(token, keys, {
      algorithms: ['RS256', 'RS384', 'RS512', 'PS256', 'ES256', 'ES384', 'ES512', 'EdDSA'],
      // Google has written it without the scheme.
      issuer: [issuer, name],
      audience: [...audiences],
      requiredClaims: ['sub', 'exp'],
      currentDate: new Date(context.clock.now()),
    })
    // A user pool's access token is no proof of who signed in to this client.
    if (payload.token_use !== undefined && payload.token_use !== 'id') throw errors.notCognitoToken()
    return { provider: name, subject: payload.sub ?? '', claims: payload }
  } catch (error) {
    if (error instanceof ServiceError) throw error
    if (error instanceof joseErrors.JWTExpired)
      throw errors.loginExpired(Math.floor(context.clock.now() / 1000), Number(error.payload.exp))
    if (error instanceof joseErrors.JWTClaimValidationFailed)
      throw error.claim === 'aud' ? errors.loginNotSupported() : errors.loginIssuer()
    if (error instanceof joseErrors.JWKSTimeout) throw errors.providerUnreachable(name, error)
    if (error instanceof joseErrors.JOSEError) throw errors.loginSignature()
    throw errors.providerUnreachable(name, error)
  }
}

async function discover(context: ServerContext, name: string): Promise<Provider> {
  const providers = known.get(context) ?? new Map<string, Provider>()
  known.set(context, providers)
  const remembered = providers.get(name)
  if (remembered && context.clock.now() < remembered.until) return remembered
  const issuer = `${isLocal(name) ? 'http' : 'https'}://${name}`
  const provider = await fetchConfiguration(issuer).catch((cause: unknown) => {
    throw errors.providerUnreachable(name, cause)
  })
  const found = { ...provider, until: context.clock.now() + REMEMBERED }
  providers.set(name, found)
  return found
}

/** A provider for tests and for developing is on this machine, without a certificate. */
const isLocal = (name: string): boolean => /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?(\/|$)/.test(name)

async function fetchConfiguration(issuer: string): Promise<Omit<Provider, 'until'>> {
  const response = await fetch(`${issuer}/.well-known/openid-configuration`, {
    redirect: 'error',
    signal: AbortSignal.timeout(PATIENCE),
  })
  if (!response.ok) throw new Error(`The provider answered ${response.status}.`)
  const configuration: unknown = await response.json()
  const { issuer: named, jwks_uri } = Object(configuration) as Record<string, unknown>
  // OpenID Connect Discovery 1.0 section 4.3: a document of another issuer says nothing about this one.
  if (named !== issuer) throw new Error(`The configuration is of ${named}.`)
  if (typeof jwks_uri !== 'string') throw new Error('The configuration names no keys.')
  return { issuer, keys: createRemoteJWKSet(new URL(jwks_uri), { timeoutDuration: PATIENCE }) }
}
