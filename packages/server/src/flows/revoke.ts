import { revocationEnabled } from '../clients/app-client.js'
import type { Call } from '../clients/call.js'
import { errors } from '../errors.js'
import { readRefreshToken } from '../tokens/refresh-token.js'
import { findSignIn, isSignedInThrough, revokeTokenFamily } from '../tokens/token-family.js'

/**
 * Ends the sign-in of a refresh token: RevokeToken, and /oauth2/revoke (RFC 7009).
 *
 * @throws UnsupportedOperationException, UnsupportedTokenTypeException, UnauthorizedException
 */
export async function revokeRefreshToken({ context, client, about }: Call, token: string): Promise<void> {
  if (!revocationEnabled(client)) throw errors.revocationNotEnabled()
  const claims = readRefreshToken(context, token)
  if (!claims) {
    // RFC 7009 section 2.2: what is no token at all is as good as revoked. Access and ID tokens are told apart by
    // their three parts.
    if (token.split('.').length === 3) throw errors.unsupportedTokenType()
    return
  }
  const signIn = await findSignIn(context.db, claims.familyId)
  if (!signIn) return
  about(signIn.user.id)
  if (!isSignedInThrough(client, signIn.family)) throw errors.unauthorizedClient()
  await revokeTokenFamily(context, context.db, signIn.family.id)
}
