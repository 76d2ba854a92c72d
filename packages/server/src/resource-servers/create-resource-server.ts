import type { Transaction } from '../db/schema.js'
import { errors } from '../errors.js'
import type { ResourceServer } from './resource-server.js'

/** Resource servers of a pool. */
const MAX_SERVERS = 25

/**
 * Stores a resource server. The transaction has taken the pool's row.
 *
 * @throws InvalidParameterException, LimitExceededException
 */
export async function createResourceServer(tx: Transaction, server: ResourceServer): Promise<void> {
  const { userPoolId, identifier, name, scopes } = server
  assertScopesOnce(server)
  const existing = await tx
    .selectFrom('resource_servers')
    .select('identifier')
    .where('user_pool_id', '=', userPoolId)
    .execute()
  if (existing.some((row) => row.identifier === identifier))
    throw errors.resourceServerExists(identifier, userPoolId)
  if (existing.length >= MAX_SERVERS) throw errors.tooManyResourceServers(MAX_SERVERS)
  await tx
    .insertInto('resource_servers')
    .values({ user_pool_id: userPoolId, identifier, name, scopes: JSON.stringify(scopes) })
    .execute()
}

/** @throws InvalidParameterException */
export function assertScopesOnce({ scopes }: Pick<ResourceServer, 'scopes'>): void {
  const names = scopes.map(({ ScopeName }) => ScopeName)
  const repeated = names.find((name, i) => names.indexOf(name) !== i)
  if (repeated !== undefined) throw errors.scopeRepeated(repeated)
}
