import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { request } from 'node:http'
import { connect, createServer as createTcpServer } from 'node:net'
import { basename, dirname, join } from 'node:path'
import { Worker } from 'node:worker_threads'
import SqliteDatabase from 'libsql'
import { expect, onTestFinished, test } from 'vitest'
import { readOrMakeKeyFile } from '../src/cli/key-file.js'
import { amulet, amuletDev, temporaryFolder } from './amulet.js'
import { PASSWORD } from './start.js'

test('the first line of --json is one JSON object with the ids, once requests are answered', async () => {
  const running = await amuletDev()
  expect(JSON.parse(running.stdout())).toEqual({
    url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    issuer: `${running.url}/us-east-1_AmuletDev`,
    region: 'us-east-1',
    userPoolId: 'us-east-1_AmuletDev',
    userPoolClientId: 'amuletdevwebclient00000000',
    oauthClientId: 'amuletdevoauthclient000000',
    identityPoolId: 'us-east-1:00000000-0000-4000-8000-00000000de50',
    domain: `localhost:${new URL(running.url).port}`,
    consoleUrl: null,
  })
  const keys = await fetch(`${running.issuer}/.well-known/jwks.json`)
  expect(keys.status).toBe(200)
  await running.call('GetUser', { AccessToken: 'nonsense' })
  expect(await running.stop()).toBe(0)
  expect(running.stdout().trim().split('\n')).toHaveLength(1)
  expect(running.stderr()).toMatch(/GetUser 400 \d+\.\d ms NotAuthorizedException/)
})

test('an operation that does not exist is named in the log and in the answer', async () => {
  const running = await amuletDev()
  const { body } = await running.call('NoSuchOperation', {})
  expect(body).toEqual({
    __type: 'UnknownOperationException',
    message: 'This server has no operation NoSuchOperation.',
  })
  await running.stop()
  expect(running.stderr()).toMatch(
    /NoSuchOperation 400 \d+\.\d ms UnknownOperationException \(this version of Amulet has no such operation\)/,
  )
})

test('users and ids stay the same after a restart', async () => {
  const cwd = temporaryFolder()
  const first = await amuletDev([], { cwd })
  const account = { ClientId: first.userPoolClientId, Username: 'ada@example.com' }
  const signedUp = await first.call('SignUp', { ...account, Password: PASSWORD })
  expect(signedUp.body.UserSub).toMatch(/-/)
  expect(await first.stop('SIGINT')).toBe(0)
  expect(readdirSync(join(cwd, '.amulet')).filter((name) => !/-(wal|shm)$/.test(name))).toEqual([
    'amulet.db',
    'root.key',
  ])

  const second = await amuletDev([], { cwd })
  expect(second.userPoolId).toBe(first.userPoolId)
  const again = await second.call('SignUp', { ...account, Password: PASSWORD })
  expect(again.body.__type).toBe('UsernameExistsException')
  expect(await second.stop()).toBe(0)
})

test('only the owner may read the root key, which is made once', async () => {
  const cwd = temporaryFolder()
  const key = join(cwd, 'data', 'root.key')
  const first = await amuletDev(['--data', 'data'], { cwd })
  await first.stop()
  const made = readFileSync(key, 'utf8')
  expect(made).toMatch(/^[0-9a-f]{64}\n$/)
  expect(statSync(key).mode & 0o777).toBe(0o600)
  const second = await amuletDev(['--data', 'data'], { cwd })
  await second.stop()
  expect(readFileSync(key, 'utf8')).toBe(made)
})

test('only the owner may read a new database, and the mode of an existing one stays', async () => {
  const cwd = temporaryFolder()
  const modes = () =>
    ['amulet.db', 'amulet.db-wal', 'amulet.db-shm']
      .filter((name) => existsSync(join(cwd, name)))
      .map((name) => [name, statSync(join(cwd, name)).mode & 0o777])
  const first = await amuletDev(['--database', 'sqlite:amulet.db'], { cwd })
  expect(modes()).toEqual([
    ['amulet.db', 0o600],
    ['amulet.db-wal', 0o600],
    ['amulet.db-shm', 0o600],
  ])
  await first.stop()
  chmodSync(join(cwd, 'amulet.db'), 0o640)
  const second = await amuletDev(['--database', 'sqlite:amulet.db'], { cwd })
  await second.stop()
  expect(modes()).toEqual([['amulet.db', 0o640]])
})

