import type { ServerContext } from '../context.js'
import type { Transaction } from '../db/schema.js'
import { randomText } from '../pools/create-user-pool.js'
import type { AppClientSettings } from '../wire/user-pool-settings.js'
import type { AppClient } from './app-client.js'

const ID_CHARACTERS = '0123456789abcdefghijklmnopqrstuvwxyz'

export const newClientId = (context: ServerContext): string => randomText(context, ID_CHARACTERS, 26)
export const newClientSecret = (context: ServerContext): string => randomText(context, ID_CHARACTERS, 51)

export async function insertAppClient(
  context: ServerContext,
  tx: Transaction,
  client: { id: string; userPoolId: string; name: string; settings: AppClientSettings; secret?: string },
): Promise<AppClient> {
  const now = context.clock.now()
  const sealedSecret =
    client.secret === undefined
      ? null
      : context.rootKey.seal('client-secret', client.id, Buffer.from(client.secret))
  await tx
    .insertInto('app_clients')
    .values({
      id: client.id,
      user_pool_id: client.userPoolId,
      name: client.name,
      settings: JSON.stringify(client.settings),
      sealed_secret: sealedSecret,
      created_at: now,
      updated_at: now,
    })
    .execute()
  return { ...client, sealedSecret, createdAt: now, updatedAt: now }
}
