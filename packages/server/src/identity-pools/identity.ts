import type { JWTPayload } from 'jose'
import type { ServerContext } from '../context.js'
import type { Queryable, Transaction } from '../db/schema.js'
import { errors } from '../errors.js'
import { newIdentityId } from './identity-pool.js'

export interface Identity {
  readonly id: string
  readonly poolId: string
  readonly enabled: boolean
  readonly createdAt: number
  readonly updatedAt: number
  /** When a guest last used it; `null` for one that has logins, or had. */
  readonly guestUsedAt: number | null
}

/** Who a person is with a provider. */
export interface Login {
  /** A canonical name. */
  readonly provider: string
  readonly subject: string
}

/** A login whose token was verified. */
export interface ProvenLogin extends Login {
  readonly claims: JWTPayload
  /** The client of the user pool that the token was issued to. */
  readonly clientId?: string | undefined
}

/** @throws ResourceNotFoundException */
export async function getIdentity(db: Queryable, id: string): Promise<Identity> {
  const row = await db.selectFrom('identities').selectAll().where('id', '=', id).executeTakeFirst()
  if (!row) throw errors.identityNotFound(id)
  return identityOfRow(row)
}

/**
 * The identity as it is now, held until the transaction ends.
 *
 * @throws ResourceNotFoundException
 */
export async function getIdentityForUpdate(tx: Transaction, id: string): Promise<Identity> {
  const row = await tx
    .updateTable('identities')
    .set((identities) => ({ id: identities.ref('id') }))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst()
  if (!row) throw errors.identityNotFound(id)
  return identityOfRow(row)
}

export const identityOfRow = (row: {
  id: string
  identity_pool_id: string
  enabled: number
  created_at: number
  updated_at: number
  guest_used_at: number | null
}): Identity => ({
  id: row.id,
  poolId: row.identity_pool_id,
  enabled: row.enabled === 1,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  guestUsedAt: row.guest_used_at,
})

export async function insertIdentity(
  context: ServerContext,
  tx: Queryable,
  poolId: string,
  { isGuest }: { isGuest: boolean },
): Promise<Identity> {
  const now = context.clock.now()
  const id = newIdentityId(context)
  const guestUsedAt = isGuest ? now : null
  await tx
    .insertInto('identities')
    .values({
      id,
      identity_pool_id: poolId,
      enabled: 1,
      created_at: now,
      updated_at: now,
      guest_used_at: guestUsedAt,
    })
    .execute()
  return { id, poolId, enabled: true, createdAt: now, updatedAt: now, guestUsedAt }
}

const DAY = 86_400_000

/** Notes that a guest is still active. Once a day is enough: inactive guests are removed after many days. */
export async function noteGuest({ db, clock }: ServerContext, { id, guestUsedAt }: Identity): Promise<void> {
  const now = clock.now()
  if (guestUsedAt === null || now < guestUsedAt + DAY) return
  await db
    .updateTable('identities')
    .set({ guest_used_at: now })
    .where('id', '=', id)
    // It may have got a login meanwhile.
    .where('guest_used_at', 'is not', null)
    .execute()
}

/** A guest has got a login: the identity is kept for as long as its pool. */
export async function keepIdentity(tx: Transaction, id: string): Promise<void> {
  await tx.updateTable('identities').set({ guest_used_at: null }).where('id', '=', id).execute()
}

/** No credentials are given for it any more. */
export async function disableIdentity(context: ServerContext, tx: Transaction, id: string): Promise<void> {
  await tx
    .updateTable('identities')
    .set({ enabled: 0, updated_at: context.clock.now() })
    .where('id', '=', id)
    .execute()
}

export async function loginsOfIdentity(db: Queryable, id: string): Promise<Login[]> {
  return await db
    .selectFrom('identity_logins')
    .select(['provider', 'subject'])
    .where('identity_id', '=', id)
    .orderBy('provider')
    .orderBy('subject')
    .execute()
}

export async function removeLogin(
  context: ServerContext,
  tx: Transaction,
  identity: Identity,
  login: Login,
): Promise<void> {
  await tx
    .deleteFrom('identity_logins')
    .where('identity_id', '=', identity.id)
    .where('provider', '=', login.provider)
    .where('subject', '=', login.subject)
    .execute()
  // Without a login it would be a guest's, whose id alone is enough to get credentials for it.
  if ((await loginsOfIdentity(tx, identity.id)).length === 0) await disableIdentity(context, tx, identity.id)
}
