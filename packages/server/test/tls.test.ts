// The library that reads certificates finds its algorithms by what this adds to `Reflect`.
import 'reflect-metadata/lite'
import { X509Certificate } from 'node:crypto'
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { get as getPlain, request as requestPlain } from 'node:http'
import { get, request } from 'node:https'
import { connect, Socket } from 'node:net'
import { join } from 'node:path'
import { connect as connectTls, type DetailedPeerCertificate, type TLSSocket } from 'node:tls'
import type { AmuletServer } from '@amulet/server'
import { X509Certificate as Certificate, KeyUsageFlags, SubjectKeyIdentifierExtension } from '@peculiar/x509'
import { expect, onTestFinished, test, vi } from 'vitest'
import { type Certified, isFresh, makeAuthority, makeCertificate } from '../src/tls/certificate-authority.js'
import { amulet, amuletDev, temporaryFolder } from './amulet.js'
import { authorizeQuery } from './oauth.js'
import { startProduction } from './production.js'
import { start } from './start.js'

const DAY = 86_400_000

/** What a server shows to a client that asks for a name, or for none. */
function shown(port: number, servername = '', ca?: string): Promise<DetailedPeerCertificate> {
  return new Promise((resolve, reject) => {
    const socket: TLSSocket = connectTls(
      {
        port,
        host: '127.0.0.1',
        servername,
        ...(ca === undefined ? { rejectUnauthorized: false } : { ca }),
      },
      () => {
        resolve(socket.getPeerCertificate(true))
        socket.end()
      },
    )
    socket.on('error', reject)
  })
}

const status = (
  url: string,
  options: object,
  by: typeof get | typeof getPlain = get,
): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    by(url, { agent: false, ...options }, (response) => {
      response.resume()
      resolve(response.statusCode)
    }).on('error', reject)
  })

async function listening(server: AmuletServer, options: Parameters<AmuletServer['listen']>[0] = {}) {
  const { listeningAt } = await server.listen(options)
  return Number(new URL(listeningAt).port)
}

const authorityIn = (folder: string) => readFileSync(join(folder, 'ca.pem'), 'utf8')

test('a server for development answers HTTP and TLS on one port, with a certificate for each of its names', async () => {
  const app = await start()
  const folder = join(temporaryFolder(), 'tls')
  const port = await listening(app.server, { tlsFolder: folder })
  const path = `/login?${authorizeQuery({ clientId: app.oauthClientId }, { redirect_uri: 'http://localhost:3000/' })}`
  expect(await status(`http://127.0.0.1:${port}${path}`, {}, getPlain)).toBe(200)
  await shown(port)
  const ca = authorityIn(folder)
  expect(await status(`https://127.0.0.1:${port}${path}`, { ca })).toBe(200)
  expect(await status(`https://127.0.0.1:${port}${path}`, { ca, servername: 'localhost' })).toBe(200)
  expect((await shown(port, 'localhost', ca)).subjectaltname).toBe(
    'DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1',
  )
  // The domain that the default pool has, and one that comes later.
  expect((await shown(port, 'amulet-dev.localhost', ca)).subjectaltname).toBe('DNS:amulet-dev.localhost')
  const { body } = await app.call('CreateUserPool', { PoolName: 'Birch' })
  await expect(shown(port, 'birch.localhost', ca)).rejects.toThrow(/altnames/)
  await app.call('CreateUserPoolDomain', { UserPoolId: body.UserPool.Id, Domain: 'birch' })
  expect((await shown(port, 'birch.localhost', ca)).subjectaltname).toBe('DNS:birch.localhost')
})

