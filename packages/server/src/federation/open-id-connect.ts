import * as client from 'openid-client'
import type { ServerContext } from '../context.js'
import { boundedFetch } from '../wire/bounded-fetch.js'
import { appleClientSecret } from './apple-client-secret.js'
import { type Endpoints, isOfStandIn } from './endpoints.js'
import type { IdentityProvider } from './identity-provider.js'
import { type Profile, textClaims } from './profile.js'
import { createProviderAnswers } from './provider-answers.js'
import { ProviderError, providerErrorIn } from './provider-error.js'
import { isLocalHttp } from './validate-provider.js'

/** What this server remembers of a request to a provider of OAuth, beside the state. */
export interface OAuthSecrets {
  readonly nonce: string
  /** Of PKCE: RFC 7636. */
  readonly verifier: string
}

/** What a provider is asked. */
export interface ProviderAsk {
  /** This server's own, where the provider sends the browser back to. */
  readonly redirectUri: string
  readonly state: string
  readonly loginHint: string | undefined
  readonly prompts: readonly string[]
  /** Milliseconds that may have passed since the person signed in there. */
  readonly maxAge: number | undefined
}

/** Seconds that a provider has for each answer. */
const PATIENCE = 10

/** Signatures that identify the signer: neither those under a shared secret, nor `none`. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA']

const answers = createProviderAnswers<client.Configuration>()

/** @returns where the browser is sent */
export async function askOAuthProvider(
  context: ServerContext,
  provider: IdentityProvider,
  endpoints: Endpoints,
  { redirectUri, state, loginHint, prompts, maxAge }: ProviderAsk,
): Promise<{ readonly location: string; readonly secrets: OAuthSecrets; readonly requestId?: undefined }> {
  const secrets = {
    nonce: context.randomBytes(32).toString('base64url'),
    verifier: context.randomBytes(32).toString('base64url'),
  }
  const configuration = await configurationOf(context, provider, endpoints)
  const location = client.buildAuthorizationUrl(configuration, {
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: endpoints.scopes,
    state,
    code_challenge: await client.calculatePKCECodeChallenge(secrets.verifier),
    code_challenge_method: 'S256',
    ...(endpoints.hasIdToken && { nonce: secrets.nonce }),
    ...(endpoints.answersByForm && { response_mode: 'form_post' }),
    ...(loginHint !== undefined && { login_hint: loginHint }),
    ...(prompts.length > 0 && { prompt: prompts.join(' ') }),
    ...(maxAge !== undefined && { max_age: String(maxAge / 1000) }),
  })
  return { location: location.href, secrets }
}

/** Where the page of a provider is, for the policy of a page that leads to it. */
export async function authorizeAddressOf(
  context: ServerContext,
  provider: IdentityProvider,
  endpoints: Endpoints,
): Promise<string> {
  const configuration = await configurationOf(context, provider, endpoints)
  return configuration.serverMetadata().authorization_endpoint ?? endpoints.issuer
}

/**
 * Exchanges the code of a provider's answer, and checks what it says: state, issuer, PKCE, signature, audience, nonce
 * and times, by `openid-client`.
 *
 * @throws {ProviderError}
 */
export async function readOAuthAnswer(
  context: ServerContext,
  provider: IdentityProvider,
  endpoints: Endpoints,
  {
    answer,
    redirectUri,
    state,
    secrets,
  }: {
    readonly answer: URLSearchParams
    readonly redirectUri: string
    readonly state: string
    readonly secrets: OAuthSecrets
  },
): Promise<Profile> {
  const configuration = await configurationOf(context, provider, endpoints)
  const url = new URL(redirectUri)
  url.search = answer.toString()
  try {
    const tokens = await client.authorizationCodeGrant(configuration, url, {
      expectedState: state,
      pkceCodeVerifier: secrets.verifier,
      ...(endpoints.hasIdToken && { expectedNonce: secrets.nonce, idTokenExpected: true }),
    })
    const idToken = endpoints.hasIdToken ? tokens.claims() : undefined
    const signed = idToken ?? {}
    const told = await fetchAttributes(configuration, endpoints, tokens.access_token)
    if (endpoints.hasIdToken && told?.sub !== undefined && told.sub !== Object(signed).sub)
      throw new ProviderError(`Bad attributes response from ${provider.name}.`, {
        reason: 'The attributes are of another user than the ID token.',
      })
    const claims = textClaims({ ...told, ...userOfForm(provider, answer), ...signed })
    const subject = claims[endpoints.subject]
    if (!subject)
      throw new ProviderError(`${provider.name} did not say who the user is.`, {
        reason: `Neither its ID token nor its attributes have ${endpoints.subject}.`,
      })
    const answered = { tokenResponse: { ...tokens }, idToken: { ...signed }, userInfo: told ?? {} }
    const authTime = idToken?.auth_time === undefined ? undefined : idToken.auth_time * 1000
    return { subject, issuer: null, authTime, claims, answer: answered }
  } catch (error) {
    throw asProviderError(provider, error)
  }
}

async function fetchAttributes(
  configuration: client.Configuration,
  endpoints: Endpoints,
  accessToken: string,
): Promise<Record<string, unknown> | undefined> {
  const address = configuration.serverMetadata().userinfo_endpoint
  if (address === undefined) return undefined
  const { attributesMethod } = endpoints
  const response = await client.fetchProtectedResource(
    configuration,
    accessToken,
    new URL(address),
    attributesMethod,
  )
  if (!response.ok) throw new ProviderError(`Error - ${response.status} error getting user attributes`)
  const body: unknown = await response.json()
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new ProviderError('Bad attributes response.')
  // Checked: an object of JSON.
  return body as Record<string, unknown>
}

