import type { AppClient } from '../clients/app-client.js'
import { type ClientAndPool, findClientAndPool } from '../clients/known-clients.js'
import { POOL_ITSELF, takesUsersOf } from '../clients/supported-providers.js'
import type { ServerContext } from '../context.js'
import {
  findProvider,
  findProviderByIdentifier,
  type IdentityProvider,
} from '../federation/identity-provider.js'
import { allowedScopes } from '../resource-servers/allowed-scopes.js'
import { scopesOf } from '../tokens/scopes.js'
import { ErrorPage, type Problem, RedirectError, type ResponseType } from './authorize-errors.js'
import type { OAuthRequest } from './oauth-request.js'

/** What an application asks for when it sends a user here: RFC 6749 section 4.1.1, OpenID Connect Core section 3.1.2.1. */
export interface AuthorizeRequest {
  readonly responseType: ResponseType
  /** One of the client's own. */
  readonly redirectUri: string
  /** Whether the request itself named it. The request for tokens then has to do so too. */
  readonly namesRedirectUri: boolean
  readonly state: string | undefined
  /** What is granted. */
  readonly scopes: readonly string[]
  readonly nonce: string | undefined
  /** S256 of the verifier that comes with the code. */
  readonly codeChallenge: string | undefined
  readonly prompts: readonly Prompt[]
  /** Milliseconds since the user proved who it is. */
  readonly maxAge: number | undefined
  /** `COGNITO`, or the name of a provider. */
  readonly identityProvider: string | undefined
  readonly idpIdentifier: string | undefined
  readonly loginHint: string | undefined
  readonly lang: string | undefined
  /** The same as a query, for links between the pages and the action of their forms. All of it has been checked. */
  readonly query: string
}

const PROMPTS = ['none', 'login', 'consent', 'select_account'] as const
export type Prompt = (typeof PROMPTS)[number]

/** A request that has passed all checks, with its client and pool. */
export interface CheckedRequest extends ClientAndPool {
  readonly request: AuthorizeRequest
  /** Where the user is sent at once, if the request names one. */
  readonly provider: IdentityProvider | undefined
}

/**
 * Reads and checks what an application asks for, in this order. /oauth2/authorize and every page that takes the same
 * parameters begin with it.
 *
 * Until the redirect URI is known to be the client's own, what is wrong is told on a page of this server, and nothing is
 * sent anywhere:
 *
 * 1. The client is named once, and exists.
 * 2. It is one of the pool whose domain this is.
 * 3. The redirect URI is named once, and is one that the client has registered, character for character.
 *
 * From there on, what is wrong is told to the redirect URI, with the state: see `CHECKS`.
 *
 * @throws {ErrorPage} one of the first three
 * @throws {RedirectError} one of the others
 */
export async function readAuthorizeRequest(
  { context, domain, audit }: Pick<OAuthRequest, 'context' | 'domain' | 'audit'>,
  query: URLSearchParams,
): Promise<CheckedRequest> {
  const found = await clientOfRequest(context, query)
  audit.note({ userPoolId: found.pool.id, clientId: found.client.id })
  if (domain && domain.userPoolId !== found.pool.id) throw new ErrorPage('unauthorized_client')
  const redirectUri = registeredRedirectUri(found.client, query)
  const allowed = await allowedScopes(context.db, found.client)
  const provider = await providerOfRequest(context, found, query)
  const given: Given = { ...found, query, allowed, provider }
  for (const check of CHECKS) {
    const problem = check(given)
    if (problem)
      throw new RedirectError(problem, {
        redirectUri,
        responseType: responseTypeOf(query) ?? 'code',
        state: once(query, 'state'),
        issuer: context.issuer(found.pool.id),
      })
  }
  return { ...found, request: requestOf(given, redirectUri), provider }
}

async function clientOfRequest(context: ServerContext, query: URLSearchParams): Promise<ClientAndPool> {
  const found = await findClientAndPool(context, once(query, 'client_id') ?? '')
  if (!found) throw new ErrorPage('Client does not exist')
  return found
}