test('cookies that come over TLS are secure, on the port where plain ones are not', async () => {
  const app = await start()
  const folder = join(temporaryFolder(), 'tls')
  const port = await listening(app.server, { tlsFolder: folder })
  const query = authorizeQuery({ clientId: app.oauthClientId }, { redirect_uri: 'http://localhost:3000/' })
  let host: string | undefined
  const cookie = (by: typeof get | typeof getPlain, scheme: string) =>
    new Promise((resolve, reject) => {
      const headers = host === undefined ? {} : { host }
      by(
        `${scheme}://127.0.0.1:${port}/login?${query}`,
        { rejectUnauthorized: false, headers },
        (response) => {
          response.resume()
          expect(response.headers['strict-transport-security']).toBeUndefined()
          resolve(response.headers['set-cookie']?.[0])
        },
      ).on('error', reject)
    })
  expect(await cookie(get, 'https')).toMatch(/; Secure/)
  // A name that developers use on several machines must go on to work without TLS.
  host = 'host.docker.internal'
  expect(await cookie(get, 'https')).toMatch(/; Secure/)
  host = undefined
  expect(await cookie(getPlain, 'http')).not.toMatch(/; Secure/)
})

test('the name that a client asks for is case-insensitive', async () => {
  const port = await listening((await start()).server)
  expect((await shown(port, 'Amulet-Dev.LOCALHOST')).subjectaltname).toBe('DNS:amulet-dev.localhost')
})

test('without a folder one certificate is made for all connections', async () => {
  const port = await listening((await start()).server)
  const fingerprints = async (name: string) => [
    (await shown(port, name)).fingerprint256,
    (await shown(port, name)).fingerprint256,
  ]
  for (const name of ['localhost', 'amulet-dev.localhost']) {
    const [first, second] = await fingerprints(name)
    expect(second).toBe(first)
  }
})

test('a certificate is kept for the next start, readable by its owner only', async () => {
  const folder = join(temporaryFolder(), 'tls')
  const fingerprints = async () => {
    const app = await start()
    const port = await listening(app.server, { tlsFolder: folder })
    return [(await shown(port)).fingerprint256, (await shown(port, 'amulet-dev.localhost')).fingerprint256]
  }
  const first = await fingerprints()
  expect(await fingerprints()).toEqual(first)
  for (const file of ['.', ...readdirSync(folder)]) expect(statSync(join(folder, file)).mode & 0o077).toBe(0)
  const other = await start()
  expect((await shown(await listening(other.server))).fingerprint256).not.toBe(first[0])
})

test('a certificate that has nearly expired is replaced, under the trusted authority', async () => {
  const folder = temporaryFolder()
  const now = Date.now()
  const authority = await makeAuthority(now)
  const old = await makeCertificate(authority, ['localhost'], now - 370 * DAY)
  const write = (name: string, { cert, key }: Certified) => {
    writeFileSync(join(folder, `${name}.pem`), cert)
    writeFileSync(join(folder, `${name}-key.pem`), key)
  }
  write('ca', authority)
  write('localhost', old)
  const app = await start()
  const port = await listening(app.server, { tlsFolder: folder })
  const certificate = await shown(port, 'localhost', authority.cert)
  expect(certificate.fingerprint256).not.toBe(new X509Certificate(old.cert).fingerprint256)
})

test('a certificate is fresh from its first moment until thirty days before its last', async () => {
  const now = Math.floor(Date.now() / 1000) * 1000
  const made = await makeCertificate(await makeAuthority(now), ['localhost'], now)
  const [first, last] = [now - DAY, now + 397 * DAY]
  expect([first - 1, first, last - 30 * DAY - 1, last - 30 * DAY].map((at) => isFresh(made, at))).toEqual([
    false,
    true,
    true,
    false,
  ])
})

