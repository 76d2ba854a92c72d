import { spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createServer } from '@amulet/server'
import type { Kysely } from 'kysely'
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import { createRootKey } from '../src/crypto/root-key.js'
import { openDatabase } from '../src/db/database.js'
import { exchangeRootKey } from '../src/transfer/exchange-root-key.js'
import { SEALED_TABLES } from '../src/transfer/moved-tables.js'
import { amulet, environment, temporaryFolder } from './amulet.js'
import { sharedDatabase } from './fresh-database.js'
import { respond, srpChallenge, srpResponses } from './srp-sign-in.js'
import { PASSWORD, type Started, start } from './start.js'

const program = fileURLToPath(new URL('../dist/bin/amulet.js', import.meta.url))
const DAY = 86_400

afterEach(() => {
  vi.useRealTimers()
})

const FLOWS = [
  'ALLOW_USER_SRP_AUTH' as const,
  'ALLOW_USER_PASSWORD_AUTH' as const,
  'ALLOW_REFRESH_TOKEN_AUTH' as const,
]
const SECRET = 'clientSecretThatOnlyTheClientKnows0123456789abcdef'
const CONFIG = {
  userPools: [
    {
      UserPoolId: 'us-east-1_Exchange1',
      PoolName: 'Exchange',
      UsernameAttributes: ['email' as const],
      AutoVerifiedAttributes: ['email' as const],
      Policies: { PasswordPolicy: { MinimumLength: 8, PasswordHistorySize: 3 } },
      clients: [
        {
          ClientId: 'web',
          ClientName: 'Web',
          ExplicitAuthFlows: FLOWS,
          PreventUserExistenceErrors: 'ENABLED' as const,
        },
        { ClientId: 'backend', ClientName: 'Backend', ClientSecret: SECRET, ExplicitAuthFlows: FLOWS },
      ],
    },
  ],
}

interface Exchange {
  readonly database: string
  readonly oldKey: Buffer
  readonly newKey: Buffer
}

/** A database with users under an old root key, and the new one that it is to have. */
async function beforeExchange(): Promise<Exchange> {
  const { database, rootKey: oldKey } = await sharedDatabase()
  return { database, oldKey, newKey: randomBytes(32) }
}

const startUnder = (database: string, rootKey: Buffer, previousRootKey?: Buffer) =>
  start({
    database,
    rootKey,
    config: CONFIG,
    ...(previousRootKey && { previousRootKey }),
  })

/** Runs `amulet rekey` as a person does. */
async function rekey({ database, oldKey, newKey }: Exchange, ...args: string[]) {
  return await amulet(['rekey', ...rekeyArguments({ database, oldKey, newKey }), ...args])
}

function rekeyArguments({ database, oldKey, newKey }: Exchange): string[] {
  const folder = temporaryFolder()
  const file = (name: string, key: Buffer) => {
    writeFileSync(join(folder, name), key.toString('hex'))
    return join(folder, name)
  }
  const keys = ['--root-key-file', file('old.key', oldKey), '--new-root-key-file', file('new.key', newKey)]
  return ['--database', database, ...keys]
}

async function signUp({ server, call }: Started, Username: string) {
  await call('SignUp', { ClientId: 'web', Username, Password: PASSWORD })
  const ConfirmationCode = server.inbox.last(Username)?.code
  return await call('ConfirmSignUp', { ClientId: 'web', Username, ConfirmationCode })
}

const tryPassword = ({ call }: Started, USERNAME: string, password = PASSWORD) =>
  call('InitiateAuth', {
    ClientId: 'web',
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME, PASSWORD: password },
  })

async function signIn(app: Started, username: string, password = PASSWORD) {
  const { status, body } = await tryPassword(app, username, password)
  expect([username, status, body.message]).toEqual([username, 200, undefined])
  return body.AuthenticationResult
}

const refresh = ({ call }: Started, REFRESH_TOKEN: string) =>
  call('InitiateAuth', { ClientId: 'web', AuthFlow: 'REFRESH_TOKEN_AUTH', AuthParameters: { REFRESH_TOKEN } })

const jwks = async ({ server }: Started) =>
  await (await server.fetch(new Request('http://localhost/us-east-1_Exchange1/.well-known/jwks.json'))).text()

