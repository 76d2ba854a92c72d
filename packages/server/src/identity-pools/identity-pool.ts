import type { ServerContext } from '../context.js'
import { randomUuid } from '../crypto/random.js'
import type { Queryable, Transaction } from '../db/schema.js'
import { errors } from '../errors.js'
import type {
  IdentityPoolRoles,
  IdentityPoolSettings,
  TagAttributeMap,
} from '../wire/identity-pool-settings.js'

export interface IdentityPool {
  readonly id: string
  readonly name: string
  readonly settings: IdentityPoolSettings
  readonly roles: IdentityPoolRoles
  /** Which claims become tags of a session, by the name of the provider. */
  readonly principalTags: Readonly<Record<string, TagAttributeMap>>
}

/** `<region>:` and a UUID, as the service makes the ids of identity pools and of identities. */
export const newIdentityId = (context: ServerContext): string => `${context.region}:${randomUuid(context)}`

export const identityPoolArn = ({ region, accountId }: ServerContext, id: string): string =>
  `arn:aws:cognito-identity:${region}:${accountId}:identitypool/${id}`

/** @throws ResourceNotFoundException */
export async function getIdentityPool(db: Queryable, id: string): Promise<IdentityPool> {
  const pool = await findIdentityPool(db, id)
  if (!pool) throw errors.identityPoolNotFound(id)
  return pool
}

export async function findIdentityPool(db: Queryable, id: string): Promise<IdentityPool | undefined> {
  const row = await db.selectFrom('identity_pools').selectAll().where('id', '=', id).executeTakeFirst()
  return row && identityPoolOfRow(row)
}

/**
 * The pool as it is now, held until the transaction ends: writing the row's own value locks it.
 *
 * @throws ResourceNotFoundException
 */
export async function getIdentityPoolForUpdate(tx: Transaction, id: string): Promise<IdentityPool> {
  const row = await tx
    .updateTable('identity_pools')
    .set((pools) => ({ id: pools.ref('id') }))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst()
  if (!row) throw errors.identityPoolNotFound(id)
  return identityPoolOfRow(row)
}

export function identityPoolOfRow(row: {
  id: string
  name: string
  settings: string
  roles: string
  principal_tags: string
}): IdentityPool {
  return {
    id: row.id,
    name: row.name,
    // Written by this server from parsed inputs.
    settings: JSON.parse(row.settings) as IdentityPoolSettings,
    roles: JSON.parse(row.roles) as IdentityPoolRoles,
    principalTags: JSON.parse(row.principal_tags) as Record<string, TagAttributeMap>,
  }
}

/** A pool as the API shows it. */
export function describeIdentityPool({ id, name, settings }: IdentityPool) {
  const { IdentityPoolTags = {}, ...members } = settings
  return { IdentityPoolId: id, IdentityPoolName: name, ...members, IdentityPoolTags }
}
