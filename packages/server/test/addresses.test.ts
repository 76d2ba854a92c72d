import { request } from 'node:http'
import { syncBuiltinESMExports } from 'node:module'
import os, { networkInterfaces } from 'node:os'
import type { LogEntry } from '@amulet/server'
import { expect, onTestFinished, test, vi } from 'vitest'
import { amulet, amuletDev } from './amulet.js'
import { startProduction } from './production.js'
import { type Body, PASSWORD, type Started, start } from './start.js'

/** Sends a request with a `Host` of the test's choice, which `fetch` does not allow. */
function ask(
  listeningAt: string,
  host: string,
  path: string,
  operation?: { name: string; input: unknown },
): Promise<Body & { issuer: string; jwks_uri: string }> {
  const { port } = new URL(listeningAt)
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        port,
        host: '127.0.0.1',
        path,
        method: operation ? 'POST' : 'GET',
        headers: {
          host,
          ...(operation && {
            'content-type': 'application/x-amz-json-1.1',
            'x-amz-target': `AWSCognitoIdentityProviderService.${operation.name}`,
          }),
        },
      },
      async (response) => {
        const chunks: Uint8Array[] = []
        for await (const chunk of response) chunks.push(chunk as Uint8Array)
        resolve(JSON.parse(Buffer.concat(chunks).toString()))
      },
    )
    sent.on('error', reject)
    sent.end(operation && JSON.stringify(operation.input))
  })
}

/** The issuer in the tokens of a sign-in that came to an address, and the one that discovery names there. */
async function issuers({ server, userPoolId, userPoolClientId }: Started, at: string, host: string) {
  const call = (name: string, input: object) => ask(at, host, '/', { name, input })
  const Username = 'ada@example.com'
  await call('SignUp', { ClientId: userPoolClientId, Username, Password: PASSWORD })
  await call('AdminConfirmSignUp', { UserPoolId: userPoolId, Username })
  const { AuthenticationResult } = await call('InitiateAuth', {
    ClientId: userPoolClientId,
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: Username, PASSWORD },
  })
  const [, claims = ''] = (AuthenticationResult?.IdToken ?? '').split('.')
  const { iss } = JSON.parse(Buffer.from(claims, 'base64url').toString() || '{}') as { iss?: string }
  const discovery = await ask(at, host, `/${userPoolId}/.well-known/openid-configuration`)
  return { iss, issuer: discovery.issuer, jwks: discovery.jwks_uri, link: server.inbox.last(Username)?.link }
}

