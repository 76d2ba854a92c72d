import type { Transaction } from '../db/schema.js'
import type { UserPool } from '../pools/user-pool.js'
import { createResourceServer } from '../resource-servers/create-resource-server.js'
import { findResourceServer } from '../resource-servers/resource-server.js'
import type { ResourceServerConfig } from './config.js'
import { differences } from './differences.js'

/** Makes a declared resource server of a pool, unless it is there. */
export async function ensureResourceServer(
  tx: Transaction,
  pool: UserPool,
  { Identifier, Name, Scopes = [] }: ResourceServerConfig,
  warn: (sentence: string) => void,
): Promise<void> {
  const existing = await findResourceServer(tx, pool.id, Identifier)
  if (!existing) {
    await createResourceServer(tx, {
      userPoolId: pool.id,
      identifier: Identifier,
      name: Name,
      scopes: Scopes,
    })
    return
  }
  const changed = differences({ Name, Scopes }, { Name: existing.name, Scopes: existing.scopes })
  if (changed.length > 0)
    warn(
      `Resource server ${Identifier} of user pool ${pool.id} differs from its declaration in ${changed.join(', ')}; it stays as it is in the database.`,
    )
}
