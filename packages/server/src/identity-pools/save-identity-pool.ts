import type { ServerContext } from '../context.js'
import type { Transaction } from '../db/schema.js'
import type { IdentityPool } from './identity-pool.js'

const columnsOf = ({ name, settings, roles, principalTags }: IdentityPool) => ({
  name,
  settings: JSON.stringify(settings),
  roles: JSON.stringify(roles),
  principal_tags: JSON.stringify(principalTags),
})

export async function insertIdentityPool(
  context: ServerContext,
  tx: Transaction,
  pool: IdentityPool,
): Promise<void> {
  const now = context.clock.now()
  await tx
    .insertInto('identity_pools')
    .values({ id: pool.id, ...columnsOf(pool), created_at: now, updated_at: now })
    .execute()
}

/** Stores a pool that was read for update in the same transaction. */
export async function saveIdentityPool(
  context: ServerContext,
  tx: Transaction,
  pool: IdentityPool,
): Promise<void> {
  await tx
    .updateTable('identity_pools')
    .set({ ...columnsOf(pool), updated_at: context.clock.now() })
    .where('id', '=', pool.id)
    .execute()
}
