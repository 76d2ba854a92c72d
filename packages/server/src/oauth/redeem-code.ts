import { hash } from 'node:crypto'
import type { AppClient } from '../clients/app-client.js'
import { canRead } from '../clients/attribute-permissions.js'
import type { Call } from '../clients/call.js'
import { equalText } from '../crypto/equal.js'
import { stampOf } from '../flows/attempt.js'
import { issueTokens } from '../tokens/issue.js'
import { issueRefreshToken } from '../tokens/refresh-token.js'
import { scopesOf } from '../tokens/scopes.js'
import { noteSsoUse } from '../tokens/session-activity.js'
import { createTokenFamily, revokeTokenFamily } from '../tokens/token-family.js'
import { changesTokens, type TokenOverrides, tokenOverrides } from '../tokens/token-overrides.js'
import { findUserById, findUserForUpdate, type User } from '../users/user.js'
import {
  type AuthorizationCode,
  consumeAuthorizationCode,
  findAuthorizationCode,
} from './authorization-code.js'
import { TokenError } from './token-error.js'
import { type TokenResponse, tokenResponse } from './token-response.js'

/**
 * The grant `authorization_code`: a code for tokens, once (RFC 6749 section 4.1.3, RFC 7636 section 4.6). In this order:
 *
 * 1. There is such a code, it is this client's, and it has not expired.
 * 2. It was not used before.
 * 3. The redirect URI is the one that it was sent to.
 * 4. The verifier matches its challenge; a code without a challenge comes without a verifier.
 * 5. The client may read the attributes of the scopes.
 * 6. The user is enabled, and has neither been signed out nor got another password since.
 *
 * @param hasProvenSecret whether the client proved a secret
 * @throws {TokenError}
 */
export async function redeemCode(
  call: Call,
  fields: URLSearchParams,
  hasProvenSecret: boolean,
): Promise<TokenResponse> {
  const { context, client } = call
  const given = fields.get('code')
  if (!given) throw new TokenError('invalid_request', 'code is missing.')
  const code = await findAuthorizationCode(context.db, given)
  if (!code) throw refused('There is no such code.')
  call.about(code.userId)
  if (code.clientId !== client.id) throw refused('The code is of another client.')
  if (code.expiresAt <= context.clock.now()) throw refused('The code has expired.')
  const isVerified = hasVerifier(code, fields)
  const isSameSender = code.codeChallenge === null ? hasProvenSecret : isVerified
  if (code.usedAt !== null) return await refuseReplay(call, code, isSameSender)
  if (!isRedirectUriOf(client, code, fields)) throw refused('The redirect URI is not that of the code.')
  if (!isVerified) throw refused('The verifier is not that of the code.')
  if (!canReadAll(client, scopesOf(code.scope)))
    throw refused('The client cannot read all attributes of the scopes.')
  const redeemed = await exchange(call, code)
  // Another request with the code was faster.
  if (!redeemed) return await replayed(call, given, isSameSender)
  return redeemed
}

const refused = (explanation: string) => new TokenError('invalid_grant', explanation)

async function exchange(call: Call, code: AuthorizationCode): Promise<TokenResponse | undefined> {
  const { context, client, pool } = call
  // A function that fails leaves the code for another try.
  const overrides = changesTokens(pool) ? await overridesFor(call, code) : undefined
  const made = await context.db
    .transaction()
    .execute(async (tx) => {
      const user = await findUserForUpdate(tx, pool.id, code.userId)
      assertUnchanged(user, code)
      // Devices are not asked for on pages: Amplify refreshes these sign-ins without naming one.
      const { authTime, scope, ssoHash } = code
      const family = await createTokenFamily(call, tx, user, { authTime, scope, ssoHash })
      if (!(await consumeAuthorizationCode(context, tx, code, family.id))) throw new UsedMeanwhile()
      if (ssoHash !== null) await noteSsoUse(call, tx, ssoHash)
      return { user, family }
    })
    .catch((error: unknown) => {
      if (error instanceof UsedMeanwhile) return undefined
      throw error
    })
  if (!made) return undefined
  const { user, family } = made
  const tokens = await issueTokens(context, {
    client,
    user,
    family,
    overrides,
    nonce: code.nonce ?? undefined,
  })
  return tokenResponse(tokens, issueRefreshToken(context, family))
}

async function overridesFor(call: Call, code: AuthorizationCode): Promise<TokenOverrides | undefined> {
  const user = await findUserById(call.context.db, call.pool.id, code.userId)
  assertUnchanged(user, code)
  return await tokenOverrides(call, user, 'HostedAuth', scopesOf(code.scope))
}

/** Rolls back what was made for a code that another request has redeemed. */
class UsedMeanwhile extends Error {}

function assertUnchanged(user: User | undefined, { userStamp }: AuthorizationCode): asserts user is User {
  if (!user) throw refused('The user was deleted.')
  if (!user.enabled) throw refused('The user is disabled.')
  if (stampOf(user) !== userStamp)
    throw refused('The password was changed, or the user was signed out everywhere, since the sign-in.')
}

/** If the code was sent to the client's default URI, the request names that URI or none. */
function isRedirectUriOf(
  { settings: { DefaultRedirectURI } }: AppClient,
  { redirectUri }: AuthorizationCode,
  fields: URLSearchParams,
): boolean {
  const given = fields.get('redirect_uri')
  if (redirectUri === null) return given === null || given === DefaultRedirectURI
  if (!given) throw new TokenError('invalid_request', 'redirect_uri is missing.')
  return given === redirectUri
}

/** Both a challenge and a verifier, or neither: one without the other is refused (RFC 9700 section 2.1.1). */
function hasVerifier({ codeChallenge }: AuthorizationCode, fields: URLSearchParams): boolean {
  const verifier = fields.get('code_verifier')
  if (verifier === null || codeChallenge === null) return verifier === null && codeChallenge === null
  return equalText(hash('sha256', verifier, 'base64url'), codeChallenge)
}

/** A page that is loaded twice posts its code twice, at about the same time. In milliseconds. */
const HARMLESS = 10_000

/**
 * A second use. Either it or the first one may come from a stolen code, so what the first use issued is revoked (RFC 9700
 * section 4.5). A second use within seconds, with the proof that the first one had, comes from the same page and is only
 * refused. What else the request has does not count.
 */
async function refuseReplay(
  { context }: Call,
  { usedAt, familyId }: AuthorizationCode,
  isSameSender: boolean,
): Promise<never> {
  const isHarmless = isSameSender && context.clock.now() - (usedAt ?? 0) <= HARMLESS
  if (!isHarmless && familyId !== null) await revokeTokenFamily(context, context.db, familyId)
  throw refused(
    isHarmless ? 'The code was used before.' : 'The code was used before: its tokens are revoked.',
  )
}

async function replayed(call: Call, given: string, isSameSender: boolean): Promise<never> {
  const code = await findAuthorizationCode(call.context.db, given)
  if (!code) throw refused('The user was deleted, or the SSO session was revoked.')
  return await refuseReplay(call, code, isSameSender)
}

const ATTRIBUTES_OF: Readonly<Record<string, readonly string[]>> = {
  email: ['email', 'email_verified'],
  phone: ['phone_number', 'phone_number_verified'],
}

/** The service refuses the token, not the request that asked for the scope. */
const canReadAll = (client: AppClient, scopes: readonly string[]): boolean =>
  scopes.flatMap((scope) => ATTRIBUTES_OF[scope] ?? []).every((name) => canRead(client, name))