/** A client can name one that is taken where a request has none. */
function registeredRedirectUri({ id, settings }: AppClient, query: URLSearchParams): string {
  const { CallbackURLs = [], DefaultRedirectURI } = settings
  const uri = query.has('redirect_uri') ? once(query, 'redirect_uri') : DefaultRedirectURI
  if (uri === undefined || !CallbackURLs.includes(uri)) throw new ErrorPage('redirect_mismatch', id)
  return uri
}

interface Given extends ClientAndPool {
  readonly query: URLSearchParams
  /** Scopes that the client may have. */
  readonly allowed: readonly string[]
  /** Named by the request, by its name or by one of its identifiers. */
  readonly provider: IdentityProvider | undefined
}

async function providerOfRequest(
  context: ServerContext,
  { pool }: ClientAndPool,
  query: URLSearchParams,
): Promise<IdentityProvider | undefined> {
  const name = once(query, 'identity_provider')
  const identifier = once(query, 'idp_identifier')
  if (name !== undefined)
    return name === POOL_ITSELF ? undefined : await findProvider(context, context.db, pool.id, name)
  return identifier === undefined ? undefined : await findProviderByIdentifier(context, pool.id, identifier)
}

/** Where the request wants the user to have signed in, if it says so. */
export const askedProvider = ({ provider, request }: CheckedRequest): string | undefined =>
  provider?.name ?? request.identityProvider

type Check = (given: Given) => Problem | undefined

/** What is told to the redirect URI, the first that fails. */
const CHECKS: readonly Check[] = [
  clientUsesOAuth,
  nothingIsRepeated,
  nothingIsTooLong,
  responseTypeIsKnown,
  responseModeIsTheUsualOne,
  clientUsesTheFlow,
  requestIsNoObject,
  scopesAreAllowed,
  challengeIsWhole,
  challengeIsForACode,
  promptIsKnown,
  maxAgeIsANumber,
  providerIsOneOfTheClient,
]

function clientUsesOAuth({ client }: Given): Problem | undefined {
  if (client.settings.AllowedOAuthFlowsUserPoolClient === true) return undefined
  return invalidRequest('Client is not enabled for OAuth2.0 flows')
}

/** RFC 6749 section 3.1. */
function nothingIsRepeated({ query }: Given): Problem | undefined {
  const repeated = PARAMETERS.find((name) => query.getAll(name).length > 1)
  return repeated === undefined ? undefined : invalidRequest(`${repeated} is given more than once`)
}

/** Characters of one parameter. All of them come back in addresses, which servers limit to some more. */
const MAX_PARAMETER = 4096

function nothingIsTooLong({ query }: Given): Problem | undefined {
  const long = PARAMETERS.find((name) => (query.get(name)?.length ?? 0) > MAX_PARAMETER)
  return long === undefined ? undefined : invalidRequest(`${long} is too long`)
}

function responseTypeIsKnown({ query }: Given): Problem | undefined {
  if (!query.has('response_type')) return invalidRequest('response_type is missing')
  return responseTypeOf(query) ? undefined : invalidRequest('response_type is not supported')
}

/** A code comes in the query and tokens in the fragment, whether or not that is said. */
function responseModeIsTheUsualOne({ query }: Given): Problem | undefined {
  const usual = responseTypeOf(query) === 'token' ? 'fragment' : 'query'
  if ((query.get('response_mode') ?? usual) === usual) return undefined
  return invalidRequest('response_mode is not supported')
}

function clientUsesTheFlow({ client, query }: Given): Problem | undefined {
  const flow = responseTypeOf(query) === 'token' ? 'implicit' : 'code'
  if (client.settings.AllowedOAuthFlows?.includes(flow)) return undefined
  return { error: 'unauthorized_client', description: `Client is not enabled for the ${flow} flow` }
}

/** Parameters in signed objects (OpenID Connect Core section 6) are not supported. */
function requestIsNoObject({ query }: Given): Problem | undefined {
  if (query.has('request')) return { error: 'request_not_supported' }
  return query.has('request_uri') ? { error: 'request_uri_not_supported' } : undefined
}

function scopesAreAllowed({ allowed, query }: Given): Problem | undefined {
  const isAllowed = scopesOf(query.get('scope') ?? '').every((scope) => allowed.includes(scope))
  return isAllowed ? undefined : { error: 'invalid_scope' }
}

