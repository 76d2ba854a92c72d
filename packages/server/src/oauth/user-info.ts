import { type Context, Hono } from 'hono'
import { canRead } from '../clients/attribute-permissions.js'
import type { ServerContext } from '../context.js'
import { ServiceError } from '../errors.js'
import { authorize, type Caller } from '../tokens/access-token.js'
import { isSelected } from '../tokens/selected-attributes.js'
import { type OAuthEnv, oauthRequest } from './oauth-request.js'

const BAD_REQUEST = 'Bad OAuth2 request at UserInfo Endpoint'
const BAD_TOKEN = 'Access token is expired, disabled, or deleted, or the user has globally signed out.'

/** What is known of the user of an access token: OpenID Connect Core section 5.3. Each value is a text, as the service has it. */
export function userInfo(context: ServerContext): Hono<OAuthEnv> {
  const app = new Hono<OAuthEnv>()
  app.on(['GET', 'POST'], '/oauth2/userInfo', async (c) => {
    const [, token] = /^bearer +([\w.~+/=-]+)$/i.exec(c.req.header('authorization') ?? '') ?? []
    if (token === undefined) return refuse(c, 400, 'invalid_request', BAD_REQUEST)
    const request = await oauthRequest(context, c)
    try {
      const caller = await authorize(request, token, 'openid')
      if (request.domain && request.domain.userPoolId !== caller.pool.id)
        return refuse(c, 401, 'invalid_token', BAD_TOKEN)
      return c.json(claimsOf(caller), 200, { 'content-type': 'application/json;charset=UTF-8' })
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error
      c.get('explain')(error.message)
      return refuse(c, 401, 'invalid_token', BAD_TOKEN)
    }
  })
  return app
}

function claimsOf({ user, client, scopes }: Caller): Record<string, string> {
  const attributes = Object.entries(user.attributes).filter(
    ([name]) => canRead(client, name) && isSelected(name, scopes),
  )
  return { sub: user.id, ...Object.fromEntries(attributes), username: user.username }
}

/** As in RFC 6750 section 3, except for the name of the scheme, which the service leaves out. */
const refuse = (c: Context, status: 400 | 401, error: string, description: string): Response =>
  c.json({ error, error_description: description }, status, {
    'www-authenticate': `error="${error}", error_description="${description}"`,
  })
