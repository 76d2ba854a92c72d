import type { ServerContext } from '../context.js'
import type { Transaction } from '../db/schema.js'
import { createDomain } from '../domains/create-domain.js'
import { findDomain } from '../domains/domain.js'
import { errors } from '../errors.js'
import type { UserPool } from '../pools/user-pool.js'
import type { DomainConfig } from './config.js'
import { differences } from './differences.js'

/** Gives a pool a declared domain, unless it has it. */
export async function ensureDomain(
  context: ServerContext,
  tx: Transaction,
  pool: UserPool,
  { Domain, ...settings }: DomainConfig,
  warn: (sentence: string) => void,
): Promise<void> {
  const existing = await findDomain(tx, Domain)
  if (!existing) {
    await createDomain(context, tx, pool, Domain, settings)
    return
  }
  if (existing.userPoolId !== pool.id) throw errors.domainTaken()
  const changed = differences(settings, existing.settings)
  if (changed.length > 0)
    warn(
      `The domain ${Domain} of user pool ${pool.id} differs from its declaration in ${changed.join(', ')}; it stays as it is in the database.`,
    )
}