/** RFC 7636. The challenge of `plain` is the verifier itself: a reader of the request could redeem the code. */
function challengeIsWhole({ query }: Given): Problem | undefined {
  const challenge = query.get('code_challenge')
  const method = query.get('code_challenge_method')
  if (challenge === null && method === null) return undefined
  if (challenge === null) return invalidRequest('code_challenge is missing')
  if (method === null) return invalidRequest('code_challenge_method is missing')
  if (method !== 'S256') return invalidRequest('code_challenge_method is not supported')
  return SHA_256.test(challenge) ? undefined : invalidRequest('code_challenge is not one of S256')
}
const SHA_256 = /^[\w-]{43}$/

/** A client that sends a challenge expects the code to be bound to it. */
function challengeIsForACode({ query }: Given): Problem | undefined {
  if (responseTypeOf(query) === 'code' || !query.has('code_challenge')) return undefined
  return invalidRequest('code_challenge is for the code flow')
}

function promptIsKnown({ query }: Given): Problem | undefined {
  const prompts = promptsOf(query)
  if (!prompts) return invalidRequest('prompt is not supported')
  if (!prompts.includes('none') || prompts.length === 1) return undefined
  return invalidRequest('prompt cannot be none and something else')
}

function maxAgeIsANumber({ query }: Given): Problem | undefined {
  return /^\d{1,9}$/.test(query.get('max_age') ?? '0') ? undefined : invalidRequest('max_age is not a number')
}

function providerIsOneOfTheClient({ client, query, provider }: Given): Problem | undefined {
  if (!query.has('identity_provider') && !query.has('idp_identifier')) return undefined
  const name = query.get('identity_provider') === POOL_ITSELF ? POOL_ITSELF : provider?.name
  if (name !== undefined && takesUsersOf(client, name)) return undefined
  return invalidRequest('Login option is not available. Please try another one')
}

const invalidRequest = (description: string): Problem => ({ error: 'invalid_request', description })

/** What is read. RFC 6749 section 3.1 has others ignored. */
const PARAMETERS = [
  ...['client_id', 'redirect_uri', 'response_type', 'response_mode', 'state', 'scope', 'nonce'],
  ...['code_challenge', 'code_challenge_method', 'identity_provider', 'idp_identifier', 'login_hint', 'lang'],
  ...['prompt', 'max_age', 'request', 'request_uri'],
] as const

/** The value of a parameter that is given once. */
function once(query: URLSearchParams, name: (typeof PARAMETERS)[number]): string | undefined {
  const [value, ...others] = query.getAll(name)
  return others.length === 0 ? value : undefined
}

function responseTypeOf(query: URLSearchParams): ResponseType | undefined {
  const type = once(query, 'response_type')
  return type === 'code' || type === 'token' ? type : undefined
}

/** A request without scopes is granted all that the client may have. */
const scopesAskedFor = ({ allowed, query }: Given): readonly string[] => {
  const asked = scopesOf(query.get('scope') ?? '')
  return asked.length > 0 ? asked : allowed
}

/** @returns nothing if one of them is unknown */
function promptsOf(query: URLSearchParams): Prompt[] | undefined {
  const given = scopesOf(query.get('prompt') ?? '')
  const known = given.filter((prompt): prompt is Prompt => PROMPTS.some((one) => one === prompt))
  return known.length === given.length ? known : undefined
}

function requestOf(given: Given, redirectUri: string): AuthorizeRequest {
  const { query } = given
  const maxAge = query.get('max_age')
  const kept = PARAMETERS.flatMap((name) => {
    const value = query.get(name)
    return value === null ? [] : [[name, value]]
  })
  return {
    responseType: responseTypeOf(query) ?? 'code',
    redirectUri,
    namesRedirectUri: query.has('redirect_uri'),
    state: once(query, 'state'),
    scopes: scopesAskedFor(given),
    nonce: once(query, 'nonce'),
    codeChallenge: once(query, 'code_challenge'),
    prompts: promptsOf(query) ?? [],
    maxAge: maxAge === null ? undefined : Number(maxAge) * 1000,
    identityProvider: once(query, 'identity_provider'),
    idpIdentifier: once(query, 'idp_identifier'),
    loginHint: once(query, 'login_hint'),
    lang: once(query, 'lang'),
    query: new URLSearchParams(Object.fromEntries(kept)).toString(),
  }
}
