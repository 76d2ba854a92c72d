import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createServer, type ServerOptions } from '@amulet/server'
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose'
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import { openDatabase } from '../src/db/database.js'
import { amulet, temporaryFolder } from './amulet.js'
import { type DatabaseOptions, sharedDatabase, sqliteDatabase } from './fresh-database.js'
import { ADMIN } from './production.js'
import { PASSWORD, type Started, start } from './start.js'
import { stillClock } from './still-clock.js'

const HOUR = 3600

const newKeyPair = async () => generateKeyPairSync('rsa', { modulusLength: 2048 })

afterEach(() => {
  vi.useRealTimers()
})

const CONFIG = {
  userPools: [
    {
      UserPoolId: 'us-east-1_Rotating1',
      PoolName: 'Rotating',
      clients: [
        {
          ClientId: 'web',
          ClientName: 'Web',
          ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH' as const, 'ALLOW_REFRESH_TOKEN_AUTH' as const],
          AccessTokenValidity: 24,
          IdTokenValidity: 24,
        },
      ],
      users: [{ Username: 'ada', Password: PASSWORD }],
    },
  ],
}

async function jwks({ server, userPoolId }: Pick<Started, 'server' | 'userPoolId'>): Promise<JSONWebKeySet> {
  const response = await server.fetch(new Request(`http://localhost/${userPoolId}/.well-known/jwks.json`))
  // The test says what it should be.
  return (await response.json()) as JSONWebKeySet
}
const kidsOf = async (app: Started) => (await jwks(app)).keys.map(({ kid }) => kid)

const headerOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString())
const signersOf = ({ AccessToken, IdToken }: { AccessToken: string; IdToken: string }) => [
  headerOf(AccessToken).kid,
  headerOf(IdToken).kid,
]

async function signIn({ call }: Started) {
  const { body } = await call('InitiateAuth', {
    ClientId: 'web',
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: 'ada', PASSWORD },
  })
  return body.AuthenticationResult
}

const refresh = ({ call }: Started, REFRESH_TOKEN: string) =>
  call('InitiateAuth', {
    ClientId: 'web',
    AuthFlow: 'REFRESH_TOKEN_AUTH',
    AuthParameters: { REFRESH_TOKEN },
  })

const getUser = async ({ call }: Started, AccessToken: string) =>
  (await call('GetUser', { AccessToken })).body

const SIGNATURE = { message: 'Could not verify signature for Access Token' }

async function open({ database }: DatabaseOptions) {
  const { db } = await openDatabase(database)
  onTestFinished(() => db.destroy())
  return db
}

/** Runs `amulet keys …` as a person does. */
async function keysCommand({ database, rootKey }: DatabaseOptions, ...args: string[]) {
  const file = join(temporaryFolder(), 'root.key')
  writeFileSync(file, rootKey.toString('hex'))
  return await amulet(['keys', ...args, '--database', database, '--root-key-file', file])
}

async function publishedKeys(options: ServerOptions) {
  const server = createServer({ config: { userPools: [{ PoolName: 'one' }] }, ...options })
  onTestFinished(() => server.close())
  const { userPoolId } = await server.ready
  const { keys } = await jwks({ server, userPoolId })
  return { kids: keys.map(({ kid }) => kid), numbers: keys.map(({ n }) => n) }
}

test('servers in memory share one key pair in a process, under key ids of their own', async () => {
  const one = await publishedKeys({})
  const other = await publishedKeys({})
  expect(one.numbers).toHaveLength(2)
  expect(new Set(one.numbers).size).toBe(1)
  expect(other.numbers).toEqual(one.numbers)
  expect(new Set([...one.kids, ...other.kids]).size).toBe(4)
})

test('a database on disk has key pairs of its own', async () => {
  const shared = await publishedKeys({})
  const one = await publishedKeys(sqliteDatabase())
  const other = await publishedKeys(sqliteDatabase())
  expect(new Set([...shared.numbers, ...one.numbers, ...other.numbers]).size).toBe(5)
})

