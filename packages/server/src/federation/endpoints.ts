import type { ServerContext } from '../context.js'
import type { ProviderType } from '../db/schema.js'
import type { IdentityProvider } from './identity-provider.js'
import { FACEBOOK_VERSION } from './service-details.js'

/** Where a provider of OAuth or OpenID Connect is, and what is particular about it. */
export interface Endpoints {
  readonly issuer: string
  /** What is missing is asked of the issuer: OpenID Connect Discovery 1.0. */
  readonly authorize?: string | undefined
  readonly token?: string | undefined
  readonly attributes?: string | undefined
  readonly keys?: string | undefined
  readonly attributesMethod: 'GET' | 'POST'
  readonly scopes: string
  /** Whether it identifies the user in a signed token. */
  readonly hasIdToken: boolean
  /** The claim that says who the user is. */
  readonly subject: string
  /** Whether it answers by a form of its own page: a request of another site, which comes without cookies. */
  readonly answersByForm: boolean
}

const spaced = (scopes: string | undefined): string =>
  (scopes ?? '')
    .split(/[\s,]+/)
    .filter((scope) => scope !== '')
    .join(' ')

const OPEN_ID_CONNECT = {
  attributesMethod: 'GET',
  hasIdToken: true,
  subject: 'sub',
  answersByForm: false,
} as const

type Details = IdentityProvider['details']

/** Where each type of provider is. SAML has endpoints of another kind. */
const ENDPOINTS: {
  readonly [T in Exclude<ProviderType, 'SAML'>]: (details: Details, wanted: readonly string[]) => Endpoints
} = {
  OIDC: (details) => ({
    ...OPEN_ID_CONNECT,
    issuer: details.oidc_issuer ?? '',
    authorize: details.authorize_url || undefined,
    token: details.token_url || undefined,
    attributes: details.attributes_url || undefined,
    keys: details.jwks_uri || undefined,
    attributesMethod: details.attributes_request_method === 'POST' ? 'POST' : 'GET',
    scopes: spaced(details.authorize_scopes),
  }),
  Google: (details) => ({
    ...OPEN_ID_CONNECT,
    issuer: 'https://accounts.google.com',
    authorize: 'https://accounts.google.com/o/oauth2/v2/auth',
    token: 'https://oauth2.googleapis.com/token',
    attributes: 'https://openidconnect.googleapis.com/v1/userinfo',
    keys: 'https://www.googleapis.com/oauth2/v3/certs',
    // The ID token comes with this scope only.
    scopes: [...new Set(['openid', ...spaced(details.authorize_scopes).split(' ')])].join(' ').trim(),
  }),
  SignInWithApple: (details) => ({
    ...OPEN_ID_CONNECT,
    issuer: 'https://appleid.apple.com',
    authorize: 'https://appleid.apple.com/auth/authorize',
    token: 'https://appleid.apple.com/auth/token',
    keys: 'https://appleid.apple.com/auth/keys',
    scopes: spaced(details.authorize_scopes),
    answersByForm: true,
  }),
  Facebook: (details, wanted) => {
    const version = details.api_version || FACEBOOK_VERSION
    const fields = [...new Set(['id', ...wanted])].join(',')
    return {
      issuer: 'https://www.facebook.com',
      authorize: `https://www.facebook.com/${version}/dialog/oauth`,
      token: `https://graph.facebook.com/${version}/oauth/access_token`,
      attributes: `https://graph.facebook.com/${version}/me?fields=${encodeURIComponent(fields)}`,
      attributesMethod: 'GET',
      scopes: spaced(details.authorize_scopes).replaceAll(' ', ','),
      hasIdToken: false,
      subject: 'id',
      answersByForm: false,
    }
  },
  LoginWithAmazon: (details) => ({
    issuer: 'https://www.amazon.com',
    authorize: 'https://www.amazon.com/ap/oa',
    token: 'https://api.amazon.com/auth/o2/token',
    attributes: 'https://api.amazon.com/user/profile',
    attributesMethod: 'GET',
    scopes: spaced(details.authorize_scopes),
    hasIdToken: false,
    subject: 'user_id',
    answersByForm: false,
  }),
}

export function endpointsOf(
  { standIn, baseUrl }: Pick<ServerContext, 'standIn' | 'baseUrl'>,
  { type, details, settings }: IdentityProvider,
): Endpoints | undefined {
  if (type === 'SAML') return undefined
  const endpoints = ENDPOINTS[type](details, Object.values(settings.AttributeMapping ?? {}))
  return standIn && type !== 'OIDC' ? standInFor(type, endpoints, baseUrl()) : endpoints
}

/** Below the server's own address, with the name of the type. */
export const STAND_IN_PATH = '/_amulet/providers'

/** Requests to a simulated provider never leave the process, so its address does not depend on the server's. */
export const standInIssuer = (type: string): string => `http://localhost${STAND_IN_PATH}/${type}`

export const isOfStandIn = (url: string): boolean => url.startsWith(standInIssuer(''))

function standInFor(type: ProviderType, endpoints: Endpoints, baseUrl: string): Endpoints {
  const issuer = standInIssuer(type)
  return {
    ...endpoints,
    issuer,
    // Browsers open it.
    authorize: `${baseUrl}${STAND_IN_PATH}/${type}/authorize`,
    token: `${issuer}/token`,
    ...(endpoints.attributes !== undefined && { attributes: `${issuer}/me` }),
    ...(endpoints.keys !== undefined && { keys: `${issuer}/keys` }),
  }
}
