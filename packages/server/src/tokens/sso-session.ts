import { hash as digest } from 'node:crypto'
import type { AppClient } from '../clients/app-client.js'
import type { Call } from '../clients/call.js'
import { DEFAULT_SSO_MINUTES, ssoLifetime } from '../clients/lifetimes.js'
import type { ServerContext } from '../context.js'
import { ONE, prepared } from '../db/prepared.js'
import type { Queryable, Transaction } from '../db/schema.js'
import { type User, userOfRow } from '../users/user.js'
import { activityOf } from './session-activity.js'

/**
 * What a browser that has signed in on the pages need not do again: it belongs to the pool, and all of its clients share it.
 * A reset of the password, and an administrator who disables the user, end it; a sign-out everywhere does not.
 */
export interface SsoSession {
  /** Of the secret: tells sessions apart where the secret must not be. */
  readonly hash: string
  readonly user: User
  /** Where the user signed in: the name of a provider, or `COGNITO` for the pool itself. */
  readonly provider: string
  /** When the user proved there who it is, in milliseconds: at a provider, that may have been long ago. */
  readonly authTime: number
}

/** Where a user signed in, and what the provider needs to hear to end that. */
export interface SignedInAt {
  readonly provider: string
  /** As the provider's protocol has it. */
  readonly session?: object | undefined
}

export interface EndedSsoSession extends SignedInAt {
  readonly userId: string
}

/** What the cookie says, and how long it is good. */
export interface NewSsoSession {
  readonly hash: string
  readonly secret: string
  /** Milliseconds from now. */
  readonly lifetime: number
}

/** A session lasts as long as the client that goes on with it the longest, whichever it began with. */
export async function createSsoSession(
  call: Call,
  tx: Transaction,
  user: User,
  { provider, authTime, session }: SignedInAt & Pick<SsoSession, 'authTime'>,
): Promise<NewSsoSession> {
  const { context, client, pool } = call
  const lifetime = Math.max(DEFAULT_SSO_MINUTES, pool.longestSsoMinutes) * 60_000
  const secret = context.randomBytes(32).toString('base64url')
  const hash = hashOf(secret)
  const { lastUsedAt, lastAddress, deviceType } = activityOf(call)
  const now = context.clock.now()
  await tx
    .insertInto('sso_sessions')
    .values({
      secret_hash: hash,
      user_id: user.id,
      provider,
      auth_time: authTime,
      expires_at: now + lifetime,
      client_id: client.id,
      created_at: now,
      last_used_at: lastUsedAt,
      last_address: lastAddress,
      device_type: deviceType,
      provider_session: session === undefined ? null : JSON.stringify(session),
    })
    .execute()
  return { hash, secret, lifetime }
}

const sessionByHash = prepared((db, p: { hash: string; userPoolId: string }) =>
  db
    .selectFrom('sso_sessions as s')
    .innerJoin('users as u', 'u.id', 's.user_id')
    .selectAll('u')
    .select(['s.provider', 's.auth_time', 's.expires_at', 's.created_at as begun_at'])
    .where('s.secret_hash', '=', p.hash)
    .where('u.user_pool_id', '=', p.userPoolId)
    .limit(ONE),
)

/**
 * The session of a cookie, for a client of its pool.
 *
 * @param atLeast milliseconds that it counts for, also where the client accepts it for less
 * @returns nothing once it has ended, or is older than this client accepts
 */
export async function findSsoSession(
  { db, clock }: ServerContext,
  client: AppClient,
  secret: string,
  atLeast = 0,
): Promise<SsoSession | undefined> {
  const hash = hashOf(secret)
  const { rows } = await sessionByHash(db, { hash, userPoolId: client.userPoolId })
  const [row] = rows
  if (!row) return undefined
  const now = clock.now()
  const user = userOfRow(row)
  const begunAt = row.begun_at ?? row.auth_time
  if (!user.enabled || row.expires_at <= now || begunAt + Math.max(ssoLifetime(client), atLeast) <= now)
    return undefined
  return { hash, user, provider: row.provider, authTime: row.auth_time }
}

/**
 * Ends the session of one browser.
 *
 * @returns whose it was, and where the user had signed in, unless it had ended before
 */
export async function endSsoSession(db: Queryable, secret: string): Promise<EndedSsoSession | undefined> {
  const row = await db
    .deleteFrom('sso_sessions')
    .where('secret_hash', '=', hashOf(secret))
    .returning(['user_id', 'provider', 'provider_session'])
    .executeTakeFirst()
  if (!row) return undefined
  // Written by this server.
  const session = row.provider_session === null ? undefined : (JSON.parse(row.provider_session) as object)
  return { userId: row.user_id, provider: row.provider, session }
}

/** Ends the sessions of all browsers of a user. */
export async function endSsoSessions(tx: Transaction, userId: string): Promise<void> {
  await tx.deleteFrom('sso_sessions').where('user_id', '=', userId).execute()
}

/** Ends the sessions that a user, or without one every user of a pool, has begun at a provider. */
export async function endSsoSessionsFrom(
  tx: Transaction,
  provider: string,
  whose: { readonly userPoolId: string } | { readonly userId: string },
): Promise<void> {
  await tx
    .deleteFrom('sso_sessions')
    .where('provider', '=', provider)
    .where('user_id', 'in', (query) => {
      const users = query.selectFrom('users').select('id')
      return 'userId' in whose
        ? users.where('id', '=', whose.userId)
        : users.where('user_pool_id', '=', whose.userPoolId)
    })
    .execute()
}

const hashOf = (secret: string): string => digest('sha256', secret, 'base64url')
