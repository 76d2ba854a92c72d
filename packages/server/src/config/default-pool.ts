import { insertAppClient } from '../clients/create-app-client.js'
import type { ServerContext } from '../context.js'
import type { Transaction } from '../db/schema.js'
import { awsProviderName } from '../identity-pools/provider-name.js'
import { insertIdentityPool } from '../identity-pools/save-identity-pool.js'
import { generateKeyPairs } from '../keys/insert-signing-keys.js'
import { insertUserPool } from '../pools/create-user-pool.js'

/** Part of the default pool's id after the region; the id stays the same when the data is thrown away. */
const DEFAULT_POOL_NAME = 'AmuletDev'
const DEFAULT_CLIENT_ID = 'amuletdevwebclient00000000'
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
    settings: {
      ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
      PreventUserExistenceErrors: 'ENABLED',
    },
  })
}

/** The identity pool of a first start: for whoever signs in to the default pool, by any of its clients, and for guests. */
export async function createDefaultIdentityPool(context: ServerContext, tx: Transaction): Promise<void> {
  const userPoolId = defaultPoolId(context)
  const clients = await tx
    .selectFrom('app_clients')
    .select('id')
    .where('user_pool_id', '=', userPoolId)
    .orderBy('created_at')
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