const LINK_POOL = {
  userPools: [
    {
      PoolName: 'Links',
      UsernameAttributes: ['email' as const],
      AutoVerifiedAttributes: ['email' as const],
      VerificationMessageTemplate: { DefaultEmailOption: 'CONFIRM_WITH_LINK' as const },
      clients: [{ ClientName: 'App', ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH' as const] }],
    },
  ],
}

test.each(['0.0.0.0', '::'])(
  'a server that listens on %s issues tokens, discovery and links for the address of each request',
  async (host) => {
    const logged: LogEntry[] = []
    const app = await start({ config: LINK_POOL, log: (entry) => logged.push(entry) })
    const { listeningAt, url, addresses } = await app.server.listen({ host })
    expect([listeningAt, url, ...addresses].join()).not.toMatch(/0\.0\.0\.0|\[::\]/)
    const { port } = new URL(listeningAt)
    // However the socket shows it.
    await fetch(`http://127.0.0.1:${port}/`)
    expect(logged.at(-1)?.clientAddress).toBe('127.0.0.1')
    const usable = Object.values(networkInterfaces())
      .flatMap((each = []) => each)
      .filter(({ family, internal }) => family === 'IPv4' && !internal)
    expect(addresses).toEqual(
      expect.arrayContaining(usable.map(({ address }) => `http://${address}:${port}`)),
    )
    const phone = `192.168.7.7:${port}`
    expect(await issuers(app, listeningAt, phone)).toEqual({
      iss: `http://${phone}/${app.userPoolId}`,
      issuer: `http://${phone}/${app.userPoolId}`,
      jwks: `http://${phone}/${app.userPoolId}/.well-known/jwks.json`,
      link: expect.stringMatching(`^http://${phone}/confirmUser`),
    })
    const here = await ask(
      listeningAt,
      `localhost:${port}`,
      `/${app.userPoolId}/.well-known/openid-configuration`,
    )
    expect(here.issuer).toBe(`http://localhost:${port}/${app.userPoolId}`)
  },
)

test('a given address is used, whichever address a request came to', async () => {
  const app = await start({ config: LINK_POOL, url: 'https://auth.example.com' })
  const { listeningAt, url } = await app.server.listen({ host: '0.0.0.0' })
  expect(url).toBe('https://auth.example.com')
  expect(await issuers(app, listeningAt, '192.168.7.7')).toMatchObject({
    iss: `https://auth.example.com/${app.userPoolId}`,
    issuer: `https://auth.example.com/${app.userPoolId}`,
    link: expect.stringMatching('^https://auth.example.com/confirmUser'),
  })
})

test('the Host of a request is ignored where the server listens on one address, and in production', async () => {
  const app = await start()
  const one = await app.server.listen()
  const path = `/${app.userPoolId}/.well-known/openid-configuration`
  expect((await ask(one.listeningAt, '192.168.7.7', path)).issuer).toBe(
    `${one.listeningAt}/${app.userPoolId}`,
  )
  expect(one.addresses).toEqual([])

  const production = await startProduction({ config: LINK_POOL })
  const all = await production.server.listen({ host: '0.0.0.0' })
  const discovery = await ask(
    all.listeningAt,
    '192.168.7.7',
    `/${production.userPoolId}/.well-known/openid-configuration`,
  )
  expect(discovery.issuer).toBe(`${all.listeningAt}/${production.userPoolId}`)
})

test('a port in use and a host that this machine does not have are reported as such', async () => {
  const [{ server: occupant }, { server }] = [await start(), await start()]
  const port = Number(new URL((await occupant.listen()).listeningAt).port)
  await expect(server.listen({ port })).rejects.toMatchObject({
    name: 'StartError',
    message: `Port ${port} on 127.0.0.1 is in use. Stop what runs there, or choose another with \`listen({ port })\`.`,
  })
  await expect(server.listen({ host: '203.0.113.77' })).rejects.toMatchObject({
    name: 'StartError',
    message: expect.stringMatching(/^Cannot listen on 203\.0\.113\.77: .*EADDRNOTAVAIL/),
  })
  await expect(server.listen({ host: '' })).rejects.toMatchObject({
    name: 'StartError',
    message: 'The host to listen on is empty. 127.0.0.1 is this machine, 0.0.0.0 is every network.',
  })
  // What went wrong is over.
  expect((await fetch(`${(await server.listen()).listeningAt}/_amulet/health`)).status).toBe(200)
})

test('a server on every network names the addresses that others can use, those of IPv4 first', async () => {
  const netmask = ''
  const mac = '00:00:00:00:00:00'
  const v4 = (address: string, internal = false) =>
    ({ address, family: 'IPv4', internal, netmask, mac, cidr: null }) as const
  const v6 = (address: string, scopeid: number, internal = false) =>
    ({ address, family: 'IPv6', internal, netmask, mac, cidr: null, scopeid }) as const
  vi.spyOn(os, 'networkInterfaces').mockReturnValue({
    lo: [v4('127.0.0.1', true), v6('::1', 0, true)],
    eth0: [v6('2001:db8::5', 0), v6('fe80::5', 2), v4('192.0.2.5')],
    none: undefined,
    eth1: [v4('198.51.100.6')],
  })
  syncBuiltinESMExports()
  onTestFinished(() => {
    vi.restoreAllMocks()
    syncBuiltinESMExports()
  })
  const addressesAt = async (host: string) => {
    const { server } = await start()
    const { listeningAt, addresses } = await server.listen({ host })
    return addresses.map((address) => address.replace(`:${new URL(listeningAt).port}`, ''))
  }
  expect(await addressesAt('0.0.0.0')).toEqual(['http://192.0.2.5', 'http://198.51.100.6'])
  expect(await addressesAt('127.0.0.1')).toEqual([])
  const everywhere = await addressesAt('::').catch(() => undefined)
  // A machine may have no IPv6.
  if (everywhere)
    expect(everywhere).toEqual(['http://192.0.2.5', 'http://198.51.100.6', 'http://[2001:db8::5]'])
})

test('amulet dev warns when other machines can reach it, and only then', async () => {
  const printed = async (host: string) => {
    const args = ['dev', '--host', host, '--port', '0', '--database', 'sqlite::memory:']
    return (await amulet(args, { stopAfter: 'Ctrl-C' })).stdout
  }
  expect(await printed('0.0.0.0')).toMatch(/^Programs on other machines .* read all codes\./)
  expect(await printed('127.0.0.1')).not.toContain('other machines')
})

test('amulet dev on every address prints addresses that can be used', async () => {
  const { url, issuer, userPoolId } = await amuletDev(['--host', '0.0.0.0', '--database', 'sqlite::memory:'])
  expect(url).not.toContain('0.0.0.0')
  expect(issuer).toBe(`${url}/${userPoolId}`)
  const discovery = await fetch(`${issuer}/.well-known/openid-configuration`)
  expect(await discovery.json()).toMatchObject({ issuer })
})

test('amulet dev takes a valid --url', async () => {
  const args = ['--database', 'sqlite::memory:', '--url']
  expect(await amuletDev([...args, 'http://my-laptop.local:9230'])).toMatchObject({
    url: 'http://my-laptop.local:9230',
    issuer: 'http://my-laptop.local:9230/us-east-1_AmuletDev',
  })
  const wrong = await amulet(['dev', ...args, 'my-laptop.local'])
  expect([wrong.code, wrong.stderr]).toEqual([
    2,
    expect.stringMatching(/^--url takes where clients reach the server/),
  ])
})
