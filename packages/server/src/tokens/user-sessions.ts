import type { ServerContext } from '../context.js'
import type { Queryable, Transaction } from '../db/schema.js'
import { ssoSessionId, tokenSessionId } from './session-id.js'
import { revokeTokenFamily } from './token-family.js'

/** What a user can end by itself: a sign-in with its tokens, or what a browser need not do again. */
export interface UserSession {
  readonly type: 'TOKEN' | 'SSO'
  /** Of the sign-in, or the hash of the SSO session: lists are sorted by it. */
  readonly key: string
  readonly clientId: string | undefined
  /** Milliseconds. */
  readonly createdAt: number
  readonly lastUsedAt: number
  readonly address: string | undefined
  readonly deviceType: string | undefined
  /** The hash of the SSO session that a sign-in came of. */
  readonly ssoHash: string | undefined
}

export const sessionId = ({ type, key }: Pick<UserSession, 'type' | 'key'>): string =>
  type === 'TOKEN' ? tokenSessionId(key) : ssoSessionId(key)

/**
 * The sessions of a user that have not ended: the sign-ins, and then the SSO sessions.
 *
 * @param after the last one of the page before
 */
export async function listUserSessions(
  { db, clock }: ServerContext,
  userId: string,
  { after, limit }: { after: Pick<UserSession, 'type' | 'key'> | undefined; limit: number },
): Promise<readonly UserSession[]> {
  const now = clock.now()
  const signIns =
    after?.type === 'SSO'
      ? []
      : await activeSignIns(db, userId, now)
          .select(['client_id', 'auth_time', 'created_at', 'last_used_at', 'last_address', 'device_type'])
          .where('id', '>', after?.key ?? '')
          .orderBy('id')
          .limit(limit)
          .execute()
  const rest = limit - signIns.length
  const sso =
    rest === 0
      ? []
      : await activeSsoSessions(db, userId, now)
          .select(['client_id', 'auth_time', 'created_at', 'last_used_at', 'last_address', 'device_type'])
          .where('secret_hash', '>', after?.type === 'SSO' ? after.key : '')
          .orderBy('secret_hash')
          .limit(rest)
          .execute()
  return [
    ...signIns.map(
      (row) => ({ type: 'TOKEN', key: row.id, ...common(row), ssoHash: row.sso_hash ?? undefined }) as const,
    ),
    ...sso.map((row) => ({ type: 'SSO', key: row.secret_hash, ...common(row), ssoHash: undefined }) as const),
  ]
}

const common = (row: {
  client_id: string | null
  auth_time: number
  created_at: number | null
  last_used_at: number | null
  last_address: string | null
  device_type: string | null
}) => {
  const createdAt = row.created_at ?? row.auth_time
  return {
    clientId: row.client_id ?? undefined,
    createdAt,
    lastUsedAt: row.last_used_at ?? createdAt,
    address: row.last_address ?? undefined,
    deviceType: row.device_type ?? undefined,
  }
}

const activeSignIns = (db: Queryable, userId: string, now: number) =>
  db
    .selectFrom('token_families')
    .select(['id', 'sso_hash'])
    .where('user_id', '=', userId)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', now)

const activeSsoSessions = (db: Queryable, userId: string, now: number) =>
  db
    .selectFrom('sso_sessions')
    .select('secret_hash')
    .where('user_id', '=', userId)
    .where('expires_at', '>', now)

/**
 * Ends one session of a user. The transaction has taken the user's row.
 *
 * @param options.linked whether those linked to it end too: the SSO session that a sign-in came of, or the sign-ins that
 *   came of an SSO session
 * @param options.kept a sign-in that does not end with them
 * @returns whether there was such a session
 */
export async function revokeUserSession(
  context: ServerContext,
  tx: Transaction,
  userId: string,
  id: string,
  { linked, kept }: { linked: boolean; kept?: string | undefined },
): Promise<boolean> {
  const now = context.clock.now()
  const signIns = await activeSignIns(tx, userId, now).execute()
  const signIn = signIns.find((family) => tokenSessionId(family.id) === id)
  if (signIn) {
    await revokeTokenFamily(context, tx, signIn.id)
    if (linked && signIn.sso_hash !== null) await endSso(tx, userId, signIn.sso_hash)
    return true
  }
  const sessions = await activeSsoSessions(tx, userId, now).execute()
  const hash = sessions.find((session) => ssoSessionId(session.secret_hash) === id)?.secret_hash
  if (hash === undefined) return false
  await endSso(tx, userId, hash)
  if (!linked) return true
  for (const { id, sso_hash } of signIns)
    if (sso_hash === hash && id !== kept) await revokeTokenFamily(context, tx, id)
  // Codes that no application has redeemed yet would become sign-ins of it.
  await tx
    .deleteFrom('authorization_codes')
    .where('user_id', '=', userId)
    .where('sso_hash', '=', hash)
    .where('used_at', 'is', null)
    .execute()
  return true
}

const endSso = (tx: Transaction, userId: string, hash: string) =>
  tx.deleteFrom('sso_sessions').where('user_id', '=', userId).where('secret_hash', '=', hash).execute()