/** What is told of a user who does not exist, and is to be told again. */
async function toldOfUnknown(app: Started) {
  const { parameters } = await srpChallenge(app, 'unknown@example.com')
  const { USER_ID_FOR_SRP, SALT } = parameters as Record<string, string>
  expect([USER_ID_FOR_SRP, SALT]).toEqual([
    expect.stringMatching(/^[0-9a-f-]{36}$/),
    expect.stringMatching(/^[0-9a-f]{32}$/),
  ])
  return { USER_ID_FOR_SRP, SALT }
}

/** What is sealed in the database and does not open with a root key. */
async function notSealedUnder(rootKey: Buffer, database: string): Promise<string[]> {
  const key = createRootKey(rootKey)
  const opened = await openDatabase(database)
  try {
    // The names come from the list of tables.
    const db = opened.db as unknown as Kysely<Record<string, Record<string, string | Uint8Array | null>>>
    const wrong: string[] = []
    for (const { name, sealed } of SEALED_TABLES)
      for (const [column, [purpose, boundTo]] of sealed)
        for (const row of await db.selectFrom(name).select([boundTo, column]).execute()) {
          const bytes = row[column]
          if (bytes instanceof Uint8Array && !key.open(purpose, String(row[boundTo]), bytes))
            wrong.push(`${name}.${column} of ${row[boundTo]}`)
        }
    return wrong
  } finally {
    await opened.db.destroy()
  }
}

test('users stay signed in through an exchange of the root key, and all sealed values stay the same', async () => {
  const exchange = await beforeExchange()
  const { database, oldKey, newKey } = exchange
  const before = await startUnder(database, oldKey)
  for (const name of ['ada', 'bob', 'eve']) await signUp(before, `${name}@example.com`)
  const tokens = await signIn(before, 'ada@example.com')
  const keys = await jwks(before)
  const unknown = await toldOfUnknown(before)
  await before.call('ForgotPassword', { ClientId: 'web', Username: 'bob@example.com' })
  const code = before.server.inbox.last('bob@example.com')?.code
  const challenge = await srpChallenge(before, 'eve@example.com')
  const pageOf = ({ call }: Started, PaginationToken?: string) =>
    call('ListUsers', { UserPoolId: 'us-east-1_Exchange1', Limit: 1, PaginationToken })
  const first = await pageOf(before)
  await before.server.close()

  const during = await startUnder(database, newKey, oldKey)
  expect(await toldOfUnknown(during)).toEqual(unknown)
  expect((await refresh(during, tokens.RefreshToken)).status).toBe(200)
  const rekeyed = await rekey(exchange)
  expect(rekeyed).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^Sealed \d+ secrets under the new root key\. Start the servers/),
  })
  expect(await notSealedUnder(newKey, database)).toEqual([])
  expect(await toldOfUnknown(during)).toEqual(unknown)
  expect((await pageOf(during, first.body.PaginationToken)).status).toBe(200)
  expect((await respond(during, await srpResponses(during, challenge))).status).toBe(200)
  const reset = { ClientId: 'web', Username: 'bob@example.com', Password: 'Another-Horse-2' }
  expect(await during.call('ConfirmForgotPassword', { ...reset, ConfirmationCode: code })).toMatchObject({
    status: 200,
  })
  expect((await refresh(during, tokens.RefreshToken)).status).toBe(200)
  const meanwhile = await signIn(during, 'eve@example.com')
  await during.server.close()

  const after = await startUnder(database, newKey)
  expect(await jwks(after)).toBe(keys)
  expect(await toldOfUnknown(after)).toEqual(unknown)
  expect((await after.call('GetUser', { AccessToken: tokens.AccessToken })).status).toBe(200)
  for (const { RefreshToken } of [tokens, meanwhile])
    expect((await refresh(after, RefreshToken)).status).toBe(200)
  await signIn(after, 'ada@example.com')
  await signIn(after, 'bob@example.com', 'Another-Horse-2')
  expect((await tryPassword(after, 'bob@example.com')).body.__type).toBe('NotAuthorizedException')
  const { body } = await after.call('DescribeUserPoolClient', {
    UserPoolId: 'us-east-1_Exchange1',
    ClientId: 'backend',
  })
  expect(body.UserPoolClient.ClientSecret).toBe(SECRET)

  expect(await rekey(exchange)).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^Everything is sealed under the new root key already\./),
  })
  // Once more, for another one: what the first key made is good still.
  await after.server.close()
  const third = randomBytes(32)
  expect(await rekey({ database, oldKey: newKey, newKey: third })).toMatchObject({ code: 0 })
  const last = await startUnder(database, third)
  expect((await refresh(last, tokens.RefreshToken)).status).toBe(200)
  expect(await toldOfUnknown(last)).toEqual(unknown)
  await expect(createServer({ database, rootKey: oldKey }).ready).rejects.toMatchObject({
    name: 'StartError',
    message: expect.stringContaining('The root key is not the one'),
  })
})

