import { hash } from 'node:crypto'
import type { AppClient } from '../clients/app-client.js'
import type { ServerContext } from '../context.js'
import { randomUuid } from '../crypto/random.js'
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
  /** As the request named it. */
  readonly redirectUri: string | undefined
  readonly codeChallenge: string | undefined
  readonly scope: string
  readonly nonce: string | undefined
  readonly authTime: number
  readonly expiresAt: number
  readonly usedAt: number | undefined
  /** The sign-in that came of it. */
  readonly familyId: string | undefined
}

/** Milliseconds. */
const LIFETIME = 300_000

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
  }: { client: AppClient; user: User; request: AuthorizeRequest; authTime: number },
): Promise<string> {
  const code = randomUuid(context)
  await tx
    .insertInto('authorization_codes')
    .values({
      code_hash: hashOf(code),
      client_id: client.id,
      user_id: user.id,
      user_stamp: stampOf(user),
      redirect_uri: request.namesRedirectUri ? request.redirectUri : null,
      code_challenge: request.codeChallenge ?? null,
      scope: request.scopes.join(' '),
      nonce: request.nonce ?? null,
      auth_time: authTime,
      expires_at: context.clock.now() + LIFETIME,
      used_at: null,
      family_id: null,
    })
    .execute()
  return code
}

export async function findAuthorizationCode(
  db: Queryable,
  code: string,
): Promise<AuthorizationCode | undefined> {
  const row = await db
    .selectFrom('authorization_codes')
    .selectAll()
    .where('code_hash', '=', hashOf(code))
    .executeTakeFirst()
  return (
    row && {
      hash: row.code_hash,
      clientId: row.client_id,
      userId: row.user_id,
      userStamp: row.user_stamp,
      redirectUri: row.redirect_uri ?? undefined,
      codeChallenge: row.code_challenge ?? undefined,
      scope: row.scope,
      nonce: row.nonce ?? undefined,
      authTime: row.auth_time,
      expiresAt: row.expires_at,
      usedAt: row.used_at ?? undefined,
      familyId: row.family_id ?? undefined,
    }
  )
}

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
  const { numUpdatedRows } = await tx
    .updateTable('authorization_codes')
    .set({ used_at: clock.now(), family_id: familyId })
    .where('code_hash', '=', code.hash)
    .where('used_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

const hashOf = (code: string): string => hash('sha256', code, 'base64url')
