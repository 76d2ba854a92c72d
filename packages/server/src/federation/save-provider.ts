import type { ServerContext } from '../context.js'
import { randomUuid } from '../crypto/random.js'
import type { Transaction } from '../db/schema.js'
import { errors } from '../errors.js'
import type { UserPool } from '../pools/user-pool.js'
import { type IdentityProvider, type ProviderRow, providersOfPool } from './identity-provider.js'
import { DERIVED_SAML_DETAILS, validateProvider } from './validate-provider.js'

/** Identity providers of a pool. */
const MAX_PROVIDERS = 300

/**
 * Stores a new provider. The transaction has taken the pool's row.
 *
 * @throws InvalidParameterException, DuplicateProviderException, LimitExceededException
 */
export async function insertProvider(
  context: ServerContext,
  tx: Transaction,
  pool: UserPool,
  given: Pick<IdentityProvider, 'name' | 'type' | 'details' | 'settings'>,
): Promise<IdentityProvider> {
  validateProvider(pool, given)
  const existing = await providersOfPool(context, tx, pool.id)
  if (existing.some(({ name }) => name === given.name)) throw errors.providerExists(given.name)
  if (existing.length >= MAX_PROVIDERS) throw errors.tooManyProviders(MAX_PROVIDERS)
  assertIdentifiersFree(existing, given)
  const now = context.clock.now()
  const id = randomUuid(context)
  const provider = withoutDerived({ ...given, id, userPoolId: pool.id, createdAt: now, updatedAt: now })
  await tx.insertInto('identity_providers').values(rowOf(context, provider)).execute()
  return provider
}

/**
 * Replaces what a provider is made of. The transaction has taken the pool's row.
 *
 * @throws InvalidParameterException
 */
export async function updateProvider(
  context: ServerContext,
  tx: Transaction,
  pool: UserPool,
  changed: IdentityProvider,
): Promise<IdentityProvider> {
  validateProvider(pool, changed)
  const existing = await providersOfPool(context, tx, pool.id)
  assertIdentifiersFree(
    existing.filter(({ id }) => id !== changed.id),
    changed,
  )
  const provider = withoutDerived({ ...changed, updatedAt: context.clock.now() })
  const { id, ...columns } = rowOf(context, provider)
  await tx.updateTable('identity_providers').set(columns).where('id', '=', id).execute()
  return provider
}

/** @throws InvalidParameterException */
function assertIdentifiersFree(
  others: readonly IdentityProvider[],
  { settings }: Pick<IdentityProvider, 'settings'>,
): void {
  const fold = (identifier: string) => identifier.toLowerCase()
  const taken = others.flatMap((other) => other.settings.IdpIdentifiers ?? []).map(fold)
  const clash = settings.IdpIdentifiers?.find((identifier) => taken.includes(fold(identifier)))
  if (clash !== undefined) throw errors.providerIdentifierTaken(clash)
}

/** Tools write back what they have read. What the server adds itself is added anew each time. */
function withoutDerived(provider: IdentityProvider): IdentityProvider {
  if (provider.type !== 'SAML') return provider
  const details = Object.entries(provider.details).filter(([name]) => !DERIVED_SAML_DETAILS.includes(name))
  return { ...provider, details: Object.fromEntries(details) }
}

const rowOf = ({ rootKey }: ServerContext, provider: IdentityProvider): ProviderRow => ({
  id: provider.id,
  user_pool_id: provider.userPoolId,
  name: provider.name,
  type: provider.type,
  settings: JSON.stringify(provider.settings),
  sealed_details: rootKey.seal(
    'identity-provider',
    provider.id,
    Buffer.from(JSON.stringify(provider.details)),
  ),
  created_at: provider.createdAt,
  updated_at: provider.updatedAt,
})
