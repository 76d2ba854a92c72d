import type { ServerContext } from '../context.js'
import { randomText } from '../crypto/random.js'
import type { Transaction } from '../db/schema.js'
import type { AppClientSettings } from '../wire/user-pool-settings.js'
import type { AppClient } from './app-client.js'
import { insertClientSecret, sealClientSecret } from './client-secret.js'

const ID_CHARACTERS = '0123456789abcdefghijklmnopqrstuvwxyz'

export const newClientId = (context: ServerContext): string => randomText(context, ID_CHARACTERS, 26)
export const newClientSecret = (context: ServerContext): string => randomText(context, ID_CHARACTERS, 51)

export async function insertAppClient(
  context: ServerContext,
  tx: Transaction,
  client: { id: string; userPoolId: string; name: string; settings: AppClientSettings; secret?: string },
): Promise<AppClient> {
  const now = context.clock.now()
  await tx
    .insertInto('app_clients')
    .values({
      id: client.id,
      user_pool_id: client.userPoolId,
      name: client.name,
      settings: JSON.stringify(client.settings),
      created_at: now,
      updated_at: now,
    })
    .execute()
  const { secret, ...rest } = client
  const secrets = secret === undefined ? [] : [sealClientSecret(context, client.id, secret)]
  for (const sealed of secrets) await insertClientSecret(tx, client.id, sealed)
  return { ...rest, secrets, createdAt: now, updatedAt: now }
}