test('before the exchange, nodes with the two keys in either order can read what the others seal', async () => {
  const { database, oldKey, newKey } = await beforeExchange()
  const alone = await startUnder(database, oldKey)
  const unknown = await toldOfUnknown(alone)
  await alone.server.close()
  const left = await startUnder(database, oldKey, newKey)
  const right = await startUnder(database, newKey, oldKey)
  await signUp(right, 'ada@example.com')
  const { RefreshToken } = await signIn(left, 'ada@example.com')
  expect((await refresh(right, RefreshToken)).status).toBe(200)
  const challenge = await srpChallenge(right, 'ada@example.com')
  expect((await respond(left, await srpResponses(left, challenge))).status).toBe(200)
  const fromRight = await signIn(right, 'ada@example.com')
  expect((await refresh(left, fromRight.RefreshToken)).status).toBe(200)
  for (const app of [left, right]) expect(await toldOfUnknown(app)).toEqual(unknown)
  await left.call('ForgotPassword', { ClientId: 'web', Username: 'ada@example.com' })
  const ConfirmationCode = left.server.inbox.last('ada@example.com')?.code
  const reset = {
    ClientId: 'web',
    Username: 'ada@example.com',
    Password: 'Another-Horse-2',
    ConfirmationCode,
  }
  expect((await right.call('ConfirmForgotPassword', reset)).status).toBe(200)
})

test('after a leak of the root key its refresh tokens end with the exchange', async () => {
  const exchange = await beforeExchange()
  const { database, oldKey, newKey } = exchange
  const before = await startUnder(database, oldKey)
  await signUp(before, 'ada@example.com')
  const { RefreshToken } = await signIn(before, 'ada@example.com')
  expect(await rekey(exchange, '--sign-out')).toMatchObject({ code: 0 })
  const after = await startUnder(database, newKey)
  expect((await refresh(after, RefreshToken)).body).toMatchObject({ message: 'Invalid Refresh Token' })
  const tokens = await signIn(after, 'ada@example.com')
  expect((await refresh(after, tokens.RefreshToken)).status).toBe(200)
})

test('after a leak of the root key the made-up answers about unknown names change for good', async () => {
  const exchange = await beforeExchange()
  const { database, oldKey, newKey } = exchange
  const before = await startUnder(database, oldKey)
  const leaked = await toldOfUnknown(before)
  await before.server.close()
  expect(await rekey(exchange, '--sign-out')).toMatchObject({ code: 0 })
  const after = await startUnder(database, newKey)
  const told = await toldOfUnknown(after)
  expect(told).not.toEqual(leaked)
  await after.server.close()
  // An exchange without a leak keeps it.
  const third = randomBytes(32)
  expect(await rekey({ database, oldKey: newKey, newKey: third })).toMatchObject({ code: 0 })
  expect(await toldOfUnknown(await startUnder(database, third))).toEqual(told)
})

test('an old key for refresh tokens is deleted when the last of them has expired', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  const exchange = await beforeExchange()
  const { database, oldKey, newKey } = exchange
  const before = await startUnder(database, oldKey)
  await signUp(before, 'ada@example.com')
  await signIn(before, 'ada@example.com')
  await before.server.close()
  await rekey(exchange)
  const after = await startUnder(database, newKey)
  const { db } = await openDatabase(database)
  onTestFinished(() => db.destroy())
  const families = () => db.selectFrom('token_families').select('id').execute()
  const kept = async () =>
    (await db.selectFrom('kept_keys').select('purpose').execute()).map((row) => row.purpose)
  after.server.clock.advance(36 * DAY)
  vi.advanceTimersByTime(60_000)
  await after.call('GetUser', { AccessToken: 'x' })
  expect((await kept()).sort()).toEqual(['refresh-token', 'simulated-user'])
  after.server.clock.advance(2 * DAY)
  vi.advanceTimersByTime(60_000)
  // These are removed last.
  await vi.waitFor(async () => expect(await families()).toEqual([]), { timeout: 15_000 })
  expect(await kept()).toEqual(['simulated-user'])
})