test('production never shares a key pair', async () => {
  const production = () =>
    publishedKeys({ mode: 'serve', rootKey: randomBytes(32), adminCredentials: [ADMIN] })
  const one = await production()
  const other = await production()
  for (const number of one.numbers) expect(number).toMatch(/^[\w-]{342}$/)
  expect(new Set([...one.numbers, ...other.numbers]).size).toBe(4)
})

test('a pool publishes two keys for an hour: one signs its access tokens, the other its ID tokens', async () => {
  const app = await start({ config: CONFIG, generateKeyPair: newKeyPair })
  const { AccessToken, IdToken } = await signIn(app)
  const keySet = await jwks(app)
  const [access, id] = keySet.keys
  expect(keySet.keys).toHaveLength(2)
  expect(access?.n).not.toBe(id?.n)
  for (const key of keySet.keys)
    expect(Object.keys(key).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use'])
  expect(signersOf({ AccessToken, IdToken })).toEqual([access?.kid, id?.kid])
  const url = `http://localhost/${app.userPoolId}/.well-known/jwks.json`
  const { headers } = await app.server.fetch(new Request(url))
  expect(headers.get('cache-control')).toBe('public, max-age=3600')
  for (const token of [AccessToken, IdToken])
    await expect(jwtVerify(token, createLocalJWKSet(keySet))).resolves.toBeTruthy()
})

test('a key that was put into the database without the root key is not published and verifies nothing', async () => {
  const database = await sharedDatabase()
  const app = await start({ ...database, config: CONFIG })
  const genuine = await signIn(app)
  const published = await jwks(app)
  const forger = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const kid = randomBytes(32).toString('base64')
  const db = await open(database)
  await db
    .insertInto('signing_keys')
    .values({
      kid,
      user_pool_id: app.userPoolId,
      token_use: 'access',
      // A private key in the clear here, and below what the server has sealed for another key.
      sealed_private_key: forger.privateKey.export({ type: 'pkcs8', format: 'der' }),
      created_at: app.server.clock.now(),
      signs_from: 0,
      verifies_until: null,
    })
    .execute()
  const [stolen] = await db.selectFrom('signing_keys').selectAll().where('kid', '!=', kid).execute()
  if (!stolen) expect.fail('There is no key.')
  await db
    .insertInto('signing_keys')
    .values({ ...stolen, kid: 'another', signs_from: app.server.clock.now() })
    .execute()
  app.server.clock.advance(2)

  const [, claims] = genuine.AccessToken.split('.')
  const forged = (kid: string) => {
    const header = Buffer.from(JSON.stringify({ kid, alg: 'RS256' })).toString('base64url')
    const signature = sign('sha256', Buffer.from(`${header}.${claims}`), forger.privateKey)
    return `${header}.${claims}.${signature.toString('base64url')}`
  }
  for (const id of [kid, 'another', stolen.kid])
    expect(await getUser(app, forged(id))).toMatchObject(SIGNATURE)
  expect(await getUser(app, genuine.AccessToken)).toMatchObject({ Username: 'ada' })
  expect(await jwks(app)).toEqual(published)
  expect(signersOf(await signIn(app))).toEqual(signersOf(genuine))
  // Another server, which has opened none of them before, sees the same.
  const other = await start({ ...database, config: CONFIG, clock: app.server.clock })
  expect(await jwks(other)).toEqual(published)
  expect(await getUser(other, forged(kid))).toMatchObject(SIGNATURE)
  expect(await getUser(other, genuine.AccessToken)).toMatchObject({ Username: 'ada' })
})

test('a key that was changed in the database is ignored, and a server without any key says so', async () => {
  const database = await sharedDatabase()
  const causes: unknown[] = []
  const app = await start({ ...database, config: CONFIG, log: ({ cause }) => causes.push(cause) })
  const { AccessToken, IdToken } = await signIn(app)
  const [accessKid, idKid] = signersOf({ AccessToken, IdToken })
  const db = await open(database)
  const change = (kid: string) =>
    db
      .updateTable('signing_keys')
      .set({ sealed_private_key: randomBytes(1200) })
      .where('kid', '=', kid)
      .execute()
  await change(accessKid)
  app.server.clock.advance(2)
  expect(await getUser(app, AccessToken)).toMatchObject(SIGNATURE)
  expect(await kidsOf(app)).not.toContain(accessKid)
  expect(await kidsOf(app)).toContain(idKid)
  // The pool lives on, by the key that it has.
  const tokens = await signIn(app)
  expect(await getUser(app, tokens.AccessToken)).toMatchObject({ Username: 'ada' })

  for (const kid of await kidsOf(app)) await change(kid ?? '')
  const isToldOfAll = async () => {
    app.server.clock.advance(2)
    expect((await app.call('GetUser', { AccessToken: tokens.AccessToken })).status).toBe(500)
    expect(causes.pop()).toMatchObject({
      message: 'The signing keys of user pool us-east-1_Rotating1 were sealed under another root key.',
    })
  }
  await isToldOfAll()
  // As the only key of a pool, too.
  await db.deleteFrom('signing_keys').where('kid', '=', accessKid).execute()
  await isToldOfAll()
  await expect(createServer(database).ready).rejects.toMatchObject({ name: 'StartError' })
})

test('a pool of an earlier version gets its second key, which signs an hour later', async () => {
  const database = await sharedDatabase()
  const clock = stillClock()
  const earlier = await start({ ...database, config: CONFIG, clock })
  await earlier.server.close()
  const db = await open(database)
  await db.deleteFrom('signing_keys').where('token_use', '=', 'id').execute()
  const before = await db.selectFrom('signing_keys').select('kid').execute()
  const left = await start({ ...database, config: CONFIG, clock })
  const right = await start({ ...database, config: CONFIG, clock })
  const signedIn = await Promise.all([left, right, left, right].map(signIn))
  const [only] = before
  for (const tokens of signedIn) expect(signersOf(tokens)).toEqual([only?.kid, only?.kid])
  const kids = await kidsOf(left)
  expect(kids).toHaveLength(2)
  expect(await kidsOf(right)).toEqual(kids)
  clock.advance(HOUR - 3)
  expect(signersOf(await signIn(left))).toEqual([only?.kid, only?.kid])
  clock.advance(3)
  expect(signersOf(await signIn(right))).toEqual([only?.kid, kids.find((kid) => kid !== only?.kid)])
  expect(await getUser(left, signedIn[0]?.AccessToken ?? '')).toMatchObject({ Username: 'ada' })
})

test('new keys are published at once and sign an hour later, and the old ones verify until their last token has expired', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  const database = await sharedDatabase()
  const left = await start({ ...database, config: CONFIG })
  const { clock } = left.server
  const right = await start({ ...database, config: CONFIG, clock })
  const old = await kidsOf(left)
  expect(signersOf(await signIn(left))).toEqual(old)

  const rotated = await keysCommand(database, 'rotate')
  expect(rotated).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^User pool us-east-1_Rotating1 has new keys, which sign from 20.*Z\.\n$/),
  })
  const all = await kidsOf(left)
  const added = all.filter((kid) => !old.includes(kid))
  expect(all).toHaveLength(4)
  expect(await kidsOf(right)).toEqual(all)
  expect(added).toHaveLength(2)
  expect(signersOf(await signIn(right))).toEqual(old)

  // The servers' clock is at least that of the command; what the test itself takes comes on top.
  clock.advance(HOUR - 300)
  const last = await signIn(left)
  expect(signersOf(last)).toEqual(old)
  clock.advance(300)
  expect(signersOf(await signIn(left))).toEqual(added)
  expect(signersOf(await signIn(right))).toEqual(added)
  expect(await getUser(right, last.AccessToken)).toMatchObject({ Username: 'ada' })

  clock.advance(24 * HOUR - 900)
  expect(await getUser(right, last.AccessToken)).toMatchObject({ Username: 'ada' })
  expect(await kidsOf(right)).toEqual(all)
  clock.advance(900)
  expect(await kidsOf(right)).toEqual(added)
  const db = await open(database)
  clock.advance(300)
  vi.advanceTimersByTime(60_000)
  const rows = () => db.selectFrom('signing_keys').select('kid').execute()
  await vi.waitFor(async () => expect(await rows()).toHaveLength(2), { timeout: 15_000 })
  expect((await rows()).map(({ kid }) => kid).sort()).toEqual([...added].sort())
  expect(await getUser(left, (await signIn(right)).AccessToken)).toMatchObject({ Username: 'ada' })
})

