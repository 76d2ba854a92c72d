import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import { onTestFinished } from 'vitest'
import { UPSTREAM_CLIENT } from './upstream.js'

/** What a test has a provider do wrong. Without any of it, its answer is right. */
export interface Forgery {
  /** Claims of the ID token in place of the right ones. */
  claims?: JWTPayload
  /** Makes the whole ID token of the right claims. */
  idToken?: (claims: JWTPayload, keys: ForgingKeys) => Promise<string> | string
  /** What comes back beside the state and the code, or in place of them. */
  answer?: Record<string, string | undefined>
  /** What its attributes are. */
  attributes?: Record<string, unknown>
  /** The status of the token endpoint. */
  status?: number
}

export interface ForgingKeys {
  readonly privateKey: CryptoKey
  /** As it is published. */
  readonly publicJwk: object
}

/** A provider of OpenID Connect that can be told to lie, on another site than the pools. */
export async function startForgingUpstream() {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true })
  const publicJwk = { ...(await exportJWK(publicKey)), kid: 'key', alg: 'RS256', use: 'sig' }
  let forgery: Forgery = {}
  let nonce: string | undefined
  const tokenRequests: URLSearchParams[] = []
  const server = createServer((request, response) => {
    const json = (body: object, status = 200) => {
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(JSON.stringify(body))
    }
    void (async () => {
      switch (request.url) {
        case '/.well-known/openid-configuration':
          return json({
            issuer,
            authorization_endpoint: `${issuer}/authorize`,
            token_endpoint: `${issuer}/token`,
            userinfo_endpoint: `${issuer}/me`,
            jwks_uri: `${issuer}/keys`,
            response_types_supported: ['code'],
            id_token_signing_alg_values_supported: ['RS256', 'HS256', 'none'],
            authorization_response_iss_parameter_supported: true,
          })
        case '/keys':
          return json({ keys: [publicJwk] })
        case '/me':
          return json(forgery.attributes ?? { sub: 'grace', email: 'grace@example.com' })
        case '/token': {
          let body = ''
          for await (const chunk of request) body += String(chunk)
          tokenRequests.push(new URLSearchParams(body))
          if (forgery.status) return json({ error: 'invalid_grant' }, forgery.status)
          const now = Math.floor(Date.now() / 1000)
          const claims = {
            iss: issuer,
            aud: UPSTREAM_CLIENT.client_id,
            sub: 'grace',
            iat: now,
            exp: now + 300,
            nonce,
            ...forgery.claims,
          }
          const sign = forgery.idToken ?? signed
          return json({
            access_token: 'an access token',
            token_type: 'Bearer',
            id_token: await sign(claims, { privateKey, publicJwk }),
          })
        }
        default:
          return json({}, 404)
      }
    })()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  // A server that listens on a port has an address of this kind.
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    issuer,
    tokenRequests,
    /** Answers a request as it is told to, and returns where the browser is sent. */
    answer(location: URL, as: Forgery = {}): URL {
      forgery = as
      nonce = location.searchParams.get('nonce') ?? undefined
      const back = new URL(location.searchParams.get('redirect_uri') ?? '')
      const right = { code: 'a code', state: location.searchParams.get('state') ?? '', iss: issuer }
      for (const [name, value] of Object.entries({ ...right, ...as.answer }))
        if (value !== undefined) back.searchParams.append(name, value)
      return back
    },
  }
}

export const signed: NonNullable<Forgery['idToken']> = (claims, { privateKey }) =>
  new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'key' }).sign(privateKey)
