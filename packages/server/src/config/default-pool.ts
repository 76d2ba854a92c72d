import { insertAppClient } from '../clients/create-app-client.js'
import type { ServerContext } from '../context.js'
import type { Transaction } from '../db/schema.js'
import { generateKeyPairs } from '../keys/insert-signing-keys.js'
import { insertUserPool } from '../pools/create-user-pool.js'

/** Part of the default pool's id after the region; the id stays the same when the data is thrown away. */
const DEFAULT_POOL_NAME = 'AmuletDev'
const DEFAULT_CLIENT_ID = 'amuletdevwebclient00000000'

/**
 * The pool of a first start, for developing against: users sign up with their e-mail address, which is verified by
 * a code; the client has no secret and answers for unknown users like for known ones.
 */
export async function createDefaultPool(context: ServerContext, tx: Transaction): Promise<void> {
  const pool = await insertUserPool(
    context,
    tx,
    {
      id: `${context.region}_${DEFAULT_POOL_NAME}`,
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
