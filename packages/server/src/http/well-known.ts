import { Hono } from 'hono'
import type { ServerContext } from '../context.js'
import { oauthUrl } from '../domains/domain-url.js'
import { identityKeys } from '../identity-pools/identity-keys.js'
import { IDENTITY_ISSUER_PATH, identityIssuer } from '../identity-pools/open-id-token.js'
import { JWKS_MAX_AGE, publishedKeys } from '../keys/signing-keys.js'

const cachedFor = (seconds: number) => ({ 'cache-control': `public, max-age=${seconds}` })

/** The public documents of identity pools, and of a user pool: its keys (RFC 7517) and OpenID Connect Discovery 1.0. */
export function wellKnown(context: ServerContext): Hono {
  const app = new Hono()
  // STS verifies the tokens of identity pools by these. One issuer signs for all of them; a token names its pool as `aud`.
  app.get(`/${IDENTITY_ISSUER_PATH}/.well-known/jwks.json`, async (c) => {
    const keys = (await identityKeys(context)).map(({ jwk }) => jwk)
    return c.json({ keys }, 200, cachedFor(JWKS_MAX_AGE))
  })
  app.get(`/${IDENTITY_ISSUER_PATH}/.well-known/openid-configuration`, (c) =>
    c.json(
      {
        id_token_signing_alg_values_supported: ['RS256'],
        issuer: identityIssuer(context),
        jwks_uri: `${context.baseUrl()}/${IDENTITY_ISSUER_PATH}/.well-known/jwks.json`,
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
      },
      200,
      cachedFor(86_400),
    ),
  )
  app.get('/:userPoolId/.well-known/jwks.json', async (c) => {
    const userPoolId = c.req.param('userPoolId')
    const keys = await publishedKeys(context, userPoolId)
    if (keys.length === 0) return c.json({ message: `User pool ${userPoolId} does not exist.` }, 404)
    return c.json({ keys }, 200, cachedFor(JWKS_MAX_AGE))
  })
  app.get('/:userPoolId/.well-known/openid-configuration', async (c) => {
    const userPoolId = c.req.param('userPoolId')
    const keys = await publishedKeys(context, userPoolId)
    if (keys.length === 0) return c.json({ message: `User pool ${userPoolId} does not exist.` }, 404)
    const oauth = await oauthUrl(context, userPoolId)
    return c.json(
      {
        authorization_endpoint: `${oauth}/oauth2/authorize`,
        // RFC 9207.
        authorization_response_iss_parameter_supported: true,
        code_challenge_methods_supported: ['S256'],
        end_session_endpoint: `${oauth}/logout`,
        id_token_signing_alg_values_supported: ['RS256'],
        issuer: context.issuer(userPoolId),
        jwks_uri: `${context.baseUrl()}/${userPoolId}/.well-known/jwks.json`,
        response_types_supported: ['code', 'token'],
        scopes_supported: ['openid', 'email', 'phone', 'profile'],
        revocation_endpoint: `${oauth}/oauth2/revoke`,
        subject_types_supported: ['public'],
        token_endpoint: `${oauth}/oauth2/token`,
        token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
        userinfo_endpoint: `${oauth}/oauth2/userInfo`,
      },
      200,
      cachedFor(86_400),
    )
  })
  return app
}