test('a reader sees a key whole or not at all, even while it is being written', async () => {
  const files = Array.from({ length: 200 }, (_, i) => join(temporaryFolder(), `${i}.key`))
  const step = new Int32Array(new SharedArrayBuffer(4))
  // A thread on another processor that does nothing but look.
  const reader = new Worker(
    `const { statSync, readFileSync } = require('node:fs')
    const { parentPort, workerData: { files, step } } = require('node:worker_threads')
    const seen = files.map((file) => {
      Atomics.add(step, 0, 1)
      Atomics.notify(step, 0)
      while (!statSync(file, { throwIfNoEntry: false }));
      return readFileSync(file, 'utf8')
    })
    parentPort.postMessage(seen)`,
    { eval: true, workerData: { files, step } },
  )
  const seen = once(reader, 'message')
  const made = files.map((file, i) => {
    Atomics.wait(step, 0, i)
    return `${Buffer.from(readOrMakeKeyFile(file, 'key')).toString('hex')}\n`
  })
  expect(await seen).toEqual([made])
  expect(files.map((file) => readdirSync(dirname(file)))).toEqual(files.map((file) => [basename(file)]))
})

test('several processes can open a new database at the same moment', async () => {
  const folder = temporaryFolder()
  const urls = Array.from({ length: 40 }, (_, i) => `sqlite:${join(folder, `${i}.db`)}`)
  const module = new URL('../dist/db/database.js', import.meta.url).href
  const opener = `
    import { openDatabase } from ${JSON.stringify(module)}
    process.on('message', async (url) => {
      const opened = await openDatabase(url).catch(({ message }) => message)
      process.send(opened.db ? 'opened' : opened)
      await opened.db?.destroy()
    })
    process.send('ready')`
  const openers = Array.from({ length: 3 }, () =>
    spawn(process.execPath, ['--input-type=module', '--eval', opener], {
      stdio: ['ipc', 'inherit', 'inherit'],
    }),
  )
  for (const child of openers) onTestFinished(() => void child.kill())
  const answers = () =>
    Promise.all(openers.map(async (child) => (await once(child, 'message'))[0] as unknown))
  await answers()
  for (const url of urls) {
    const opened = answers()
    for (const child of openers) child.send(url)
    expect(await opened).toEqual(['opened', 'opened', 'opened'])
  }
})

test('the root key of a named database file is beside it', async () => {
  const cwd = temporaryFolder()
  const running = await amuletDev(['--database', 'sqlite:users.db'], { cwd })
  await running.stop()
  expect(existsSync(join(cwd, 'users.db.key'))).toBe(true)
  expect(existsSync(join(cwd, '.amulet'))).toBe(false)
})

test('a database in memory leaves nothing behind', async () => {
  const cwd = temporaryFolder()
  const running = await amuletDev(['--database', 'sqlite::memory:'], { cwd })
  await running.stop()
  expect(readdirSync(cwd)).toEqual([])
})

test('without --json the output is for people, and says where everything is', async () => {
  const cwd = temporaryFolder()
  const { stdout, code } = await amulet(['dev', '--port', '0', '--data', '.amulet'], {
    cwd,
    stopAfter: 'Ctrl-C',
  })
  expect(code).toBe(0)
  const [, url] = /^ +User pool server +(http:\/\/127\.0\.0\.1:[1-9]\d*)$/m.exec(stdout) ?? []
  expect(url).toBeDefined()
  expect(stdout).toContain('us-east-1_AmuletDev')
  expect(stdout).toContain('amuletdevwebclient00000000')
  expect(stdout).toContain(`${url}/_amulet/inbox`)
  expect(stdout).toContain('.amulet/amulet.db')
})

