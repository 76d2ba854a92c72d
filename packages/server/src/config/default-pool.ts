import { clientsOfPool, isForRedirects } from '../clients/app-client.js'
import { insertAppClient } from '../clients/create-app-client.js'
import { STANDARD_SCOPES } from '../clients/validate-oauth.js'
import type { ServerContext } from '../context.js'
import type { Transaction } from '../db/schema.js'
import { createDomain } from '../domains/create-domain.js'
import { domainsOfPool, findDomain } from '../domains/domain.js'
import { awsProviderName } from '../identity-pools/provider-name.js'
import { insertIdentityPool } from '../identity-pools/save-identity-pool.js'
import { generateKeyPairs } from '../keys/insert-signing-keys.js'
import { insertUserPool } from '../pools/create-user-pool.js'
import { getUserPoolForUpdate } from '../pools/user-pool.js'
import type { AppClientSettings } from '../wire/user-pool-settings.js'

/** Part of the default pool's id after the region; the id stays the same when the data is thrown away. */
const DEFAULT_POOL_NAME = 'AmuletDev'
export const DEFAULT_CLIENT_ID = 'amuletdevwebclient00000000'
const DEFAULT_OAUTH_CLIENT_ID = 'amuletdevoauthclient000000'
const DEFAULT_PREFIX = 'amulet-dev'
/** Part of the default identity pool's id after the region. */
const DEFAULT_IDENTITY_POOL = '00000000-0000-4000-8000-00000000de50'

export const defaultPoolId = ({ region }: ServerContext): string => `${region}_${DEFAULT_POOL_NAME}`

/**
 * The pool of a first start, for developing against: users sign up with their e-mail address, which is verified by
 * a code; the client has no secret and answers for unknown users like for known ones.
 */
export async function createDefaultPool(context: ServerContext, tx: Transaction): Promise<void> {
  const pool = await insertUserPool(
    context,
    tx,
    {
      id: defaultPoolId(context),
      name: 'Default pool',
      settings: {
        UsernameAttributes: ['email'],
        AutoVerifiedAttributes: ['email'],
        UsernameConfiguration: { CaseSensitive: false },
      },
    },
    await generateKeyPairs(context),
  )
  await insertAppClient(context, tx, {
    id: DEFAULT_CLIENT_ID,
    userPoolId: pool.id,
    name: 'Default web client',
    settings: WEB_CLIENT,
  })
}

const WEB_CLIENT: AppClientSettings = {
  ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
  PreventUserExistenceErrors: 'ENABLED',
}

/** Where the tools of frontend developers serve pages, and what their pages of a redirect are usually called. */
const DEVELOPMENT_PORTS = [3000, 3001, 4173, 4200, 4321, 5173, 8080, 8081]
const addresses = (paths: readonly string[]): string[] => [
  ...['localhost', '127.0.0.1'].flatMap((host) =>
    DEVELOPMENT_PORTS.flatMap((port) => paths.map((path) => `http://${host}:${port}${path}`)),
  ),
  'myapp://',
  'myapp://callback/',
]

/**
 * What it takes for a sign-in by redirect: a client that has it, for pages of the usual addresses of this machine, and a
 * domain.
 */
export async function ensureDefaultRedirects(context: ServerContext, tx: Transaction): Promise<void> {
  const pool = await getUserPoolForUpdate(tx, defaultPoolId(context))
  const clients = await clientsOfPool(tx, pool.id)
  if (!clients.some(isForRedirects))
    await insertAppClient(context, tx, {
      id: DEFAULT_OAUTH_CLIENT_ID,
      userPoolId: pool.id,
      name: 'Default client for redirects',
      settings: {
        ...WEB_CLIENT,
        AllowedOAuthFlowsUserPoolClient: true,
        AllowedOAuthFlows: ['code', 'implicit'],
        AllowedOAuthScopes: STANDARD_SCOPES,
        CallbackURLs: addresses(['', '/', '/callback', '/auth/callback', '/api/auth/sign-in-callback']),
        LogoutURLs: addresses(['', '/', '/logout', '/auth/logout', '/api/auth/sign-out-callback']),
        SupportedIdentityProviders: ['COGNITO'],
      },
    })
  if ((await domainsOfPool(tx, pool.id)).length === 0 && !(await findDomain(tx, DEFAULT_PREFIX)))
    await createDomain(context, tx, pool, DEFAULT_PREFIX, { ManagedLoginVersion: 2 })
}

/** The identity pool of a first start: for users of the default pool, by any of its clients, and for guests. */
export async function createDefaultIdentityPool(context: ServerContext, tx: Transaction): Promise<void> {
  const userPoolId = defaultPoolId(context)
  const clients = await tx
    .selectFrom('app_clients')
    .select('id')
    .where('user_pool_id', '=', userPoolId)
    .orderBy('id')
    .execute()
  const role = (name: string) => `arn:aws:iam::${context.accountId}:role/amulet-dev-${name}`
  await insertIdentityPool(context, tx, {
    id: `${context.region}:${DEFAULT_IDENTITY_POOL}`,
    name: 'Default identity pool',
    settings: {
      AllowUnauthenticatedIdentities: true,
      AllowClassicFlow: true,
      CognitoIdentityProviders: clients.map(({ id }) => ({
        ProviderName: awsProviderName(userPoolId),
        ClientId: id,
        ServerSideTokenCheck: true,
      })),
    },
    roles: {
      Roles: { authenticated: role('authenticated'), unauthenticated: role('unauthenticated') },
    },
    principalTags: {},
  })
}
