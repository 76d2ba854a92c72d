import type { ServerContext } from '../context.js'
import type { Transaction } from '../db/schema.js'
import { findProvider } from '../federation/identity-provider.js'
import { insertProvider } from '../federation/save-provider.js'
import type { UserPool } from '../pools/user-pool.js'
import type { IdentityProviderConfig } from './config.js'
import { differences } from './differences.js'

/** Makes a declared identity provider of a pool, unless it is there. */
export async function ensureIdentityProvider(
  context: ServerContext,
  tx: Transaction,
  pool: UserPool,
  { ProviderName: name, ProviderType: type, ProviderDetails: details, ...settings }: IdentityProviderConfig,
  warn: (sentence: string) => void,
): Promise<void> {
  const existing = await findProvider(context, tx, pool.id, name)
  if (!existing) {
    await insertProvider(context, tx, pool, { name, type, details, settings })
    return
  }
  const changed = differences(
    { ProviderType: type, ProviderDetails: details, ...settings },
    { ProviderType: existing.type, ProviderDetails: existing.details, ...existing.settings },
  )
  if (changed.length > 0)
    warn(
      `Identity provider ${name} of user pool ${pool.id} differs from its declaration in ${changed.join(', ')}; it stays as it is in the database.`,
    )
}