test('after a leak the new keys sign at once, the old ones are removed, and sessions are refreshed', async () => {
  const database = await sharedDatabase()
  const left = await start({ ...database, config: CONFIG })
  const right = await start({ ...database, config: CONFIG, clock: left.server.clock })
  const tokens = await signIn(left)
  expect(await getUser(right, tokens.AccessToken)).toMatchObject({ Username: 'ada' })
  const old = await kidsOf(left)
  const { body: other } = await left.call('CreateUserPool', { PoolName: 'another' })
  const ofOther = { server: left.server, userPoolId: other.UserPool.Id }
  const { keys: keysOfOther } = await jwks(ofOther)
  const rotated = await keysCommand(database, 'rotate', '--now', '--pool', 'us-east-1_Rotating1')
  expect(rotated).toMatchObject({ code: 0, stdout: expect.stringContaining('from now on') })
  expect(keysOfOther).toHaveLength(2)
  expect((await jwks(ofOther)).keys).toEqual(keysOfOther)
  const added = await kidsOf(left)
  expect(added).toHaveLength(2)
  for (const kid of old) expect(added).not.toContain(kid)
  left.server.clock.advance(1)
  for (const app of [left, right]) {
    expect(await getUser(app, tokens.AccessToken)).toMatchObject(SIGNATURE)
    const { body } = await refresh(app, tokens.RefreshToken)
    expect(signersOf(body.AuthenticationResult)).toEqual(added)
    expect(await getUser(app, body.AuthenticationResult.AccessToken)).toMatchObject({ Username: 'ada' })
  }
})

