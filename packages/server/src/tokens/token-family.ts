import type { AppClient } from '../clients/app-client.js'
import { refreshTokenLifetime } from '../clients/lifetimes.js'
import type { ServerContext } from '../context.js'
import { randomUuid } from '../crypto/random.js'
import { prepared } from '../db/prepared.js'
import type { Queryable, Transaction } from '../db/schema.js'
import type { User } from '../users/user.js'

/** Everything that came of one sign-in: its refresh token and all access and ID tokens refreshed from it. */
export interface TokenFamily {
  /** `origin_jti` in the tokens. */
  readonly id: string
  readonly userPoolId: string
  readonly userId: string
  readonly clientId: string
  /** Milliseconds. */
  readonly authTime: number
  readonly expiresAt: number
  readonly revokedAt: number | null
  readonly generation: number
  readonly rotatedAt: number | null
}

type NewFamily = Omit<TokenFamily, 'revokedAt' | 'generation' | 'rotatedAt'>

const insertFamily = prepared((db, p: NewFamily) =>
  db.insertInto('token_families').values({
    id: p.id,
    user_pool_id: p.userPoolId,
    user_id: p.userId,
    client_id: p.clientId,
    auth_time: p.authTime,
    expires_at: p.expiresAt,
    revoked_at: null,
    generation: 0,
    rotated_at: null,
  }),
)

export async function createTokenFamily(
  context: ServerContext,
  tx: Transaction,
  client: AppClient,
  user: User,
): Promise<TokenFamily> {
  const now = context.clock.now()
  const family: TokenFamily = {
    id: randomUuid(context),
    userPoolId: user.userPoolId,
    userId: user.id,
    clientId: client.id,
    authTime: now,
    expiresAt: now + refreshTokenLifetime(client),
    revokedAt: null,
    generation: 0,
    rotatedAt: null,
  }
  const { id, userPoolId, userId, clientId, authTime, expiresAt } = family
  await insertFamily(tx, { id, userPoolId, userId, clientId, authTime, expiresAt })
  return family
}

const familyById = prepared((db, p: { id: string }) =>
  db.selectFrom('token_families').selectAll().where('id', '=', p.id),
)

export async function findTokenFamily(db: Queryable, id: string): Promise<TokenFamily | undefined> {
  const { rows } = await familyById(db, { id })
  const [row] = rows
  return (
    row && {
      id: row.id,
      userPoolId: row.user_pool_id,
      userId: row.user_id,
      clientId: row.client_id,
      authTime: row.auth_time,
      expiresAt: row.expires_at,
      revokedAt: row.revoked_at,
      generation: row.generation,
      rotatedAt: row.rotated_at,
    }
  )
}

/**
 * Makes the next refresh token the current one.
 *
 * @returns whether it was this caller who rotated; with two at once, one of them
 */
export async function rotateTokenFamily(
  context: ServerContext,
  db: Queryable,
  family: TokenFamily,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('token_families')
    .set({ generation: family.generation + 1, rotated_at: context.clock.now() })
    .where('id', '=', family.id)
    .where('generation', '=', family.generation)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** Revokes one sign-in. Revoking again keeps the first time. */
export async function revokeTokenFamily(context: ServerContext, db: Queryable, id: string): Promise<void> {
  await db
    .updateTable('token_families')
    .set({ revoked_at: context.clock.now() })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .execute()
}

/** Signs a user out everywhere: all refresh tokens, and the access tokens that came of them. */
export async function revokeAllTokens(
  context: ServerContext,
  tx: Transaction,
  userId: string,
): Promise<void> {
  const now = context.clock.now()
  // The user first, as in every other transaction: two that hold one row each and wait for the other's would never end.
  await tx.updateTable('users').set({ signed_out_at: now }).where('id', '=', userId).execute()
  await tx
    .updateTable('token_families')
    .set({ revoked_at: now })
    .where('user_id', '=', userId)
    .where('revoked_at', 'is', null)
    .execute()
}
