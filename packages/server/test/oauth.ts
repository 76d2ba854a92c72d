import { createHash } from 'node:crypto'
import type { ServerOptions } from '@amulet/server'
import type { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider'
import { createPool, createUser, startWithAdmin } from './admin.js'
import { type Browser, openBrowser } from './browser-session.js'
import { PASSWORD, type Started } from './start.js'

export const CALLBACK = 'https://app.example.com/callback'
export const VERIFIER = 'a-verifier-of-at-least-forty-three-characters-0'
const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url')
export const PKCE = { code_challenge: CHALLENGE, code_challenge_method: 'S256' }

export const OAUTH_CLIENT = {
  ClientName: 'oauth',
  AllowedOAuthFlowsUserPoolClient: true,
  AllowedOAuthFlows: ['code', 'implicit'],
  AllowedOAuthScopes: ['openid', 'email', 'phone', 'profile', 'aws.cognito.signin.user.admin'],
  CallbackURLs: [CALLBACK],
  LogoutURLs: ['https://app.example.com/'],
  SupportedIdentityProviders: ['COGNITO'],
} satisfies Partial<Parameters<CognitoIdentityProvider['createUserPoolClient']>[0]>

export interface OAuthStarted extends Started {
  readonly admin: CognitoIdentityProvider
  readonly UserPoolId: string
  readonly clientId: string
  /** Of `ada`. */
  readonly sub: string
  createClient(
    settings?: Partial<Parameters<CognitoIdentityProvider['createUserPoolClient']>[0]>,
  ): Promise<{ clientId: string; secret: string }>
}

/** A pool with a client for redirects and the user `ada`; `ada@example.com` in pools whose usernames are addresses. */
export async function startOAuth({
  pool = {},
  client = {},
  ...options
}: ServerOptions & {
  pool?: Parameters<typeof createPool>[1]
  client?: Partial<Parameters<CognitoIdentityProvider['createUserPoolClient']>[0]>
} = {}): Promise<OAuthStarted> {
  const app = await startWithAdmin(options)
  const { UserPoolId } = await createPool(app.admin, pool)
  const createClient: OAuthStarted['createClient'] = async (settings = {}) => {
    const { UserPoolClient } = await app.admin.createUserPoolClient({
      UserPoolId,
      ...OAUTH_CLIENT,
      ...settings,
    })
    return { clientId: UserPoolClient?.ClientId ?? '', secret: UserPoolClient?.ClientSecret ?? '' }
  }
  const { clientId } = await createClient(client)
  const email = 'ada@example.com'
  const sub = await createUser(app.admin, UserPoolId, pool.UsernameAttributes ? email : 'ada', {
    email,
    email_verified: 'true',
  })
  return { ...app, UserPoolId, clientId, sub, createClient }
}

/** A resource server, and a client that gets tokens for itself. */
export async function createMachine(
  { admin, UserPoolId, createClient }: OAuthStarted,
  scopes: readonly string[] = ['read'],
): Promise<{ clientId: string; secret: string }> {
  await admin.createResourceServer({
    UserPoolId,
    Identifier: 'api',
    Name: 'API',
    Scopes: scopes.map((ScopeName) => ({ ScopeName, ScopeDescription: ScopeName })),
  })
  return await createClient({
    GenerateSecret: true,
    AllowedOAuthFlows: ['client_credentials'],
    AllowedOAuthScopes: scopes.map((scope) => `api/${scope}`),
    CallbackURLs: [],
  })
}

/** The query of an authorization request. */
export const authorizeQuery = (
  { clientId }: Pick<OAuthStarted, 'clientId'>,
  parameters: Readonly<Record<string, string | undefined>> = {},
): string => {
  const all = {
    client_id: clientId,
    response_type: 'code',
    redirect_uri: CALLBACK,
    state: 'the state',
    ...parameters,
  }
  return new URLSearchParams(
    Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  ).toString()
}

/** Signs `ada` in on the page, and returns where the browser is sent. */
export async function signInOnPage(
  app: Pick<OAuthStarted, 'server' | 'clientId'>,
  parameters: Readonly<Record<string, string | undefined>> = {},
  browser: Browser = openBrowser(app.server),
): Promise<URL> {
  const sent = await browser.get(`/oauth2/authorize?${authorizeQuery(app, parameters)}`)
  const page = await browser.get(sent.location)
  const answer = await browser.submit(page, { username: 'ada', password: PASSWORD })
  return new URL(answer.location)
}

export interface TokenAnswer {
  readonly status: number
  readonly headers: Headers
  readonly body: Readonly<Record<string, unknown>>
}

/** Posts to the token endpoint. */
export async function postToken(
  { server }: Pick<Started, 'server'>,
  fields: Record<string, string> | URLSearchParams,
  headers: Record<string, string> = {},
  origin = 'http://localhost',
): Promise<TokenAnswer> {
  const response = await server.fetch(
    new Request(`${origin}/oauth2/token`, { method: 'POST', body: new URLSearchParams(fields), headers }),
  )
  const text = await response.text()
  return {
    status: response.status,
    headers: response.headers,
    // Whatever it is, the test says what it should be.
    body: JSON.parse(text || '{}') as Record<string, unknown>,
  }
}

/** Redeems a code, with the verifier unless told otherwise. */
export const redeem = (
  app: Pick<OAuthStarted, 'server' | 'clientId'>,
  location: URL,
  fields: Readonly<Record<string, string | undefined>> = {},
  headers: Record<string, string> = {},
): Promise<TokenAnswer> =>
  postToken(
    app,
    new URLSearchParams(
      Object.entries({
        grant_type: 'authorization_code',
        code: location.searchParams.get('code') ?? '',
        client_id: app.clientId,
        redirect_uri: CALLBACK,
        code_verifier: VERIFIER,
        ...fields,
      }).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    ),
    headers,
  )

export const basic = (id: string, secret: string) => ({
  authorization: `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`,
})
