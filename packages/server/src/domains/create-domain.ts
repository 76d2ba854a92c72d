import type { ServerContext } from '../context.js'
import type { Transaction } from '../db/schema.js'
import { errors } from '../errors.js'
import type { UserPool } from '../pools/user-pool.js'
import type { DomainSettings } from '../wire/domain-settings.js'
import { type Domain, domainsOfPool, findDomain } from './domain.js'
import { validateDomain } from './validate-domain.js'

/**
 * Gives a pool a domain. The transaction has taken the pool's row.
 *
 * @throws InvalidParameterException, FeatureUnavailableInTierException
 */
export async function createDomain(
  { clock }: ServerContext,
  tx: Transaction,
  pool: UserPool,
  domain: string,
  settings: DomainSettings,
): Promise<Domain> {
  const kind = validateDomain(pool, domain, settings)
  if (await findDomain(tx, domain)) throw errors.domainTaken()
  const others = await domainsOfPool(tx, pool.id)
  if (others.some((other) => other.kind === kind)) throw errors.poolHasDomain()
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('domains')
    .values({
      domain,
      user_pool_id: pool.id,
      kind,
      settings: JSON.stringify(settings),
      created_at: clock.now(),
    })
    // Another pool may have taken it a moment ago.
    .onConflict((conflict) => conflict.column('domain').doNothing())
    .executeTakeFirst()
  if (numInsertedOrUpdatedRows !== 1n) throw errors.domainTaken()
  return { domain, userPoolId: pool.id, kind, settings }
}