test('certificates have the usage and the validity that browsers require', async () => {
  const now = Math.floor(Date.now() / 1000) * 1000
  const authority = await makeAuthority(now)
  const [own = '', issuer] = (await makeCertificate(authority, ['localhost', '127.0.0.1'], now)).cert.split(
    /(?<=-----END CERTIFICATE-----)\n/,
  )
  expect(issuer).toBe(authority.cert)
  const said = (pem: string) => {
    const { notBefore, notAfter, extensions } = new Certificate(pem)
    const kinds = Object.fromEntries(
      extensions.map((extension) => [
        extension.constructor.name,
        // Of a key, there is only what it is called.
        extension instanceof SubjectKeyIdentifierExtension ? {} : { ...extension, rawData: undefined },
      ]),
    )
    return { days: [(now - notBefore.getTime()) / DAY, (notAfter.getTime() - now) / DAY], kinds }
  }
  expect(said(authority.cert)).toMatchObject({
    days: [1, 3650],
    kinds: {
      BasicConstraintsExtension: { ca: true, pathLength: 0, critical: true },
      KeyUsagesExtension: { usages: KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, critical: true },
      SubjectKeyIdentifierExtension: {},
    },
  })
  expect(said(own)).toMatchObject({
    days: [1, 397],
    kinds: {
      BasicConstraintsExtension: { ca: false, pathLength: undefined, critical: true },
      KeyUsagesExtension: { usages: KeyUsageFlags.digitalSignature, critical: true },
      ExtendedKeyUsageExtension: { usages: ['1.3.6.1.5.5.7.3.1'], critical: false },
      SubjectKeyIdentifierExtension: {},
    },
  })
  const constraints = new Certificate(authority.cert).getExtension('2.5.29.30')
  expect(constraints?.critical).toBe(true)
})

test('the key of the authority cannot sign for anything but this machine', async () => {
  const authority = await makeAuthority(Date.now())
  const app = await start()
  const attempt = async (...names: string[]) => {
    const port = await listening(app.server, { tls: await makeCertificate(authority, names, Date.now()) })
    // Whether the name is the one that was asked for is another question.
    const options = { port, host: '127.0.0.1', ca: authority.cert, checkServerIdentity: () => undefined }
    return await new Promise<string | undefined>((resolve, reject) => {
      const socket: TLSSocket = connectTls(options, () => {
        resolve(socket.getPeerCertificate().subjectaltname)
        socket.end()
      })
      socket.on('error', reject)
    })
  }
  expect(await attempt('birch.localhost')).toBe('DNS:birch.localhost')
  // What people see is checked as a name, so an address cannot be the first.
  for (const [address, shownAs = address] of [
    ['127.0.0.1'],
    ['127.0.0.0'],
    ['127.255.255.255'],
    ['::1', '0:0:0:0:0:0:0:1'],
  ] as const)
    expect(await attempt('localhost', address)).toBe(`DNS:localhost, IP Address:${shownAs}`)
  for (const name of [
    'localhost.example.com',
    'example.com',
    '126.255.255.255',
    '128.0.0.1',
    '::2',
    '::',
    '::100:1',
    '100::1',
    '::ffff:127.0.0.1',
  ])
    await expect(attempt('localhost', name), name).rejects.toThrow(/permitted subtree violation/)
})

test('in production a server with a certificate answers nothing but TLS', async () => {
  const authority = await makeAuthority(Date.now())
  const app = await startProduction()
  const { url, listeningAt } = await app.server.listen({
    tls: await makeCertificate(authority, ['localhost', '127.0.0.1'], Date.now()),
  })
  expect(url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/)
  expect(await status(`${listeningAt}/_amulet/health`, { ca: authority.cert })).toBe(200)
  await expect(
    status(`${listeningAt.replace('https', 'http')}/_amulet/health`, {}, getPlain),
  ).rejects.toThrow(/hang up|reset/)
})

