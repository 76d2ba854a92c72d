import type { Context } from 'hono'
import type { Call } from '../clients/call.js'
import type { Transaction } from '../db/schema.js'
import type { Profile } from '../federation/profile.js'
import type { Finish } from '../flows/proceed.js'
import { issueTokens } from '../tokens/issue.js'
import { createSsoSession, type NewSsoSession, type SsoSession } from '../tokens/sso-session.js'
import { createTokenFamily, findSignIn, type TokenFamily } from '../tokens/token-family.js'
import { tokenOverrides } from '../tokens/token-overrides.js'
import type { User } from '../users/user.js'
import { createAuthorizationCode } from './authorization-code.js'
import { type Redirect, redirectTo } from './authorize-errors.js'
import type { AuthorizeRequest } from './authorize-request.js'
import { setSsoCookie } from './cookies.js'
import type { OAuthRequest } from './oauth-request.js'

// How a page signs a user in, from a form of its own to the answer to the application:
//
//   const request = await oauthRequest(context, c)
//   const checked = await readAuthorizeRequest(request, new URL(c.req.url).searchParams)   // throws: see `withRedirects`
//   const call = pageCall(request, checked, 'PageSignIn')
//   const finish = finishRedirect(call, checked.request, POOL_ITSELF)
//   const outcome = await begin(call, 'PASSWORD', username, { password }, finish)          // or `answer`
//   if (outcome.is === 'signed in') return await redirectSignedIn(c, request, call, checked.request, outcome)
//
// A challenge is the page's to show; what is `sealed` in it is kept in a cookie or a field of the next form.

/** What a sign-in on a page leaves behind, before anything of it is signed. */
export interface FinishedRedirect extends Granted {
  readonly sso: NewSsoSession
  /** The user is offered a passkey first. Nothing is granted yet: the session of the browser will be. */
  readonly offersPasskey?: true
}

interface Granted {
  /** For an application that asked for a code. */
  readonly code?: string
  /** For one that asked for tokens. */
  readonly family?: TokenFamily
}

/**
 * A sign-in on a page ends in a code, or in tokens where those were asked for, and in the browser's SSO session.
 *
 * @param provider where the user signed in
 * @param at what the provider says of the sign-in: when the user proved who it is (default: now), and what it is called
 */
export const finishRedirect =
  (
    call: Call,
    request: AuthorizeRequest,
    provider: string,
    at: Partial<Pick<Profile, 'authTime' | 'session'>> = {},
  ): Finish<FinishedRedirect> =>
  async (tx, user) => {
    const now = call.context.clock.now()
    const authTime = Math.min(at.authTime ?? now, now)
    const sso = await createSsoSession(call, tx, user, { provider, authTime, session: at.session })
    return { ...(await grant(call, tx, request, user, { authTime, hash: sso.hash })), sso }
  }

/**
 * Grants what was asked for.
 *
 * @param sso.authTime when the user proved who it is
 */
export async function grant(
  call: Call,
  tx: Transaction,
  request: AuthorizeRequest,
  user: User,
  { authTime, hash: ssoHash }: Pick<SsoSession, 'authTime' | 'hash'>,
): Promise<Granted> {
  const { context, client } = call
  if (request.responseType === 'code')
    return { code: await createAuthorizationCode(context, tx, { client, user, request, authTime, ssoHash }) }
  // Devices are not asked for on pages: Amplify refreshes these sign-ins without naming one.
  const scope = request.scopes.join(' ')
  return { family: await createTokenFamily(call, tx, user, { authTime, scope, ssoHash }) }
}

/** Sends the user back to the application, with what was granted; the browser keeps its SSO session. */
export async function redirectSignedIn(
  c: Context,
  request: OAuthRequest,
  call: Call,
  asked: AuthorizeRequest,
  {
    user,
    result,
  }: { readonly user: User; readonly result: Granted & { readonly sso?: NewSsoSession | undefined } },
): Promise<Response> {
  if (result.sso) setSsoCookie(c, request, call.pool.id, result.sso)
  return c.redirect(await locationOf(call, asked, user, result), 302)
}

async function locationOf(
  call: Call,
  request: AuthorizeRequest,
  user: User,
  { code, family }: Granted,
): Promise<string> {
  const redirect: Redirect = { ...request, issuer: call.context.issuer(call.pool.id) }
  if (code !== undefined) return redirectTo(redirect, { code })
  if (!family) throw new Error('Neither a code nor tokens were granted.')
  return redirectTo(redirect, await implicitTokens(call, request, user, family))
}

/** RFC 6749 section 4.2.2. A refresh token is not among them. */
async function implicitTokens(
  call: Call,
  request: AuthorizeRequest,
  user: User,
  family: TokenFamily,
): Promise<Record<string, string>> {
  const { context, client } = call
  const overrides = await tokenOverrides(call, user, 'HostedAuth', request.scopes)
  // The function can take seconds. A user who was signed out meanwhile gets nothing.
  const current = overrides ? (await findSignIn(context.db, family.id))?.family : family
  if (!current || current.revokedAt !== null) return { error: 'access_denied' }
  const { nonce } = request
  const tokens = await issueTokens(context, { client, user, family: current, overrides, nonce })
  return {
    ...(tokens.IdToken !== undefined && { id_token: tokens.IdToken }),
    access_token: tokens.AccessToken,
    token_type: tokens.TokenType,
    expires_in: String(tokens.ExpiresIn),
  }
}