/** Many users with something sealed, without the arithmetic of passwords. */
async function addUsers({ database, oldKey }: Exchange, count: number): Promise<void> {
  const { db } = await openDatabase(database)
  const key = createRootKey(oldKey)
  for (let i = 0; i < count; i += 500) {
    const ids = Array.from({ length: Math.min(500, count - i) }, (_, j) => {
      const hex = createHash('sha256')
        .update(String(i + j))
        .digest('hex')
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
    })
    await db
      .insertInto('users')
      .values(
        ids.map((id) => ({
          id,
          user_pool_id: 'us-east-1_Exchange1',
          username: id,
          status: 'CONFIRMED' as const,
          enabled: 1,
          attributes: '{}',
          salt: '00',
          sealed_verifier: key.seal('srp-verifier', id, randomBytes(384)),
          password_set_at: 0,
          signed_out_at: null,
          created_at: i,
          updated_at: i,
        })),
      )
      .execute()
  }
  // Passwords of before: several rows are bound to one user, and some users have more of them than a page.
  const [user] = await db.selectFrom('users').select('id').orderBy('id').limit(1).execute()
  const history = Array.from({ length: 450 }, (_, i) => ({
    user_id: user?.id ?? '',
    salt: String(i),
    sealed_verifier: key.seal('srp-verifier', user?.id ?? '', randomBytes(384)),
    set_at: i,
  }))
  await db.insertInto('password_history').values(history).execute()
  await db.destroy()
}

test('an exchange that is killed again and again is completed, and until then a server without both keys does not start', async () => {
  const exchange = await beforeExchange()
  const { database, oldKey, newKey } = exchange
  const before = await startUnder(database, oldKey)
  for (const name of ['ada', 'bob', 'eve']) await signUp(before, `${name}@example.com`)
  const { RefreshToken } = await signIn(before, 'ada@example.com')
  await before.server.close()
  await addUsers(exchange, 8000)

  const args = ['rekey', ...rekeyArguments(exchange)]
  const run = () => {
    const child = spawn(process.execPath, [program, ...args], {
      env: environment(),
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let said = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
    const saidSo = new Promise((resolve) => child.stderr.once('data', resolve))
    const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)))
    return { child, ended, saidSo, said: () => said }
  }
  const first = run()
  await Promise.race([first.ended, first.saidSo])
  await setTimeout(100)
  first.child.kill('SIGKILL')
  expect([await first.ended, first.said()]).toEqual([null, expect.stringMatching(/of 8,003 users looked at/)])
  expect((await notSealedUnder(newKey, database)).length).toBeGreaterThan(0)

  await expect(createServer({ database, rootKey: newKey }).ready).rejects.toMatchObject({
    name: 'StartError',
    message: expect.stringContaining('The exchange of the root key has not come to its end.'),
  })
  for (const keys of [{ rootKey: oldKey }, { rootKey: oldKey, previousRootKey: newKey }])
    await expect(createServer({ database, ...keys }).ready).rejects.toMatchObject({
      name: 'StartError',
      message: expect.stringContaining('The root key of this database is being exchanged'),
    })
  const other = await rekey({ database, oldKey: newKey, newKey: randomBytes(32) })
  expect(other).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('An exchange between other root keys has not come to its end.'),
  })
  const during = await startUnder(database, newKey, oldKey)
  for (const name of ['ada', 'bob', 'eve']) await signIn(during, `${name}@example.com`)
  expect((await refresh(during, RefreshToken)).status).toBe(200)
  await during.server.close()

  let code: number | null = null
  for (let patience = 300; code === null; patience *= 1.3) {
    const { child, ended, said } = run()
    await Promise.race([ended, setTimeout(patience)])
    child.kill('SIGKILL')
    code = await ended
    if (code !== null) expect([code, said()]).toEqual([0, expect.stringContaining('users looked at')])
  }
  expect(await notSealedUnder(newKey, database)).toEqual([])
  const after = await startUnder(database, newKey)
  for (const name of ['ada', 'bob', 'eve']) await signIn(after, `${name}@example.com`)
  expect((await refresh(after, RefreshToken)).status).toBe(200)
})

