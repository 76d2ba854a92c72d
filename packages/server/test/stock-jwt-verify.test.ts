import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { JwtVerifier } from 'aws-jwt-verify'
import { SimpleJwksCache } from 'aws-jwt-verify/jwk'
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import { expect, test } from 'vitest'
import { amulet, temporaryFolder } from './amulet.js'
import { sharedDatabase } from './fresh-database.js'
import { passwordSignIn, type Started, signUpAndConfirm, start } from './start.js'

// Tokens of the server, verified as a resource server does it: aws-jwt-verify or jose with the issuer and its JWKS URI.

/** The library fetches keys over https alone; the keys here come over http from loopback. */
const keysOverHttp = () =>
  new SimpleJwksCache({
    fetcher: { fetch: async (uri: string) => await (await fetch(uri)).arrayBuffer() },
  })

async function signedIn(options: Parameters<typeof start>[0] = {}) {
  const app = await start(options)
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

/** A user signs in at another server with the same ids. */
async function otherPool(app: Started) {
  const other = await start({ url: `http://127.0.0.1:1`, region: app.region })
  await signUpAndConfirm(other)
  return await passwordSignIn(other)
}

test('access and ID tokens, which have keys of their own, verify before and after a rotation', async () => {
  const database = await sharedDatabase()
  const { app, issuer, jwksUri, tokens } = await signedIn(database)
  const { userPoolClientId: audience } = app
  const forIds = JwtVerifier.create({ issuer, audience, jwksUri }, { jwksCache: keysOverHttp() })
  const forAccess = JwtVerifier.create({ issuer, audience: null, jwksUri }, { jwksCache: keysOverHttp() })
  const keys = createRemoteJWKSet(new URL(jwksUri), { cooldownDuration: 0 })
  const verify = async ({ IdToken, AccessToken }: { IdToken: string; AccessToken: string }) => {
    const currentDate = new Date(app.server.clock.now())
    // The server's clock, which the test advances.
    const byJose = async (token: string, options: object) =>
      (await jwtVerify(token, keys, { issuer, algorithms: ['RS256'], currentDate, ...options })).payload
    expect(await byJose(IdToken, { audience })).toMatchObject({ token_use: 'id' })
    expect(await byJose(AccessToken, {})).toMatchObject({ token_use: 'access', client_id: audience })
    expect(await forIds.verify(IdToken)).toMatchObject({ token_use: 'id' })
    expect(await forAccess.verify(AccessToken)).toMatchObject({ token_use: 'access' })
    return [IdToken, AccessToken].map((token) => decodeProtectedHeader(token).kid)
  }
  const old = await verify(tokens)
  expect(new Set(old).size).toBe(2)

  const file = join(temporaryFolder(), 'root.key')
  writeFileSync(file, database.rootKey.toString('hex'))
  const options = ['--database', String(database.database), '--root-key-file', file]
  expect(await amulet(['keys', 'rotate', ...options])).toMatchObject({ code: 0 })
  app.server.clock.advance(3590)
  expect(await verify(tokens)).toEqual(old)
  const last = await passwordSignIn(app)
  app.server.clock.advance(60)
  const next = await verify(await passwordSignIn(app))
  expect(new Set([...old, ...next]).size).toBe(4)
  // Signed just before, by the keys of before.
  expect(await verify(last)).toEqual(old)
})
