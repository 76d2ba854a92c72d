import { X509Certificate } from 'node:crypto'
import { decodeProtectedHeader } from 'jose'
import { expect, test, vi } from 'vitest'
import { keys } from '../src/cli/keys.js'
import { type DatabaseOptions, sharedDatabase } from './fresh-database.js'
import { createIdentityPool, startWithIdentities } from './identities.js'
import { isSignedIn, startSaml } from './saml.js'
import { stillClock } from './still-clock.js'

const HOUR = 3600
const DAY = 24 * HOUR

/** Runs `amulet keys` in this process, and returns what it prints. */
const rotate = async ({ database, rootKey }: DatabaseOptions, ...options: string[]) => {
  vi.stubEnv('AMULET_DATABASE', database)
  vi.stubEnv('AMULET_ROOT_KEY', Buffer.from(rootKey).toString('hex'))
  const log = vi.spyOn(console, 'log').mockImplementation(() => {})
  try {
    await keys(options)
    return log.mock.calls.map(([line]) => `${String(line)}\n`).join('')
  } finally {
    log.mockRestore()
    vi.unstubAllEnvs()
  }
}

async function startWithGuest() {
  const database = await sharedDatabase()
  const app = await startWithIdentities({ ...database, clock: stillClock() })
  const { identities, server } = app
  const IdentityPoolId = await createIdentityPool(app, {
    AllowUnauthenticatedIdentities: true,
    AllowClassicFlow: true,
  })
  const { IdentityId } = await identities.getId({ IdentityPoolId })
  const kids = async () => {
    const response = await server.fetch(
      new Request('http://localhost/cognito-identity/.well-known/jwks.json'),
    )
    // The test says what it should be.
    const { keys } = (await response.json()) as { keys: { kid: string }[] }
    return keys.map(({ kid }) => kid)
  }
  const signer = async () => {
    const { Token = '' } = await identities.getOpenIdToken({ IdentityId })
    return decodeProtectedHeader(Token).kid
  }
  return { database, server, kids, signer }
}

test('the key of identity pools is rotated with those of user pools, is published at once, and signs an hour later', async () => {
  const { database, server, kids, signer } = await startWithGuest()
  const old = await signer()
  expect(await kids()).toEqual([old])
  expect(await rotate(database, 'rotate')).toMatch(
    /\nIdentity pools have a new key, which signs from 20.*Z\.\n$/,
  )
  const all = await kids()
  const [added] = all.filter((kid) => kid !== old)
  expect(all).toHaveLength(2)
  expect(await signer()).toBe(old)
  expect(await rotate(database, 'list')).toContain(`identity pools  id      ${added}  signs from `)
  // The server's clock stands still, and is behind that of the command.
  server.clock.advance(HOUR + 600)
  expect(await signer()).toBe(added)
  expect(await kids()).toContain(old)
  server.clock.advance(DAY)
  expect(await kids()).toEqual([added])
  expect(await signer()).toBe(added)
})

test('a leaked key of identity pools is removed at once', async () => {
  const { database, server, kids, signer } = await startWithGuest()
  const old = await signer()
  await rotate(database, 'rotate', '--now')
  server.clock.advance(600)
  const added = await signer()
  expect(added).not.toBe(old)
  expect(await kids()).toEqual([added])
})

test('keys for SAML providers are rotated on request, and messages encrypted for an old one are read unless it has leaked', async () => {
  const database = await sharedDatabase()
  const app = await startSaml(
    { EncryptedResponses: 'true', RequestSigningAlgorithm: 'rsa-sha256' },
    {},
    database,
  )
  const { admin, UserPoolId } = app
  const certificates = async () => [
    (await admin.getSigningCertificate({ UserPoolId })).Certificate ?? '',
    (await admin.describeIdentityProvider({ UserPoolId, ProviderName: 'Okta' })).IdentityProvider
      ?.ProviderDetails?.ActiveEncryptionCertificate ?? '',
  ]
  const [signing, encryption = ''] = await certificates()
  await rotate(database, 'rotate', '--pool', UserPoolId)
  expect(await certificates()).toEqual([signing, encryption])

  const told = await rotate(database, 'rotate', '--saml', '--pool', UserPoolId)
  const [newSigning = '', newEncryption = ''] = await certificates()
  expect(told).toContain(`certificate for signing, for providers of SAML: ${newSigning}\n`)
  expect(told).toContain(`certificate for encryption, for providers of SAML: ${newEncryption}\n`)
  expect(new Set([signing, encryption, newSigning, newEncryption]).size).toBe(4)
  expect(new X509Certificate(Buffer.from(newSigning, 'base64')).subject).toBe(`CN=${UserPoolId}`)
  for (const encryptedFor of [encryption, newEncryption])
    expect(isSignedIn(await app.answered({ encryptedFor }))).toBe(true)

  // A pool without such providers has none to rotate.
  const { UserPool } = await admin.createUserPool({ PoolName: 'plain' })
  const plain = UserPool?.Id ?? ''
  expect(await rotate(database, 'rotate', '--saml', '--pool', plain)).not.toContain('SAML')
  const linesOf = (told: string, pool: string) => told.split('\n').filter((line) => line.startsWith(pool))
  const all = await rotate(database, 'list')
  const alone = await rotate(database, 'list', '--pool', plain)
  expect(linesOf(alone, plain)).toHaveLength(2)
  expect(linesOf(alone, UserPoolId)).toEqual([])
  for (const pool of [plain, UserPoolId])
    expect(linesOf(all, pool)).toEqual(linesOf(await rotate(database, 'list', '--pool', pool), pool))

  await rotate(database, 'rotate', '--saml', '--now')
  const [, newest = ''] = await certificates()
  expect(isSignedIn(await app.answered({ encryptedFor: encryption }))).toBe(false)
  expect(isSignedIn(await app.answered({ encryptedFor: newEncryption }))).toBe(false)
  expect(isSignedIn(await app.answered({ encryptedFor: newest }))).toBe(true)
  expect(await rotate(database, 'list', '--pool', UserPoolId)).toMatch(/saml {4}encryption 3 {2}made at /)
})