test('requests of one connection are answered over TLS, a large one too', async () => {
  const app = await start()
  const port = await listening(app.server)
  const { Agent } = await import('node:https')
  const agent = new Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false })
  onTestFinished(() => agent.destroy())
  const post = (size: number) =>
    new Promise((resolve, reject) => {
      const headers = {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': 'AWSCognitoIdentityProviderService.GetUser',
      }
      const sent = request(`https://127.0.0.1:${port}/`, { method: 'POST', agent, headers }, (response) => {
        response.resume()
        response.on('end', () => resolve(sent.reusedSocket))
      })
      sent.on('error', reject)
      sent.end(JSON.stringify({ AccessToken: 'x'.repeat(size) }))
    })
  expect([await post(10), await post(500_000), await post(10)]).toEqual([false, true, true])
})

test('silent connections, and those that speak neither protocol, do not keep a server from closing', async () => {
  const app = await start()
  const port = await listening(app.server)
  const closed = [
    undefined,
    Buffer.of(22),
    Buffer.from('\x16\x03\x01nonsense'),
    Buffer.from('nonsense\r\n\r\n'),
  ].map(
    (bytes) =>
      new Promise((resolve) => {
        const socket = connect(port, '127.0.0.1', () => bytes && socket.write(bytes))
        socket.on('error', () => {})
        socket.on('close', resolve)
        socket.resume()
      }),
  )
  // All of them have arrived, for what came after them is answered.
  expect(await status(`http://127.0.0.1:${port}/_amulet/health`, {}, getPlain)).toBe(200)
  await app.server.close()
  await Promise.all(closed)
}, 30_000)

/** A request whose last byte is held back. */
function slowRequest(by: typeof request | typeof requestPlain, port: number) {
  const body = JSON.stringify({ AccessToken: 'x' })
  const sent = by(`${by === request ? 'https' : 'http'}://127.0.0.1:${port}/`, {
    method: 'POST',
    agent: false,
    rejectUnauthorized: false,
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'AWSCognitoIdentityProviderService.GetUser',
      'content-length': body.length,
    },
  })
  const answered = new Promise((resolve, reject) => {
    sent.on('error', reject)
    sent.on('response', (response) => {
      response.resume()
      resolve(response.statusCode)
    })
  })
  return {
    begun: new Promise((resolve) => sent.write(body.slice(0, -1), resolve)),
    end: () => {
      sent.end(body.slice(-1))
      return answered
    },
  }
}

/** A connection that says this and no more. */
const openSilent = (port: number, bytes?: Buffer) => {
  const socket = connect(port, '127.0.0.1', () => bytes && socket.write(bytes))
  socket.resume()
  return new Promise((resolve, reject) => {
    socket.on('error', reject)
    socket.on('close', resolve)
  })
}

test('clients that are silent for ten seconds are disconnected, and those in the middle of a request are not', async () => {
  const port = await listening((await start()).server)
  const requests = [slowRequest(request, port), slowRequest(requestPlain, port)]
  for (const { begun } of requests) await begun
  // Nothing at all, and the beginning of a handshake.
  await Promise.all([openSilent(port), openSilent(port, Buffer.of(22, 3, 1, 2, 0))])
  for (const { end } of requests) expect(await end()).toBe(400)
}, 25_000)

test('a server that closes ends silent connections, and answers the requests under way', async () => {
  const { server } = await start()
  // No connection ends because the time is over.
  vi.spyOn(Socket.prototype, 'setTimeout').mockReturnThis()
  onTestFinished(() => void vi.restoreAllMocks())
  const port = await listening(server)
  const requests = [slowRequest(request, port), slowRequest(requestPlain, port)]
  for (const { begun } of requests) await begun
  const ended = openSilent(port)
  // Both have arrived, for what came after them is answered.
  expect(await status(`http://127.0.0.1:${port}/_amulet/health`, {}, getPlain)).toBe(200)
  const closed = server.close()
  await ended
  for (const { end } of requests) expect(await end()).toBe(400)
  await closed
})

