import type { AppClient } from '../clients/app-client.js'
import type { Call } from '../clients/call.js'
import { refreshTokenLifetime } from '../clients/lifetimes.js'
import type { ServerContext } from '../context.js'
import { randomUuid } from '../crypto/random.js'
import { ONE, prepared } from '../db/prepared.js'
import type { Queryable, Transaction } from '../db/schema.js'
import { rulesOf } from '../pools/rules.js'
import { type User, type UserRow, userOfRow } from '../users/user.js'
import { type Rotation, remember } from './rotations.js'
import { type Activity, activityOf } from './session-activity.js'

/** Everything that came of one sign-in: its refresh token and all access and ID tokens refreshed from it. */
export interface TokenFamily {
  /** `event_id` in the tokens; `origin_jti` too, where the client has revocation enabled. */
  readonly id: string
  readonly userPoolId: string
  readonly userId: string
  readonly clientId: string
  /** Milliseconds. */
  readonly authTime: number
  readonly expiresAt: number
  readonly revokedAt: number | null
  /** Of the current refresh token. */
  readonly generation: number
  /** How its predecessors were replaced, the oldest first; the last one is exact. */
  readonly rotations: readonly Rotation[]
  /** The device that the sign-in was made from: refreshes name it too. `null` where devices are not tracked. */
  readonly deviceKey: string | null
  /** Scopes that a sign-in by redirect was granted, with spaces between; `null` for one by the API. */
  readonly scope: string | null
  /** Of the SSO session that it came of. `null` for one by the API. */
  readonly ssoHash: string | null
}

/** The key of a device that was forgotten. It equals no key of a request. */
export const FORGOTTEN_DEVICE = ''

type NewFamily = Omit<TokenFamily, 'revokedAt' | 'generation' | 'rotations'>
type NewRow = NewFamily & Activity & { readonly createdAt: number }

const insertFamily = prepared((db, p: NewRow) =>
  db.insertInto('token_families').values({
    id: p.id,
    user_pool_id: p.userPoolId,
    user_id: p.userId,
    client_id: p.clientId,
    auth_time: p.authTime,
    expires_at: p.expiresAt,
    generation: 0,
    device_key: p.deviceKey,
    scope: p.scope,
    sso_hash: p.ssoHash,
    created_at: p.createdAt,
    last_used_at: p.lastUsedAt,
    last_address: p.lastAddress,
    device_type: p.deviceType,
  }),
)

/**
 * @param options.authTime when the user proved who it is, where that was before: default now
 * @param options.scope of a sign-in by redirect
 * @param options.ssoHash of the SSO session that it came of
 */
export async function createTokenFamily(
  call: Call,
  tx: Transaction,
  user: User,
  options: {
    deviceKey?: string | undefined
    authTime?: number
    scope?: string
    ssoHash?: string | null
  },
): Promise<TokenFamily> {
  const { context, client } = call
  const now = context.clock.now()
  const family: NewFamily = {
    id: randomUuid(context),
    userPoolId: user.userPoolId,
    userId: user.id,
    clientId: client.id,
    authTime: options.authTime ?? now,
    expiresAt: now + refreshTokenLifetime(client),
    deviceKey: options.deviceKey ?? null,
    scope: options.scope ?? null,
    ssoHash: options.ssoHash ?? null,
  }
  await makeRoom(call, tx, user.id)
  await insertFamily(tx, { ...family, ...activityOf(call), createdAt: now })
  return { ...family, revokedAt: null, generation: 0, rotations: [] }
}

/** In a pool that limits them, sign-ins that were used the longest ago end for a new one. */
async function makeRoom({ context, pool }: Call, tx: Transaction, userId: string): Promise<void> {
  const { maxSessions } = rulesOf(pool)
  if (maxSessions === undefined) return
  const now = context.clock.now()
  const oldest = await tx
    .selectFrom('token_families')
    .select('id')
    .where('user_id', '=', userId)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', now)
    .orderBy((family) => family.fn.coalesce('last_used_at', 'created_at', 'auth_time'), 'desc')
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .execute()
  const ended = oldest.slice(maxSessions - 1).map(({ id }) => id)
  if (ended.length === 0) return
  await tx.updateTable('token_families').set({ revoked_at: now }).where('id', 'in', ended).execute()
}

const signInById = prepared((db, p: { familyId: string }) =>
  db
    .selectFrom('token_families as f')
    .innerJoin('users as u', 'u.id', 'f.user_id')
    .selectAll('u')
    .select([
      'f.id as family_id',
      'f.client_id',
      'f.auth_time',
      'f.expires_at',
      'f.revoked_at',
      'f.generation',
      'f.rotated_at',
      'f.earlier_rotations',
      'f.device_key',
      'f.scope',
      'f.sso_hash',
    ])
    .where('f.id', '=', p.familyId)
    .limit(ONE),
)