test.each([
  { args: [], says: 'Name a command' },
  { args: ['devv'], says: '"devv" is not a command' },
  { args: ['dev', '--prot', '1'], says: "Unknown option '--prot'." },
  { args: ['dev', 'extra'], says: "Unexpected argument 'extra'." },
  { args: ['dev', '--port'], says: "Option '--port <value>' argument missing." },
  { args: ['dev', '--port', '-1'], says: 'then write --port=VALUE.' },
  { args: ['dev', '--port=-1'], says: '--port takes a number from 0 to 65535, not "-1".' },
  { args: ['dev', '--port', 'http'], says: '--port takes a number from 0 to 65535, not "http".' },
  { args: ['dev', '--port', '70000'], says: '--port takes a number from 0 to 65535, not "70000".' },
  { args: ['dev', '--data', 'a', '--database', 'sqlite:b'], says: '--data and --database both' },
  { args: ['dev', '--mail-from', 'a@example.com'], says: '--smtp-url or AMULET_SMTP_URL' },
])('unknown arguments end with a sentence and exit code 2: $args', async ({ args, says }) => {
  const { code, stderr, stdout } = await amulet(args)
  expect(code).toBe(2)
  expect(stderr).toContain(says)
  expect(stderr).toContain('amulet --help')
  expect(stderr.trim().split('\n')).toHaveLength(1)
  expect(stdout).toBe('')
})

test('--help and --version print their text and exit with 0', async () => {
  const help = await amulet(['--help'])
  expect(help).toMatchObject({ code: 0, stderr: '' })
  for (const option of ['--port', '--host', '--data', '--database', '--config', '--json'])
    expect(help.stdout).toContain(option)
  expect((await amulet(['dev', '--help'])).stdout).toBe(help.stdout)
  const [, transfer] = help.stdout.split('Options of export, import, keys and rekey:')
  expect(transfer).toMatch(/--data FOLDER, --database URL .*\n.*Default: \.amulet,/)
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  expect(await amulet(['--version'])).toEqual({ code: 0, stderr: '', stdout: `${version}\n` })
})

test('the error about a port in use says how to choose another', async () => {
  const occupant = createTcpServer().listen(0, '127.0.0.1')
  onTestFinished(() => void occupant.close())
  await new Promise((resolve) => occupant.once('listening', resolve))
  const address = occupant.address()
  const port = typeof address === 'object' ? address?.port : undefined
  const { code, stderr } = await amulet(['dev', '--port', String(port)])
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: `Port ${port} on 127.0.0.1 is in use. Stop what runs there, or choose another with --port.\n`,
  })
})

test('a database of an unknown kind is refused by name', async () => {
  const { code, stderr } = await amulet(['dev', '--port', '0', '--database', 'mysql://localhost/users'])
  expect(code).toBe(1)
  expect(stderr).toContain('"mysql://localhost/users"')
})

/** The folder's content: names and a hash of each file. */
const fingerprint = (folder: string) =>
  readdirSync(folder).map((name) => [
    name,
    createHash('sha256')
      .update(readFileSync(join(folder, name)))
      .digest('hex'),
  ])

async function madeByAmulet(cwd: string) {
  const running = await amuletDev(['--database', 'sqlite:users.db'], { cwd })
  for (let i = 0; i < 5; i++)
    await running.call('SignUp', {
      ClientId: running.userPoolClientId,
      Username: `user${i}@example.com`,
      Password: PASSWORD,
    })
  await running.stop()
}

test.each([
  {
    what: 'is no database',
    says: /users\.db is damaged or no database/,
    make: async (cwd: string) => writeFileSync(join(cwd, 'users.db'), 'name,email\nAda,ada@example.com\n'),
  },
  {
    what: 'lost its end',
    says: /users\.db is damaged or no database/,
    async make(cwd: string) {
      await madeByAmulet(cwd)
      const file = join(cwd, 'users.db')
      truncateSync(file, statSync(file).size - 8192)
    },
  },
  {
    what: 'has a torn page in the middle',
    says: /users\.db is damaged or no database/,
    async make(cwd: string) {
      await madeByAmulet(cwd)
      const file = join(cwd, 'users.db')
      const bytes = readFileSync(file)
      bytes.fill(0xa5, 8192, 8192 + 4096)
      writeFileSync(file, bytes)
    },
  },
  {
    what: 'belongs to another program',
    says: /users\.db has tables, but not those of Amulet/,
    async make(cwd: string) {
      const other = new SqliteDatabase(join(cwd, 'users.db'))
      other.exec("CREATE TABLE people (name TEXT); INSERT INTO people VALUES ('Ada')")
      other.close()
    },
  },
  {
    what: 'was written by a newer Amulet',
    says: /users\.db was written by a newer version of Amulet \(it has 9999-from-the-future\)/,
    async make(cwd: string) {
      await madeByAmulet(cwd)
      const newer = new SqliteDatabase(join(cwd, 'users.db'))
      newer.exec("INSERT INTO kysely_migration VALUES ('9999-from-the-future', '2030-01-01T00:00:00.000Z')")
      newer.exec('PRAGMA wal_checkpoint(TRUNCATE)')
      newer.close()
    },
  },
])('a database file that $what is refused with a sentence and left untouched', async ({ make, says }) => {
  const cwd = temporaryFolder()
  await make(cwd)
  const before = fingerprint(cwd)
  const { code, stdout, stderr } = await amulet(['dev', '--port', '0', '--database', 'sqlite:users.db'], {
    cwd,
  })
  expect(code).toBe(1)
  expect(stderr).toMatch(says)
  expect(stderr).toMatch(/left as it (is|was)/)
  expect(stderr.trim().split('\n')).toHaveLength(1)
  expect(stdout).toBe('')
  expect(fingerprint(cwd)).toEqual(before)
})