test('a client that disconnects before it sends anything does no harm', async () => {
  const running = await amuletDev()
  const { port } = new URL(running.url)
  const { begun, end } = slowRequest(requestPlain, Number(port))
  await begun
  await new Promise((resolve, reject) => {
    const socket = connect(Number(port), '127.0.0.1', () => socket.resetAndDestroy())
    socket.on('error', reject)
    socket.on('close', resolve)
  })
  expect(await status(`${running.url}/_amulet/health`, {}, getPlain)).toBe(200)
  expect(await end()).toBe(400)
})

test('a connection that ends in the middle of a handshake is released at once', async () => {
  const app = await start()
  const port = await listening(app.server)
  await new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true }, () =>
      // The beginning of a record.
      socket.end(Buffer.of(22, 3, 1, 2, 0)),
    )
    socket.on('error', reject)
    socket.on('end', resolve)
    socket.resume()
  })
}, 9000)

test('amulet dev keeps its certificate beside the data, and says what to trust', async () => {
  const cwd = temporaryFolder()
  const running = await amuletDev([], { cwd })
  const port = Number(new URL(running.url).port)
  await shown(port)
  const ca = authorityIn(join(cwd, '.amulet/tls'))
  expect((await shown(port, 'localhost', ca)).subject.CN).toBe('localhost')
  await running.stop()
  const told = await amulet(['dev', '--port', '0'], { cwd, stopAfter: 'Ctrl-C' })
  expect(told.stdout).toContain('.amulet/tls/ca.pem')
  expect(told.stdout).toContain('--tls-cert')
})

test('amulet dev takes a certificate and its key, only together and only if they match', async () => {
  const cwd = temporaryFolder()
  const authority = await makeAuthority(Date.now())
  const one = await makeCertificate(authority, ['localhost'], Date.now())
  const other = await makeCertificate(authority, ['localhost'], Date.now())
  for (const [file, text] of Object.entries({
    'a.pem': one.cert,
    'a-key.pem': one.key,
    'b-key.pem': other.key,
  }))
    writeFileSync(join(cwd, file), text)
  const refused = async (...args: string[]) => {
    const { code, stderr } = await amulet(['dev', '--port', '0', ...args], { cwd })
    return { code, stderr: stderr.trim() }
  }
  expect(await refused('--tls-cert', 'a.pem')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('give both'),
  })
  expect(await refused('--tls-cert', 'a.pem', '--tls-key', 'b-key.pem')).toEqual({
    code: 1,
    stderr: 'The key in b-key.pem is not that of the certificate in a.pem.',
  })
  expect(await refused('--tls-cert', 'c.pem', '--tls-key', 'b-key.pem')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('cannot be read'),
  })
  const running = await amuletDev(['--tls-cert', 'a.pem', '--tls-key', 'a-key.pem'], { cwd })
  const { fingerprint256 } = await shown(Number(new URL(running.url).port), 'localhost', authority.cert)
  expect(fingerprint256).toBe(new X509Certificate(one.cert).fingerprint256)
})

test('certificates that could not be stored are made once they can be', async () => {
  const app = await start()
  const folder = join(temporaryFolder(), 'tls')
  writeFileSync(folder, 'a file where the folder is to be')
  const port = await listening(app.server, { tlsFolder: folder })
  for (const name of ['', 'localhost']) await expect(shown(port, name)).rejects.toThrow()
  rmSync(folder)
  for (const name of ['', 'localhost']) expect((await shown(port, name)).subject.CN).toBe('localhost')
})

test('a certificate is read once for all handshakes, by name and by address', async () => {
  const authority = await makeAuthority(Date.now())
  const { cert, key } = await makeCertificate(authority, ['localhost'], Date.now())
  let read = 0
  const tls = {
    cert,
    get key() {
      read++
      return key
    },
  }
  const { server } = await start()
  const port = await listening(server, { tls })
  await shown(port, 'localhost')
  await shown(port)
  const first = read
  for (let i = 0; i < 3; i++) {
    expect((await shown(port, 'localhost', authority.cert)).subjectaltname).toBe('DNS:localhost')
    await shown(port)
  }
  expect(read).toBe(first)
})