/** Apple sends the name of a user once, beside the code, and nowhere else. It is not signed, so nothing but a name is read. */
function userOfForm({ type }: IdentityProvider, answer: URLSearchParams): Record<string, unknown> {
  const given = type === 'SignInWithApple' ? answer.get('user') : null
  if (given === null) return {}
  try {
    const { firstName, lastName } = Object(Object(JSON.parse(given)).name) as Record<string, unknown>
    return {
      ...(typeof firstName === 'string' && { firstName }),
      ...(typeof lastName === 'string' && { lastName }),
    }
  } catch {
    return {}
  }
}

function configurationOf(
  context: ServerContext,
  provider: IdentityProvider,
  endpoints: Endpoints,
): Promise<client.Configuration> {
  // The clock of this server can be moved while developing.
  const skew = Math.round((context.clock.now() - Date.now()) / 1000)
  const version = [provider.updatedAt, skew, endpoints.authorize].join(' ')
  return answers.get(context, provider.id, version, () =>
    makeConfiguration(context, provider, endpoints, skew),
  )
}

async function makeConfiguration(
  context: ServerContext,
  provider: IdentityProvider,
  endpoints: Endpoints,
  skew: number,
): Promise<client.Configuration> {
  const { issuer, authorize, token, attributes, keys, hasIdToken } = endpoints
  const isWhole = authorize !== undefined && token !== undefined && (keys !== undefined || !hasIdToken)
  const found = isWhole ? { issuer } : await discover(provider, issuer)
  const metadata: client.ServerMetadata = {
    id_token_signing_alg_values_supported: ALGORITHMS,
    ...found,
    ...(authorize !== undefined && { authorization_endpoint: authorize }),
    ...(token !== undefined && { token_endpoint: token }),
    ...(attributes !== undefined && { userinfo_endpoint: attributes }),
    ...(keys !== undefined && { jwks_uri: keys }),
  }
  const configuration = new client.Configuration(
    metadata,
    provider.details.client_id ?? '',
    { [client.clockSkew]: skew },
    await authentication(context, provider, metadata),
  )
  configuration.timeout = PATIENCE
  if (hasIdToken) client.enableNonRepudiationChecks(configuration)
  if (isLocalHttp(issuer)) client.allowInsecureRequests(configuration)
  configuration[client.customFetch] = (url, options) => fetchFrom(context, metadata, url, options)
  return configuration
}

async function discover(provider: IdentityProvider, issuer: string): Promise<client.ServerMetadata> {
  try {
    const found = await client.discovery(
      new URL(issuer),
      provider.details.client_id ?? '',
      undefined,
      undefined,
      {
        timeout: PATIENCE,
        ...(isLocalHttp(issuer) && { execute: [client.allowInsecureRequests] }),
      },
    )
    const { supportsPKCE: _, ...metadata } = found.serverMetadata()
    return metadata
  } catch (cause) {
    throw new ProviderError(`Unable to contact well-known endpoint of ${provider.name}`, { cause })
  }
}

/** The service sends the secret in the form; the metadata of a provider may allow only the header. */
async function authentication(
  context: ServerContext,
  provider: IdentityProvider,
  { token_endpoint_auth_methods_supported: methods }: client.ServerMetadata,
): Promise<client.ClientAuth> {
  const { details, type } = provider
  if (type === 'SignInWithApple') return client.ClientSecretPost(await appleClientSecret(context, details))
  if (!details.client_secret) return client.None()
  const byHeader = methods?.includes('client_secret_basic') && !methods.includes('client_secret_post')
  return byHeader
    ? client.ClientSecretBasic(details.client_secret)
    : client.ClientSecretPost(details.client_secret)
}

async function fetchFrom(
  { standIn }: ServerContext,
  { jwks_uri }: client.ServerMetadata,
  url: string,
  options: client.CustomFetchOptions,
): Promise<Response> {
  try {
    if (standIn && isOfStandIn(url)) return await standIn(new Request(url, options as RequestInit))
    return await boundedFetch(url, options as RequestInit)
  } catch (cause) {
    const isTimeout = cause instanceof Error && cause.name === 'TimeoutError'
    const description = !isTimeout
      ? 'Connection reset'
      : url === jwks_uri
        ? 'Timeout in calling jwks uri'
        : 'Timeout occurred in calling IdP token endpoint'
    throw new ProviderError(description, { cause })
  }
}

function asProviderError({ name }: IdentityProvider, error: unknown): ProviderError {
  const known = providerErrorIn(error)
  if (known) return known
  if (error instanceof client.AuthorizationResponseError) {
    const description = error.error_description ?? error.error
    return new ProviderError(description, {
      ...(error.error === 'access_denied' && { error: 'access_denied' }),
    })
  }
  if (error instanceof client.ResponseBodyError)
    return new ProviderError(`${name} Error - ${error.status} error getting token`, {
      reason: `${error.error}: ${error.error_description ?? ''}`,
      cause: error,
    })
  if (error instanceof client.WWWAuthenticateChallengeError)
    return new ProviderError(`${name} Error - ${error.status} error getting token`, { cause: error })
  const reason = reasonsOf(error).join(': ')
  return new ProviderError(`Invalid response received from ${name}.`, { reason, cause: error })
}

function reasonsOf(error: unknown): readonly string[] {
  const reasons: string[] = []
  for (let at = error; at instanceof Error; at = at.cause) reasons.push(at.message)
  return reasons
}