test('while users sign up, sign in and change their passwords at two nodes, the root key is exchanged', async () => {
  const exchange = await beforeExchange()
  const { database, oldKey, newKey } = exchange
  const before = await startUnder(database, oldKey)
  const names = Array.from({ length: 6 }, (_, i) => `user${i}@example.com`)
  for (const name of names) await signUp(before, name)
  await before.server.close()
  await addUsers(exchange, 2000)

  const nodes = await Promise.all([1, 2].map(() => startUnder(database, newKey, oldKey)))
  const node = (i: number) => nodes[i % nodes.length] ?? expect.fail('There is no node.')
  const passwords = new Map(names.map((name) => [name, PASSWORD]))
  const sessions = new Map<string, string>()
  let isOver = false
  const rounds = names.map(async (name, i) => {
    // At least once in any case.
    for (let round = 0; round === 0 || !isOver; round++) {
      const here = node(i + round)
      const there = node(i + round + 1)
      const { AccessToken, RefreshToken } = await signIn(here, name, passwords.get(name))
      sessions.set(name, RefreshToken)
      expect((await refresh(there, RefreshToken)).status).toBe(200)
      const ProposedPassword = `Horse-${round}-of-${i}-A`
      const PreviousPassword = passwords.get(name)
      // Five an hour are let through.
      if (round < 5) {
        const changed = await there.call('ChangePassword', {
          AccessToken,
          PreviousPassword,
          ProposedPassword,
        })
        expect([changed.status, changed.body.message]).toEqual([200, undefined])
        passwords.set(name, ProposedPassword)
      }
      const newName = `late${round}of${i}@example.com`
      expect((await signUp(here, newName)).status).toBe(200)
      passwords.set(newName, PASSWORD)
    }
  })
  const opened = await openDatabase(database)
  onTestFinished(() => opened.db.destroy())
  const options = { database: opened, oldKey, newKey, signOut: false, progress: () => {} }
  const exchanged = exchangeRootKey(options).finally(() => {
    isOver = true
  })
  await Promise.all([exchanged, ...rounds])
  expect(await notSealedUnder(newKey, database)).toEqual([])
  for (const { server } of nodes) await server.close()

  const after = await startUnder(database, newKey)
  for (const [name, password] of passwords) await signIn(after, name, password)
  for (const [, RefreshToken] of sessions) expect((await refresh(after, RefreshToken)).status).toBe(200)
})

/** The command's work without a process for it. */
async function exchangeHere(
  { database, oldKey, newKey }: Exchange,
  progress: (done: number, total: number) => void = () => {},
) {
  const opened = await openDatabase(database)
  try {
    return await exchangeRootKey({ database: opened, oldKey, newKey, signOut: false, progress })
  } finally {
    await opened.db.destroy()
  }
}

test('an exchange reports how many of the users with a password it has processed', async () => {
  const exchange = await beforeExchange()
  const before = await startUnder(exchange.database, exchange.oldKey)
  await before.server.close()
  await addUsers(exchange, 450)
  const told: [done: number, total: number][] = []
  await exchangeHere(exchange, (...now) => told.push(now))
  expect(told[0]).toEqual([0, 450])
  expect(told.at(-1)).toEqual([450, 450])
  expect(new Set(told.map(([, total]) => total))).toEqual(new Set([450]))
  expect(told.some(([done]) => done > 0 && done < 450)).toBe(true)
})

test('all secrets of a user with more than a page of them are exchanged, also when the first ones are done already', async () => {
  const exchange = await beforeExchange()
  const { database, newKey } = exchange
  const before = await startUnder(database, exchange.oldKey)
  await before.server.close()
  await addUsers(exchange, 1)
  const { db } = await openDatabase(database)
  onTestFinished(() => db.destroy())
  // By a node that has the keys in the other order. A user's rows are read in the order of their key.
  const { id } = await db.selectFrom('users').select('id').executeTakeFirstOrThrow()
  const rows = await db.selectFrom('password_history').select('salt').orderBy('salt').limit(250).execute()
  const sealed_verifier = createRootKey(newKey).seal('srp-verifier', id, randomBytes(384))
  const salts = rows.map(({ salt }) => salt)
  await db.updateTable('password_history').set({ sealed_verifier }).where('salt', 'in', salts).execute()
  await exchangeHere(exchange)
  expect(await notSealedUnder(newKey, database)).toEqual([])
})

