import type { ServerContext } from '../context.js'
import type { ProviderType, Queryable } from '../db/schema.js'
import { errors } from '../errors.js'
import type { ProviderSettings } from '../wire/identity-provider-settings.js'

/** What users of a pool may sign in with beside a password of the pool. */
export interface IdentityProvider {
  readonly id: string
  readonly userPoolId: string
  readonly name: string
  readonly type: ProviderType
  /** `ProviderDetails`, as given. */
  readonly details: Readonly<Record<string, string>>
  readonly settings: ProviderSettings
  readonly createdAt: number
  readonly updatedAt: number
}

export interface ProviderRow {
  id: string
  user_pool_id: string
  name: string
  type: ProviderType
  settings: string
  sealed_details: Uint8Array
  created_at: number
  updated_at: number
}

function providerOfRow({ rootKey }: ServerContext, row: ProviderRow): IdentityProvider {
  const details = rootKey.open('identity-provider', row.id, row.sealed_details)
  if (!details) throw new Error(`The details of the identity provider ${row.id} are of another root key.`)
  return {
    id: row.id,
    userPoolId: row.user_pool_id,
    name: row.name,
    type: row.type,
    // Both are written by this server, from a parsed request.
    details: JSON.parse(details.toString()) as Record<string, string>,
    settings: JSON.parse(row.settings) as ProviderSettings,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}

/** All providers of a pool, by name. */
export async function providersOfPool(
  context: ServerContext,
  db: Queryable,
  userPoolId: string,
): Promise<readonly IdentityProvider[]> {
  const rows = await db
    .selectFrom('identity_providers')
    .selectAll()
    .where('user_pool_id', '=', userPoolId)
    .orderBy('name')
    .execute()
  return rows.map((row) => providerOfRow(context, row))
}

export async function providerNamesOf(db: Queryable, userPoolId: string): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('identity_providers')
    .select('name')
    .where('user_pool_id', '=', userPoolId)
    .execute()
  return rows.map(({ name }) => name)
}

export async function findProvider(
  context: ServerContext,
  db: Queryable,
  userPoolId: string,
  name: string,
): Promise<IdentityProvider | undefined> {
  const row = await db
    .selectFrom('identity_providers')
    .selectAll()
    .where('user_pool_id', '=', userPoolId)
    .where('name', '=', name)
    .executeTakeFirst()
  return row && providerOfRow(context, row)
}

/** The provider that a request was made for: one that was made anew with its name is another. */
export async function findProviderById(
  context: ServerContext,
  userPoolId: string,
  id: string,
): Promise<IdentityProvider | undefined> {
  const row = await context.db
    .selectFrom('identity_providers')
    .selectAll()
    .where('id', '=', id)
    .where('user_pool_id', '=', userPoolId)
    .executeTakeFirst()
  return row && providerOfRow(context, row)
}

/** @throws ResourceNotFoundException */
export async function getProvider(
  context: ServerContext,
  db: Queryable,
  userPoolId: string,
  name: string,
): Promise<IdentityProvider> {
  const provider = await findProvider(context, db, userPoolId, name)
  if (!provider) throw errors.providerNotFound(name)
  return provider
}

/** The provider that has an identifier: the domain of users' addresses, say. Case does not count in it. */
export async function findProviderByIdentifier(
  context: ServerContext,
  userPoolId: string,
  identifier: string,
): Promise<IdentityProvider | undefined> {
  const wanted = identifier.toLowerCase()
  const providers = await providersOfPool(context, context.db, userPoolId)
  return providers.find(({ settings }) =>
    settings.IdpIdentifiers?.some((each) => each.toLowerCase() === wanted),
  )
}