/** A sign-in and its user, in one query; `undefined` once the user was deleted. */
export async function findSignIn(
  db: Queryable,
  familyId: string,
): Promise<{ family: TokenFamily; user: User } | undefined> {
  const { rows } = await signInById(db, { familyId })
  const [row] = rows
  return row && { family: familyOfRow(row), user: userOfRow(row) }
}

const familyOfRow = (
  row: UserRow & {
    family_id: string
    client_id: string
    auth_time: number
    expires_at: number
    revoked_at: number | null
    generation: number
    rotated_at: number | null
    earlier_rotations: string | null
    device_key: string | null
    scope: string | null
    sso_hash: string | null
  },
): TokenFamily => ({
  id: row.family_id,
  userPoolId: row.user_pool_id,
  userId: row.id,
  clientId: row.client_id,
  authTime: row.auth_time,
  expiresAt: row.expires_at,
  revokedAt: row.revoked_at,
  generation: row.generation,
  rotations: [
    ...earlierRotations(row.earlier_rotations),
    ...(row.rotated_at === null ? [] : [{ generation: row.generation - 1, at: row.rotated_at }]),
  ],
  deviceKey: row.device_key,
  scope: row.scope,
  ssoHash: row.sso_hash,
})

function earlierRotations(text: string | null): Rotation[] {
  // Written by rotateTokenFamily.
  const pairs = JSON.parse(text ?? '[]') as [number, number][]
  return pairs.map(([generation, at]) => ({ generation, at }))
}

/** A client made anew under the id of a deleted one in another pool does not get that one's sign-ins. */
export const isSignedInThrough = (client: AppClient, family: TokenFamily): boolean =>
  family.clientId === client.id && family.userPoolId === client.userPoolId

const rotateFamily = prepared(
  (db, p: { id: string; generation: number; next: number; now: number; earlier: string }) =>
    db
      .updateTable('token_families')
      .set({ generation: p.next, rotated_at: p.now, earlier_rotations: p.earlier })
      .where('id', '=', p.id)
      .where('generation', '=', p.generation)
      .where('revoked_at', 'is', null),
)

/**
 * Makes the next refresh token the current one.
 *
 * @returns the family as it is then, or `undefined` when it was rotated or revoked since it was read: of two callers at
 *   once, one rotates
 */
export async function rotateTokenFamily(
  context: ServerContext,
  db: Queryable,
  family: TokenFamily,
): Promise<TokenFamily | undefined> {
  const now = context.clock.now()
  const { id, generation } = family
  const next = generation + 1
  const earlier = remember(family.rotations, now)
  const pairs = earlier.map((rotation) => [rotation.generation, rotation.at])
  const { numAffectedRows } = await rotateFamily(db, {
    id,
    generation,
    next,
    now,
    earlier: JSON.stringify(pairs),
  })
  if (numAffectedRows !== 1n) return undefined
  return { ...family, generation: next, rotations: [...earlier, { generation, at: now }] }
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
  await tx
    .updateTable('users')
    // Another value each time, also within a millisecond: a sign-in that has begun ends when it changes.
    .set((user) => ({
      signed_out_at: user
        .case()
        .when('signed_out_at', '>=', now)
        .then(user('signed_out_at', '+', 1))
        .else(now)
        .end(),
    }))
    .where('id', '=', userId)
    .execute()
  await tx
    .updateTable('token_families')
    .set({ revoked_at: now })
    .where('user_id', '=', userId)
    .where('revoked_at', 'is', null)
    .execute()
}

/** Signs a user out everywhere but in one sign-in. The transaction has taken the user's row. */
export async function revokeOtherTokens(
  context: ServerContext,
  tx: Transaction,
  userId: string,
  keptFamilyId: string,
): Promise<void> {
  await tx
    .updateTable('token_families')
    .set({ revoked_at: context.clock.now() })
    .where('user_id', '=', userId)
    .where('id', '!=', keptFamilyId)
    .where('revoked_at', 'is', null)
    .execute()
}

const signInsOfSecond = prepared((db, p: { userId: string; clientId: string; from: number; until: number }) =>
  db
    .selectFrom('token_families')
    .select('id')
    .where('user_id', '=', p.userId)
    .where('client_id', '=', p.clientId)
    .where('auth_time', '>=', p.from)
    .where('auth_time', '<', p.until)
    .where('revoked_at', 'is', null),
)

/**
 * The id of a sign-in that was not revoked, by the second in which it began. Only for access tokens that do not name
 * their sign-in: other tokens are never told apart by time.
 */
export async function findSignInOfSecond(
  db: Queryable,
  { userId, clientId, authTime }: { userId: string; clientId: string; authTime: number },
): Promise<string | undefined> {
  const from = authTime * 1000
  const { rows } = await signInsOfSecond(db, { userId, clientId, from, until: from + 1000 })
  return rows[0]?.id
}
