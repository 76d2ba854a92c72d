import type { Clock } from '@amulet/server'
import { expect, onTestFinished, test } from 'vitest'
import { systemRandomBytes } from '../src/crypto/random-bytes.js'
import { createRootKey } from '../src/crypto/root-key.js'
import { openDatabase } from '../src/db/database.js'
import type { Db } from '../src/db/schema.js'
import { rotateSigningKeys } from '../src/keys/rotate-signing-keys.js'
import { type DatabaseOptions, sharedDatabase } from './fresh-database.js'
import { keyPairOfTests } from './key-pair.js'
import { PASSWORD, type Started, start } from './start.js'
import { stillClock } from './still-clock.js'

const HOUR = 3600
const USER_POOL_ID = 'us-east-1_Remember1'
const CONFIG = {
  userPools: [
    {
      UserPoolId: USER_POOL_ID,
      PoolName: 'Remembered',
      clients: [
        { ClientId: 'web', ClientName: 'Web', ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH' as const] },
      ],
      users: [{ Username: 'ada', Password: PASSWORD }],
    },
    { UserPoolId: 'us-east-1_Beside1', PoolName: 'Beside' },
  ],
}

const signIn = ({ call }: Started) =>
  call('InitiateAuth', {
    ClientId: 'web',
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: 'ada', PASSWORD },
  })
const tokensOf = async (app: Started) => (await signIn(app)).body.AuthenticationResult

const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
const kidOf = (token: string): unknown =>
  JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).kid

async function open({ database }: DatabaseOptions) {
  const { db } = await openDatabase(database)
  onTestFinished(() => db.destroy())
  return db
}

test('a pool that a token named before there was one is known as soon as there is', async () => {
  const database = await sharedDatabase()
  const clock = stillClock()
  const left = await start({ ...database, clock, config: { userPools: [{ PoolName: 'Another' }] } })
  const made = [
    encoded({ alg: 'RS256', kid: 'none' }),
    encoded({ iss: `http://localhost/${USER_POOL_ID}`, token_use: 'access' }),
    'AAAA',
  ].join('.')
  expect((await left.call('GetUser', { AccessToken: made })).body).toMatchObject({
    __type: 'NotAuthorizedException',
    message: 'Invalid Access Token',
  })
  const right = await start({ ...database, clock, config: CONFIG })
  const { AccessToken } = await tokensOf(right)
  expect((await left.call('GetUser', { AccessToken })).body).toMatchObject({ Username: 'ada' })
})

test('keys that could not be opened are read again by the next request', async () => {
  const database = await sharedDatabase()
  const clock = stillClock()
  const app = await start({ ...database, clock, config: CONFIG, log: () => {} })
  const { AccessToken } = await tokensOf(app)
  const db = await open(database)
  const rows = await db.selectFrom('signing_keys').selectAll().execute()
  const seal = async (bytesOf: (row: (typeof rows)[number]) => Uint8Array) => {
    for (const row of rows)
      await db
        .updateTable('signing_keys')
        .set({ sealed_private_key: Buffer.from(bytesOf(row)) })
        .where('kid', '=', row.kid)
        .execute()
  }
  await seal(() => new Uint8Array(1200))
  clock.advance(2)
  expect((await app.call('GetUser', { AccessToken })).status).toBe(500)
  await seal(({ sealed_private_key }) => new Uint8Array(sealed_private_key))
  expect((await app.call('GetUser', { AccessToken })).body).toMatchObject({ Username: 'ada' })
})

test('a pool without keys signs nothing, and the log says so', async () => {
  const database = await sharedDatabase()
  const clock = stillClock()
  const causes: unknown[] = []
  const app = await start({ ...database, clock, config: CONFIG, log: ({ cause }) => causes.push(cause) })
  await (await open(database)).deleteFrom('signing_keys').execute()
  clock.advance(2)
  expect((await signIn(app)).status).toBe(500)
  expect(causes.pop()).toMatchObject({ message: `User pool ${USER_POOL_ID} has no signing key.` })
})

