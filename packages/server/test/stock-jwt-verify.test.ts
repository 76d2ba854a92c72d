import { JwtVerifier } from 'aws-jwt-verify'
import { SimpleJwksCache } from 'aws-jwt-verify/jwk'
import { expect, test } from 'vitest'
import { passwordSignIn, type Started, signUpAndConfirm, start } from './start.js'

// Tokens of the server, verified as a resource server does it: aws-jwt-verify with the issuer and its JWKS URI.

/** The library fetches keys over https alone; the keys here come over http from loopback. */
const keysOverHttp = () =>
  new SimpleJwksCache({
    fetcher: { fetch: async (uri: string) => await (await fetch(uri)).arrayBuffer() },
  })

async function signedIn() {
  const app = await start()
  const { url, issuer } = await app.server.listen()
  await signUpAndConfirm(app)
  return {
    app,
    issuer,
    jwksUri: `${url}/${app.userPoolId}/.well-known/jwks.json`,
    tokens: await passwordSignIn(app),
  }
}

test('ID and access tokens verify against the issuer’s published keys', async () => {
  const { app, issuer, jwksUri, tokens } = await signedIn()
  const forIds = JwtVerifier.create(
    { issuer, audience: app.userPoolClientId, jwksUri },
    { jwksCache: keysOverHttp() },
  )
  expect(await forIds.verify(tokens.IdToken)).toMatchObject({
    iss: issuer,
    token_use: 'id',
    aud: app.userPoolClientId,
    email: 'ada@example.com',
    email_verified: true,
  })
  const forAccess = JwtVerifier.create(
    { issuer, audience: null, scope: 'aws.cognito.signin.user.admin', jwksUri },
    { jwksCache: keysOverHttp() },
  )
  const payload = await forAccess.verify(tokens.AccessToken)
  expect(payload).toMatchObject({ token_use: 'access', client_id: app.userPoolClientId })
  expect(Number(payload.exp) - Number(payload.iat)).toBe(3600)
})

test('the discovery document leads to the keys', async () => {
  const { issuer, jwksUri } = await signedIn()
  const discovery = await fetch(`${issuer}/.well-known/openid-configuration`)
  expect(await discovery.json()).toMatchObject({ issuer, jwks_uri: jwksUri })
})

test('an altered token and one of another pool do not verify', async () => {
  const { app, issuer, jwksUri, tokens } = await signedIn()
  const verifier = JwtVerifier.create(
    { issuer, audience: app.userPoolClientId, jwksUri },
    { jwksCache: keysOverHttp() },
  )
  const [header, payload, signature] = tokens.IdToken.split('.')
  const claims = JSON.parse(Buffer.from(payload ?? '', 'base64url').toString())
  const altered = Buffer.from(JSON.stringify({ ...claims, email: 'eve@example.com' })).toString('base64url')
  await expect(verifier.verify(`${header}.${altered}.${signature}`)).rejects.toThrow('Invalid signature')

  const other = await otherPool(app)
  await expect(verifier.verify(other.IdToken)).rejects.toThrow()
})

/** Somebody signs in at another server with the same ids. */
async function otherPool(app: Started) {
  const other = await start({ url: `http://127.0.0.1:1`, region: app.region })
  await signUpAndConfirm(other)
  return await passwordSignIn(other)
}
