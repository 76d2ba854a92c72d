import type { CreateIdentityProviderRequest } from '@aws-sdk/client-cognito-identity-provider'
import { decodeJwt } from 'jose'
import { createPool } from './admin.js'
import { OAUTH_CLIENT, type OAuthStarted, redeem, startOAuth } from './oauth.js'
import { atSignIn, type PageUser } from './page-user.js'
import { startUpstream, UPSTREAM_CLIENT, type Upstream } from './upstream.js'

export interface Federated extends OAuthStarted {
  readonly upstream: Upstream
}

export const oidcProvider = (issuer: string, details: Record<string, string> = {}) => ({
  ProviderName: 'Upstream',
  ProviderType: 'OIDC' as const,
  ProviderDetails: {
    ...UPSTREAM_CLIENT,
    oidc_issuer: issuer,
    attributes_request_method: 'GET',
    authorize_scopes: 'openid email profile',
    ...details,
  },
  AttributeMapping: { email: 'email', email_verified: 'email_verified', name: 'name' },
})

/** A pool whose client signs users in with a password or at an upstream of OpenID Connect. */
export async function startFederated({
  provider = {},
  claims,
  ...options
}: Parameters<typeof startOAuth>[0] & {
  provider?: Partial<CreateIdentityProviderRequest>
  claims?: Parameters<typeof startUpstream>[0]
} = {}): Promise<Federated> {
  const upstream = await startUpstream(claims)
  const app = await startOAuth(options)
  const { UserPoolId } = app
  await app.admin.createIdentityProvider({ UserPoolId, ...oidcProvider(upstream.issuer), ...provider })
  const { clientId } = await app.createClient({
    ...options.client,
    SupportedIdentityProviders: ['COGNITO', provider.ProviderName ?? 'Upstream'],
  })
  return { ...app, clientId, upstream }
}

/** A pool of the same server, with a provider of the same name. */
export async function anotherPool(app: Federated): Promise<Federated> {
  const { UserPoolId } = await createPool(app.admin)
  await app.admin.createIdentityProvider({ UserPoolId, ...oidcProvider(app.upstream.issuer) })
  const createClient: Federated['createClient'] = async (settings) => {
    const { UserPoolClient } = await app.admin.createUserPoolClient({
      UserPoolId,
      ...OAUTH_CLIENT,
      ...settings,
    })
    return { clientId: UserPoolClient?.ClientId ?? '', secret: '' }
  }
  const { clientId } = await createClient({ SupportedIdentityProviders: ['COGNITO', 'Upstream'] })
  return { ...app, UserPoolId, clientId, createClient }
}

/** Someone who has pressed the button of the provider and has signed in there. */
export async function signInUpstream(app: Federated, login: string, user?: PageUser): Promise<PageUser> {
  const visitor = user ?? (await atSignIn(app))
  if (!visitor.left) await visitor.submit('Continue with Upstream')
  const back = await app.upstream.signIn(visitor.left as URL, login)
  await visitor.open(`${back.pathname}${back.search}`)
  return visitor
}

/** The claims of the tokens that a code is redeemed for. */
export async function tokensOf(app: Pick<OAuthStarted, 'server' | 'clientId'>, user: PageUser) {
  const { body } = await redeem(app, user.left as URL, { code_verifier: undefined })
  return { id: decodeJwt(String(body.id_token)), access: decodeJwt(String(body.access_token)) }
}