test('a server whose clock is behind signs with the key that begins first', async () => {
  const database = await sharedDatabase()
  const clock = stillClock()
  const app = await start({ ...database, clock, config: CONFIG })
  const db = await open(database)
  const idKey = await db
    .selectFrom('signing_keys')
    .select(['kid', 'signs_from'])
    .where('token_use', '=', 'id')
    .executeTakeFirstOrThrow()
  await db
    .updateTable('signing_keys')
    .set({ signs_from: Number(idKey.signs_from) - 60_000 })
    .where('kid', '=', idKey.kid)
    .execute()
  clock.advance(-HOUR)
  const behind = await start({ ...database, clock, config: CONFIG })
  const { AccessToken, IdToken } = await tokensOf(behind)
  expect([kidOf(AccessToken), kidOf(IdToken)]).toEqual([idKey.kid, idKey.kid])
  expect((await app.call('GetUser', { AccessToken })).body).toMatchObject({ Username: 'ada' })
})

/** What `amulet keys rotate` runs, by the clock of the test. */
const rotating = (database: DatabaseOptions, db: Db, clock: Clock) => {
  const context = {
    db,
    clock,
    randomBytes: systemRandomBytes,
    rootKey: createRootKey(database.rootKey),
    generateKeyPair: keyPairOfTests,
  }
  return (userPoolId: string, atOnce: boolean) => rotateSigningKeys(context, userPoolId, { atOnce })
}

async function kidsOf({ server }: Started, userPoolId = USER_POOL_ID): Promise<string[]> {
  const response = await server.fetch(new Request(`http://localhost/${userPoolId}/.well-known/jwks.json`))
  // The test says what it should be.
  const { keys } = (await response.json()) as { keys: { kid: string }[] }
  return keys.map(({ kid }) => kid)
}

const signersOf = ({ AccessToken, IdToken }: { AccessToken: string; IdToken: string }) => [
  kidOf(AccessToken),
  kidOf(IdToken),
]

test('new keys sign in an hour, old ones verify for a day after that, and those of another pool stay', async () => {
  const database = await sharedDatabase()
  const clock = stillClock()
  const app = await start({ ...database, clock, config: CONFIG })
  const db = await open(database)
  const rotate = rotating(database, db, clock)
  const old = await kidsOf(app)
  const beside = await kidsOf(app, 'us-east-1_Beside1')
  expect(await rotate(USER_POOL_ID, false)).toBe(clock.now() + HOUR * 1000)
  const added = (await kidsOf(app)).filter((kid) => !old.includes(kid))
  expect(added).toHaveLength(2)
  expect(await kidsOf(app, 'us-east-1_Beside1')).toEqual(beside)
  clock.advance(HOUR - 0.001)
  expect(signersOf(await tokensOf(app))).toEqual(old)
  clock.advance(0.001)
  // What is remembered of the keys has all of them, with the time from which each signs.
  expect(signersOf(await tokensOf(app))).toEqual(added)

  // Another rotation does not lengthen what the first one has ended.
  await rotate(USER_POOL_ID, false)
  clock.advance(24 * HOUR - 0.001)
  expect(await kidsOf(app)).toEqual(expect.arrayContaining([...old, ...added]))
  clock.advance(0.001)
  const left = await kidsOf(app)
  expect(left).toHaveLength(4)
  expect(left).toEqual(expect.arrayContaining(added))
  const ended = db.selectFrom('signing_keys').select('user_pool_id').where('verifies_until', 'is not', null)
  expect(new Set((await ended.execute()).map((row) => row.user_pool_id))).toEqual(new Set([USER_POOL_ID]))
})

test('keys that take the place of leaked ones sign at once, and those of another pool stay', async () => {
  const database = await sharedDatabase()
  const clock = stillClock()
  const app = await start({ ...database, clock, config: CONFIG })
  const old = await kidsOf(app)
  const beside = await kidsOf(app, 'us-east-1_Beside1')
  expect(await rotating(database, await open(database), clock)(USER_POOL_ID, true)).toBe(clock.now())
  const added = await kidsOf(app)
  expect(added).toHaveLength(2)
  for (const kid of old) expect(added).not.toContain(kid)
  expect(signersOf(await tokensOf(app))).toEqual(added)
  expect(await kidsOf(app, 'us-east-1_Beside1')).toEqual(beside)
})

test('a pool that was deleted since it was listed gets no new keys', async () => {
  const database = await sharedDatabase()
  const clock = stillClock()
  await start({ ...database, clock, config: CONFIG })
  const db = await open(database)
  const rows = () => db.selectFrom('signing_keys').selectAll().orderBy('kid').execute()
  const before = await rows()
  const rotate = rotating(database, db, clock)
  for (const atOnce of [false, true]) expect(await rotate('us-east-1_Nowhere1', atOnce)).toBeUndefined()
  expect(await rows()).toEqual(before)
})
