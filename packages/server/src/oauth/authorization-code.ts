import { hash } from 'node:crypto'
import type { AppClient } from '../clients/app-client.js'
import type { ServerContext } from '../context.js'
import { randomUuid } from '../crypto/random.js'
import { ONE, prepared } from '../db/prepared.js'
import type { Queryable, Transaction } from '../db/schema.js'
import { stampOf } from '../flows/attempt.js'
import type { User } from '../users/user.js'
import type { AuthorizeRequest } from './authorize-request.js'

/** What an authorization code stands for. */
export interface AuthorizationCode {
  readonly hash: string
  readonly clientId: string
  readonly userId: string
  readonly userStamp: string
  /** As the request named it; nothing where it named none. */
  readonly redirectUri: string | null
  readonly codeChallenge: string | null
  readonly scope: string
  readonly nonce: string | null
  readonly authTime: number
  /** Of the browser's SSO session. */
  readonly ssoHash: string | null
  readonly expiresAt: number
  readonly usedAt: number | null
  /** The sign-in that came of it. */
  readonly familyId: string | null
}

/** Milliseconds. */
const LIFETIME = 300_000

const insertCode = prepared((db, p: Omit<AuthorizationCode, 'usedAt' | 'familyId'>) =>
  db.insertInto('authorization_codes').values({
    code_hash: p.hash,
    client_id: p.clientId,
    user_id: p.userId,
    user_stamp: p.userStamp,
    redirect_uri: p.redirectUri,
    code_challenge: p.codeChallenge,
    scope: p.scope,
    nonce: p.nonce,
    auth_time: p.authTime,
    sso_hash: p.ssoHash,
    expires_at: p.expiresAt,
    used_at: null,
    family_id: null,
  }),
)

/**
 * Makes a code, which a client redeems once for tokens.
 *
 * @param user as it is in this transaction
 * @param authTime when the user proved who it is
 */
export async function createAuthorizationCode(
  context: ServerContext,
  tx: Transaction,
  {
    client,
    user,
    request,
    authTime,
    ssoHash,
  }: { client: AppClient; user: User; request: AuthorizeRequest; authTime: number; ssoHash: string },
): Promise<string> {
  const code = randomUuid(context)
  await insertCode(tx, {
    hash: hashOf(code),
    clientId: client.id,
    userId: user.id,
    userStamp: stampOf(user),
    redirectUri: request.namesRedirectUri ? request.redirectUri : null,
    codeChallenge: request.codeChallenge ?? null,
    scope: request.scopes.join(' '),
    nonce: request.nonce ?? null,
    authTime,
    ssoHash,
    expiresAt: context.clock.now() + LIFETIME,
  })
  return code
}

const codeByHash = prepared((db, p: { hash: string }) =>
  db.selectFrom('authorization_codes').selectAll().where('code_hash', '=', p.hash).limit(ONE),
)

export async function findAuthorizationCode(
  db: Queryable,
  code: string,
): Promise<AuthorizationCode | undefined> {
  const { rows } = await codeByHash(db, { hash: hashOf(code) })
  const [row] = rows
  return (
    row && {
      hash: row.code_hash,
      clientId: row.client_id,
      userId: row.user_id,
      userStamp: row.user_stamp,
      redirectUri: row.redirect_uri,
      codeChallenge: row.code_challenge,
      scope: row.scope,
      nonce: row.nonce,
      authTime: row.auth_time,
      ssoHash: row.sso_hash,
      expiresAt: row.expires_at,
      usedAt: row.used_at,
      familyId: row.family_id,
    }
  )
}

const useCode = prepared((db, p: { hash: string; now: number; familyId: string }) =>
  db
    .updateTable('authorization_codes')
    .set({ used_at: p.now, family_id: p.familyId })
    .where('code_hash', '=', p.hash)
    .where('used_at', 'is', null),
)

/**
 * Uses a code up. Of two requests at once, one does.
 *
 * @returns whether it was still open
 */
export async function consumeAuthorizationCode(
  { clock }: ServerContext,
  tx: Transaction,
  code: AuthorizationCode,
  familyId: string,
): Promise<boolean> {
  const { numAffectedRows } = await useCode(tx, { hash: code.hash, now: clock.now(), familyId })
  return numAffectedRows === 1n
}

const hashOf = (code: string): string => hash('sha256', code, 'base64url')