test.each([
  ['dev', '--data', 'file/folder'],
  ['dev', '--database', 'sqlite:file/amulet.db'],
  ['serve', '--database', 'sqlite:file/amulet.db'],
  ['export', 'users.jsonl', '--key', 'transfer.key', '--data', 'file/folder'],
])('a path that leads through a file is refused with a sentence: %s %s %s', async (...args) => {
  const cwd = temporaryFolder()
  writeFileSync(join(cwd, 'file'), '')
  const env = {
    AMULET_ROOT_KEY: 'ab'.repeat(32),
    AMULET_ADMIN_ACCESS_KEY_ID: 'AKIDOPERATOR',
    AMULET_ADMIN_SECRET_ACCESS_KEY: 'the-secret-of-the-operator-0123456789',
  }
  const { code, stderr } = await amulet(args, { cwd, env })
  expect([code, stderr.trim().split('\n').length]).toEqual([1, 1])
  expect(stderr).toMatch(/^The database file file\S* cannot be opened \(ENOTDIR.*\)\. Check the path/)
})

test('a missing, broken or different root key is reported at the start', async () => {
  const cwd = temporaryFolder()
  await madeByAmulet(cwd)
  const key = join(cwd, 'users.db.key')
  const right = readFileSync(key)
  const start = () => amulet(['dev', '--port', '0', '--database', 'sqlite:users.db'], { cwd })

  writeFileSync(key, `${'0'.repeat(64)}\n`)
  expect(await start()).toEqual({
    code: 1,
    stdout: '',
    stderr:
      'The root key is not the one that this database was encrypted under. Put the right one back, or name another database.\n',
  })
  writeFileSync(key, 'not a key')
  expect((await start()).stderr).toContain('users.db.key is not 64 hexadecimal digits')
  rmSync(key)
  expect((await start()).stderr).toContain('The root key users.db.key is missing')
  expect(existsSync(key)).toBe(false)

  writeFileSync(key, right)
  const running = await amuletDev(['--database', 'sqlite:users.db'], { cwd })
  expect(await running.stop()).toBe(0)
})

test('a request under way is answered before it ends', async () => {
  const running = await amuletDev()
  const body = JSON.stringify({
    ClientId: running.userPoolClientId,
    Username: 'ada@example.com',
    Password: PASSWORD,
  })
  const slow = request(running.url, {
    method: 'POST',
    headers: {
      'x-amz-target': 'AWSCognitoIdentityProviderService.SignUp',
      'content-length': body.length,
      expect: '100-continue',
    },
  })
  const answered = new Promise<number | undefined>((resolve, reject) => {
    slow.once('response', (response) => resolve(response.statusCode))
    slow.once('error', reject)
  })
  // The server has read the head of the request, and says so.
  await new Promise<void>((resolve) => {
    slow.once('continue', resolve)
    slow.flushHeaders()
  })
  const stopped = running.stop()
  await expect.poll(() => refusesConnections(running.url)).toBe(true)
  slow.end(body)
  expect(await answered).toBe(200)
  expect(await stopped).toBe(0)
})

const refusesConnections = (url: string) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(false)
    })
    socket.once('error', () => resolve(true))
  })
