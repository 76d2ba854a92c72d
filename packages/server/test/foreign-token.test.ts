import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { expect, onTestFinished, test } from 'vitest'
import { createIdentityPool, startWithIdentities } from './identities.js'

/** A provider elsewhere, an identity pool that takes its tokens, and how often each of its documents was asked for. */
async function startForeign() {
  const { privateKey, publicKey } = await generateKeyPair('RS256')
  const jwk = { ...(await exportJWK(publicKey)), kid: 'key', alg: 'RS256', use: 'sig' }
  const asked = { configuration: 0, keys: 0 }
  const fails = { configuration: false, keys: false }
  /** Bytes of each document: what is missing is white space. */
  const length = { configuration: 0, keys: 0 }
  const provider = createServer((request, response) => {
    const document = request.url === '/keys' ? 'keys' : 'configuration'
    asked[document]++
    if (fails[document]) return response.writeHead(503).end()
    response.setHeader('content-type', 'application/json')
    const told = document === 'keys' ? { keys: [jwk] } : { issuer, jwks_uri: `${issuer}/keys` }
    response.end(JSON.stringify(told).padEnd(length[document]))
  })
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void provider.close())
  // A server that listens on a port has an address of this kind.
  const name = `127.0.0.1:${(provider.address() as AddressInfo).port}`
  const issuer = `http://${name}`
  const app = await startWithIdentities()
  const IdentityPoolId = await createIdentityPool(app, { SupportedLoginProviders: { [name]: 'client' } })
  const getId = async (subject: string) => {
    const token = await new SignJWT({})
      .setProtectedHeader({ alg: 'RS256', kid: 'key' })
      .setIssuer(issuer)
      .setAudience('client')
      .setSubject(subject)
      .setExpirationTime('1h')
      .sign(privateKey)
    const id = app.identities.getId({ IdentityPoolId, Logins: { [name]: token } })
    return await id.then(
      ({ IdentityId = '' }) => IdentityId,
      ({ name }: Error) => name,
    )
  }
  return { ...app, asked, fails, length, getId }
}

test('concurrent requests fetch the keys of a provider once', async () => {
  const { asked, getId } = await startForeign()
  const ids = await Promise.all(['ada', 'bob', 'eve', 'ada'].map(getId))
  expect(new Set(ids).size).toBe(3)
  expect(ids[0]).toMatch(/^us-east-1:/)
  expect(asked).toEqual({ configuration: 1, keys: 1 })
})

test.each(['configuration', 'keys'] as const)(
  'a provider whose %s cannot be fetched is asked now and then, and works again afterwards',
  async (document) => {
    const { asked, fails, getId, server } = await startForeign()
    fails[document] = true
    const unreachable = 'ExternalServiceException'
    expect(await Promise.all(['ada', 'bob', 'eve'].map(getId))).toEqual([
      unreachable,
      unreachable,
      unreachable,
    ])
    expect(asked[document]).toBe(1)
    fails[document] = false
    expect(await getId('ada')).toBe(unreachable)
    expect(asked[document]).toBe(1)
    server.clock.advance(11)
    expect(await getId('ada')).toMatch(/^us-east-1:/)
    expect(asked[document]).toBe(2)
  },
)

test.each(['configuration', 'keys'] as const)(
  'a provider whose %s is longer than four megabytes cannot be reached',
  async (document) => {
    const { getId, length } = await startForeign()
    length[document] = 4_194_305
    expect(await getId('ada')).toBe('ExternalServiceException')
  },
)

test('documents of a provider may have four megabytes', async () => {
  const { getId, length } = await startForeign()
  length.configuration = length.keys = 4_194_304
  expect(await getId('ada')).toMatch(/^us-east-1:/)
})
