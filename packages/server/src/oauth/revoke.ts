import { Hono } from 'hono'
import type { ServerContext } from '../context.js'
import { ServiceError } from '../errors.js'
import { revokeRefreshToken } from '../flows/revoke.js'
import { authenticateClient } from './client-authentication.js'
import { readForm } from './form.js'
import { type OAuthEnv, oauthRequest, pageCall } from './oauth-request.js'
import { assertOnce, refuseToken } from './token-answers.js'
import { TokenError, type TokenErrorCode } from './token-error.js'

const ERRORS: Readonly<Record<string, TokenErrorCode>> = {
  UnsupportedOperationException: 'invalid_request',
  UnsupportedTokenTypeException: 'unsupported_token_type',
  UnauthorizedException: 'unauthorized_client',
}

/** Ends the sign-in of a refresh token: RFC 7009. An unknown or revoked token counts as revoked. */
export function revoke(context: ServerContext): Hono<OAuthEnv> {
  const app = new Hono<OAuthEnv>()
  app.all('/oauth2/revoke', async (c) => {
    if (c.req.method !== 'POST') return c.body(null, 405, { allow: 'POST' })
    const form = await readForm(c.req.raw)
    if (form.refused) return c.body(null, form.refused)
    try {
      const { fields } = form
      const request = await oauthRequest(context, c)
      await request.audit.run('sign-out', 'Revoke', async () => {
        assertOnce(fields)
        const client = await authenticateClient(request, c.req.header('authorization'), fields)
        const token = fields.get('token')
        if (!token) throw new TokenError('invalid_request', 'token is missing.')
        await revokeRefreshToken(pageCall(request, client, 'Revoke'), token)
      })
      return c.body(null, 200)
    } catch (error) {
      const code = error instanceof ServiceError ? ERRORS[error.name] : undefined
      const refused = error instanceof ServiceError && code ? new TokenError(code, error.message) : error
      return refuseToken(c, refused, 401)
    }
  })
  return app
}