test('rotations at the same moment leave one signing key of each kind, and tokens stay valid', async () => {
  const database = await sharedDatabase()
  const app = await start({ ...database, config: CONFIG })
  const { AccessToken } = await signIn(app)
  const answers = await Promise.all([1, 2].map(() => keysCommand(database, 'rotate')))
  for (const { code } of answers) expect(code).toBe(0)
  const db = await open(database)
  const current = await db
    .selectFrom('signing_keys')
    .select('token_use')
    .where('verifies_until', 'is', null)
    .orderBy('token_use')
    .execute()
  expect(current).toEqual([{ token_use: 'access' }, { token_use: 'id' }])
  // A further rotation does not lengthen what earlier ones have ended.
  const ended = () =>
    db
      .selectFrom('signing_keys')
      .select(['kid', 'verifies_until'])
      .where('verifies_until', 'is not', null)
      .execute()
  const before = await ended()
  expect(before.length).toBeGreaterThan(0)
  expect((await keysCommand(database, 'rotate')).code).toBe(0)
  expect(await ended()).toEqual(expect.arrayContaining(before))
  app.server.clock.advance(HOUR + 1)
  expect(await getUser(app, AccessToken)).toMatchObject({ Username: 'ada' })
  expect(await getUser(app, (await signIn(app)).AccessToken)).toMatchObject({ Username: 'ada' })
})

test('keys are listed with what they sign and when, and an unknown pool or command is reported', async () => {
  const database = await sharedDatabase()
  await start({ ...database, config: CONFIG })
  await keysCommand(database, 'rotate')
  const { stdout } = await keysCommand(database, 'list')
  const lines = stdout.trim().split('\n')
  const line = /^us-east-1_Rotating1 {2}(access|id {4}) {2}\S{44} {2}signs from \S+Z(, verifies until \S+Z)?$/
  for (const text of lines) expect(text).toMatch(line)
  expect(lines.map((text) => text.includes('verifies until'))).toEqual([true, true, false, false])
  expect(await keysCommand(database, 'rotate', '--pool', 'us-east-1_Nowhere1')).toMatchObject({
    code: 1,
    stderr:
      'There is no user pool us-east-1_Nowhere1. "amulet keys list" without --pool shows those that there are.\n',
  })
  expect(await keysCommand(database, 'forget')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('amulet keys takes "rotate" or "list".'),
  })
  expect(await keysCommand({ ...database, rootKey: randomBytes(32) }, 'rotate')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('The root key is not the one'),
  })
})