test.each([
  { keys: 'two signing keys', count: 2 },
  // Of a pool that an earlier version made.
  { keys: 'one signing key', count: 1 },
])('an exchange from a wrong root key changes nothing in a database of $keys', async ({ count }) => {
  const exchange = await beforeExchange()
  const { database, oldKey } = exchange
  const before = await startUnder(database, oldKey)
  await before.server.close()
  const { db } = await openDatabase(database)
  onTestFinished(() => db.destroy())
  const keys = await db.selectFrom('signing_keys').select('kid').execute()
  const kept = keys.slice(0, count).map(({ kid }) => kid)
  await db.deleteFrom('signing_keys').where('kid', 'not in', kept).execute()
  await expect(exchangeHere({ ...exchange, oldKey: randomBytes(32) })).rejects.toMatchObject({
    name: 'StartError',
    message: 'The old root key is not the one that this database was encrypted under.',
  })
  expect(await db.selectFrom('kept_keys').select('id').execute()).toEqual([])
  expect(await notSealedUnder(oldKey, database)).toEqual([])
})

test('an empty database accepts another root key', async () => {
  const exchange = await beforeExchange()
  expect(await exchangeHere(exchange)).toEqual({ resealed: 0 })
})

test('two exchanges for one key at the same moment are both completed', async () => {
  const exchange = await beforeExchange()
  const { database, oldKey, newKey } = exchange
  const before = await startUnder(database, oldKey)
  await signUp(before, 'ada@example.com')
  await before.server.close()
  await addUsers(exchange, 1000)
  const outcomes = await Promise.all([1, 2].map(() => rekey(exchange)))
  for (const { code, stderr } of outcomes) expect([code, stderr]).toEqual([0, expect.anything()])
  expect(await notSealedUnder(newKey, database)).toEqual([])
  await signIn(await startUnder(database, newKey), 'ada@example.com')
})

test('every sealed column is part of the exchange', async () => {
  const { db } = await openDatabase('sqlite::memory:')
  onTestFinished(() => db.destroy())
  const tables = await db.introspection.getTables()
  const columns = tables.flatMap(({ name, columns }) =>
    columns.filter((column) => column.name.startsWith('sealed_')).map((column) => `${name}.${column.name}`),
  )
  expect(columns.length).toBeGreaterThan(3)
  const resealed = SEALED_TABLES.flatMap(({ name, sealed }) => [...sealed.keys()].map((c) => `${name}.${c}`))
  expect(resealed.sort()).toEqual(columns.sort())
})

test('keys that cannot be exchanged are refused with a sentence, and nothing changes', async () => {
  const exchange = await beforeExchange()
  const { database, oldKey, newKey } = exchange
  const app = await startUnder(database, oldKey)
  await signUp(app, 'ada@example.com')
  const said = async (keys: Partial<Exchange>, ...args: string[]) => {
    const { code, stderr } = await rekey({ ...exchange, ...keys }, ...args)
    return [code, stderr.trim()]
  }
  expect(await said({ newKey: oldKey })).toEqual([
    1,
    'The new root key is the old one. Make another with "openssl rand -hex 32".',
  ])
  expect(await said({ oldKey: randomBytes(32) })).toEqual([
    1,
    'The old root key is not the one that this database was encrypted under.',
  ])
  expect(await said({ database: 'sqlite:nothing.db' })).toEqual([
    1,
    'There is no database nothing.db. Name the right one with --database.',
  ])
  expect(await amulet(['rekey', '--database', database])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('amulet rekey needs the new root key.'),
  })
  await expect(createServer({ previousRootKey: newKey }).ready).rejects.toMatchObject({
    name: 'StartError',
    message: '`previousRootKey` is beside the one that takes its place: pass `rootKey` too.',
  })
  expect(await notSealedUnder(oldKey, database)).toEqual([])
  await signIn(await startUnder(database, oldKey), 'ada@example.com')
})
