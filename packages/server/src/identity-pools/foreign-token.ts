import type { JSONWebKeySet, JWTVerifyGetKey } from 'jose'
import * as joseErrors from 'jose/errors'
import { createLocalJWKSet } from 'jose/jwks/local'
import { createRemoteJWKSet, customFetch, type FetchImplementation } from 'jose/jwks/remote'
import { jwtVerify } from 'jose/jwt/verify'
import type { ServerContext } from '../context.js'
import type { ProviderType } from '../db/schema.js'
import { errors, ServiceError } from '../errors.js'
import { standInIssuer } from '../federation/endpoints.js'
import { createProviderAnswers, RESPITE } from '../federation/provider-answers.js'
import { boundedFetch } from '../wire/bounded-fetch.js'
import type { ProvenLogin } from './identity.js'
import { issuerOf } from './issuer-of.js'

/** Milliseconds that a provider has to answer. */
const PATIENCE = 5000

interface Provider {
  readonly issuer: string
  readonly keys: JWTVerifyGetKey
}

const answers = createProviderAnswers<Provider>()

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
  const { issuer, keys } = (await standInOf(context, name, token)) ?? (await discover(context, name))
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

const STOOD_IN_FOR: ReadonlyMap<string, ProviderType> = new Map([
  ['accounts.google.com', 'Google'],
  ['appleid.apple.com', 'SignInWithApple'],
])

/** While developing, a token may come from the simulated provider, which is its issuer. */
async function standInOf(
  { standIn }: ServerContext,
  name: string,
  token: string,
): Promise<Pick<Provider, 'issuer' | 'keys'> | undefined> {
  const type = STOOD_IN_FOR.get(name)
  if (!standIn || type === undefined || issuerOf(token) !== standInIssuer(type)) return undefined
  const response = await standIn(new Request(`${standInIssuer(type)}/keys`))
  // The simulated provider is a part of this server.
  return { issuer: standInIssuer(type), keys: createLocalJWKSet((await response.json()) as JSONWebKeySet) }
}

async function discover(context: ServerContext, name: string): Promise<Provider> {
  try {
    return await answers.get(context, name, '', () => fetchConfiguration(context, name))
  } catch (cause) {
    throw errors.providerUnreachable(name, cause)
  }
}

/** A provider for tests and for developing is on this machine, without a certificate. */
const isLocal = (name: string): boolean => /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?(\/|$)/.test(name)

async function fetchConfiguration(context: ServerContext, name: string): Promise<Provider> {
  const issuer = `${isLocal(name) ? 'http' : 'https'}://${name}`
  const response = await boundedFetch(`${issuer}/.well-known/openid-configuration`, {
    redirect: 'error',
    signal: AbortSignal.timeout(PATIENCE),
  })
  if (!response.ok) throw new Error(`The provider answered ${response.status}.`)
  const configuration: unknown = await response.json()
  const { issuer: named, jwks_uri } = Object(configuration) as Record<string, unknown>
  // OpenID Connect Discovery 1.0 section 4.3: a document of another issuer says nothing about this one.
  if (named !== issuer) throw new Error(`The configuration is of ${named}.`)
  if (typeof jwks_uri !== 'string') throw new Error('The configuration names no keys.')
  const keys = createRemoteJWKSet(new URL(jwks_uri), {
    timeoutDuration: PATIENCE,
    [customFetch]: fetchWithRespite(context),
  })
  return { issuer, keys }
}

/** Fetches keys; where that fails, not again for a while. */
function fetchWithRespite({ clock }: ServerContext): FetchImplementation {
  let failed: { readonly until: number; readonly cause: unknown } | undefined
  return async (url, options) => {
    if (failed && clock.now() < failed.until) throw failed.cause
    try {
      const response = await boundedFetch(url, options)
      if (response.status !== 200) throw new Error(`The provider answered ${response.status} for its keys.`)
      return response
    } catch (cause) {
      failed = { until: clock.now() + RESPITE, cause }
      throw cause
    }
  }
}
