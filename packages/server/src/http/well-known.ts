import { Hono } from 'hono'
import type { ServerContext } from '../context.js'
import { publicKeys } from '../keys/signing-key.js'

const HEADERS = { 'cache-control': 'public, max-age=86400' }

/** The public documents of a pool: its keys (RFC 7517) and OpenID Connect Discovery 1.0. */
export function wellKnown(context: ServerContext): Hono {
  const app = new Hono()
  app.get('/:userPoolId/.well-known/jwks.json', async (c) => {
    const userPoolId = c.req.param('userPoolId')
    const keys = await publicKeys(context.db, userPoolId)
    if (keys.length === 0) return c.json({ message: `User pool ${userPoolId} does not exist.` }, 404)
    return c.json({ keys }, 200, HEADERS)
  })
  app.get('/:userPoolId/.well-known/openid-configuration', async (c) => {
    const userPoolId = c.req.param('userPoolId')
    const keys = await publicKeys(context.db, userPoolId)
    if (keys.length === 0) return c.json({ message: `User pool ${userPoolId} does not exist.` }, 404)
    return c.json(
      {
        id_token_signing_alg_values_supported: ['RS256'],
        issuer: context.issuer(userPoolId),
        jwks_uri: `${context.baseUrl()}/${userPoolId}/.well-known/jwks.json`,
        response_types_supported: ['code', 'token'],
        scopes_supported: ['openid', 'email', 'phone', 'profile'],
        subject_types_supported: ['public'],
      },
      200,
      HEADERS,
    )
  })
  return app
}
