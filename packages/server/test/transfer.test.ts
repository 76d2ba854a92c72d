import { spawn } from 'node:child_process'
import { createHash, createHmac } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { createProgress } from '../src/cli/progress.js'
import { createRootKey } from '../src/crypto/root-key.js'
import { openDatabase } from '../src/db/database.js'
import { exchangeRootKey } from '../src/transfer/exchange-root-key.js'
import { exportData } from '../src/transfer/export-data.js'
import { formatLine } from '../src/transfer/export-format.js'
import { importData } from '../src/transfer/import-data.js'
import { amulet, environment, temporaryFolder } from './amulet.js'
import { devicePool, newDevice, proveDevice, signIn } from './device-client.js'
import { type DatabaseOptions, onPostgres, sharedDatabase, sqliteDatabase } from './fresh-database.js'
import { holdStatement } from './hold-statement.js'
import { srpChallenge, srpResponses } from './srp-sign-in.js'
import { PASSWORD, type Started, start } from './start.js'
import { stillClock } from './still-clock.js'

interface Way {
  readonly from: string
  readonly source: () => DatabaseOptions | Promise<DatabaseOptions>
  readonly target: () => DatabaseOptions | Promise<DatabaseOptions>
}
/** From one kind of database to the other, where there are two. */
const ways: Way[] = onPostgres
  ? [
      { from: 'PostgreSQL to SQLite', source: sharedDatabase, target: sqliteDatabase },
      { from: 'SQLite to PostgreSQL', source: sqliteDatabase, target: sharedDatabase },
    ]
  : [{ from: 'SQLite to SQLite', source: sqliteDatabase, target: sqliteDatabase }]

const SECRET = 'clientSecretThatOnlyTheClientKnows0123456789abcdef'
const CONFIG = {
  userPools: [
    {
      UserPoolId: 'us-east-1_Moving',
      PoolName: 'Moving',
      AliasAttributes: ['email' as const],
      AutoVerifiedAttributes: ['email' as const],
      Policies: { PasswordPolicy: { MinimumLength: 8, PasswordHistorySize: 3 } },
      clients: [
        {
          ClientId: 'moving',
          ClientName: 'Web',
          ClientSecret: SECRET,
          ExplicitAuthFlows: [
            'ALLOW_USER_SRP_AUTH' as const,
            'ALLOW_USER_PASSWORD_AUTH' as const,
            'ALLOW_REFRESH_TOKEN_AUTH' as const,
          ],
        },
      ],
      users: [{ Username: 'ada', Password: PASSWORD }],
    },
  ],
}

const secretHash = (username: string) =>
  createHmac('sha256', SECRET).update(`${username}moving`).digest('base64')

async function passwordSignIn({ call }: Started, USERNAME: string, password = PASSWORD) {
  const { body } = await call('InitiateAuth', {
    ClientId: 'moving',
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME, PASSWORD: password, SECRET_HASH: secretHash(USERNAME) },
  })
  // The test says what it should be.
  return body as {
    __type?: string
    AuthenticationResult?: { AccessToken: string; RefreshToken: string }
  }
}

async function srpSignIn(app: Started, username: string) {
  const withHash: Started = {
    ...app,
    userPoolClientId: 'moving',
    call: (operation, input) => {
      const { AuthParameters } = input as { AuthParameters: object }
      return app.call(operation, {
        ...(input as object),
        AuthParameters: { ...AuthParameters, SECRET_HASH: secretHash(username) },
      })
    },
  }
  const responses = await srpResponses(app, await srpChallenge(withHash, username))
  return await app.call('RespondToAuthChallenge', {
    ClientId: 'moving',
    ChallengeName: 'PASSWORD_VERIFIER',
    ChallengeResponses: { ...responses, SECRET_HASH: secretHash(responses.USERNAME ?? '') },
  })
}

const refresh = ({ call }: Started, REFRESH_TOKEN: unknown) =>
  call('InitiateAuth', {
    ClientId: 'moving',
    AuthFlow: 'REFRESH_TOKEN_AUTH',
    AuthParameters: { REFRESH_TOKEN, SECRET_HASH: secretHash('ada') },
  })

const jwks = async ({ server }: Started) =>
  await (await server.fetch(new Request('http://localhost/us-east-1_Moving/.well-known/jwks.json'))).text()

const adminOf = (Username: string) => ({ UserPoolId: 'us-east-1_Moving', Username })

/** Runs `amulet export` or `amulet import` as a person does. */
async function transfer(command: 'export' | 'import', { database, rootKey }: DatabaseOptions, file: string) {
  const rootKeyFile = join(temporaryFolder(), 'root.key')
  writeFileSync(rootKeyFile, rootKey.toString('hex'))
  const key = join(dirname(file), 'transfer.key')
  return await amulet([command, '--database', database, '--root-key-file', rootKeyFile, '--key', key, file])
}

test.each(ways)(
  'a user who is moved from $from signs in with the old password, and the old tokens are still valid',
  async ({ source, target }) => {
    const from = await source()
    const old = await start({ ...from, config: CONFIG })
    await old.call('AdminUpdateUserAttributes', {
      ...adminOf('ada'),
      UserAttributes: [
        { Name: 'email', Value: 'ada@example.com' },
        { Name: 'email_verified', Value: 'true' },
        { Name: 'name', Value: 'Ada ⚙ \u0000' },
      ],
    })
    await old.call('CreateGroup', { UserPoolId: 'us-east-1_Moving', GroupName: 'engineers', Precedence: 1 })
    await old.call('AdminAddUserToGroup', { ...adminOf('ada'), GroupName: 'engineers' })
    await old.call('AdminCreateUser', { ...adminOf('eve'), MessageAction: 'SUPPRESS' })
    await old.call('AdminDisableUser', adminOf('eve'))
    const { AuthenticationResult: tokens } = await passwordSignIn(old, 'ada')
    const { AuthenticationResult: revoked } = await passwordSignIn(old, 'ada')
    await old.call('RevokeToken', { ClientId: 'moving', ClientSecret: SECRET, Token: revoked?.RefreshToken })
    const before = await old.call('AdminGetUser', adminOf('ada'))
    const keys = await jwks(old)

    const file = join(temporaryFolder(), 'users.jsonl.gz')
    const exported = await transfer('export', from, file)
    expect(exported).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Exported 1 user pool with 2 users'),
    })
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(existsSync(`${file}.progress`)).toBe(false)

    const to = await target()
    const imported = await transfer('import', to, file)
    expect(imported).toMatchObject({ code: 0, stdout: 'Imported 1 user pool with 2 users.\n' })

    const moved = await start(to)
    expect((await srpSignIn(moved, 'ada')).status).toBe(200)
    expect((await srpSignIn(moved, 'ada@example.com')).status).toBe(200)
    expect((await passwordSignIn(moved, 'ada', 'Wrong-Horse-1')).__type).toBe('NotAuthorizedException')
    expect((await passwordSignIn(moved, 'eve')).__type).toBe('NotAuthorizedException')
    expect(await jwks(moved)).toBe(keys)
    expect((await moved.call('GetUser', { AccessToken: tokens?.AccessToken })).status).toBe(200)
    expect((await moved.call('GetUser', { AccessToken: revoked?.AccessToken })).status).toBe(400)
    expect((await moved.call('AdminGetUser', adminOf('ada'))).body).toEqual(before.body)
    expect((await moved.call('AdminListGroupsForUser', adminOf('ada'))).body).toMatchObject({
      Groups: [{ GroupName: 'engineers', Precedence: 1 }],
    })
    // The old server's key made the refresh token, and this one has another.
    expect((await refresh(moved, tokens?.RefreshToken)).body.message).toBe('Invalid Refresh Token')
  },
)

test.each(ways)('a device that was known before a move from $from proves itself after it', async (way) => {
  const from = await way.source()
  const old = await start({ ...from, ...devicePool({ ChallengeRequiredOnNewDevice: true }) })
  const device = await newDevice(old)
  const file = join(temporaryFolder(), 'users.jsonl')
  await move(exportData, from, file)
  const to = await way.target()
  await move(importData, to, file)
  const { userPoolId, userPoolClientId } = old
  const moved = { ...(await start(to)), userPoolId, userPoolClientId }
  const proven = await proveDevice(moved, await signIn(moved, device.key), device)
  expect(proven.body.AuthenticationResult.AccessToken).toBeTypeOf('string')
})

test.each(ways)(
  'with the same root key no user who moves from $from has to sign in again',
  async ({ source, target }) => {
    const from = await source()
    const old = await start({ ...from, config: CONFIG })
    const { AuthenticationResult: tokens } = await passwordSignIn(old, 'ada')
    const file = join(temporaryFolder(), 'users.jsonl')
    expect(await transfer('export', from, file)).toMatchObject({ code: 0 })
    const to = { ...(await target()), rootKey: from.rootKey }
    expect(await transfer('import', to, file)).toMatchObject({ code: 0 })
    const moved = await start(to)
    expect((await refresh(moved, tokens?.RefreshToken)).status).toBe(200)
  },
)

/** The commands' work without a process for each. */
async function move<T>(
  run: (options: Parameters<typeof exportData>[0]) => Promise<T>,
  { database: url, rootKey }: DatabaseOptions,
  file: string,
  { key = Buffer.alloc(32, 3), progress = () => {} } = {},
): Promise<T> {
  const database = await openDatabase(url)
  try {
    return await run({
      database,
      rootKey: createRootKey(rootKey),
      transferKey: createRootKey(key),
      file,
      progress,
    })
  } finally {
    await database.db.destroy()
  }
}

test.each(ways)(
  'names that differ only after U+0000 are still two after a move from $from',
  async ({ source, target }) => {
    const [from, to] = [await source(), await target()]
    const [pool] = CONFIG.userPools
    const names = ['ada\0one', 'ada\0two']
    const users = names.map((Value, index) => ({
      Username: `user${index}`,
      Password: PASSWORD,
      UserAttributes: [{ Name: 'preferred_username', Value }],
    }))
    await start({
      ...from,
      config: { userPools: [{ ...pool, PoolName: 'Nul', AliasAttributes: ['preferred_username'], users }] },
    })
    const file = join(temporaryFolder(), 'users.jsonl')
    await move(exportData, from, file)
    expect(await move(importData, to, file)).toEqual({ userPools: 1, users: 2 })
    const moved = await start(to)
    for (const name of names) expect((await passwordSignIn(moved, name)).AuthenticationResult).toBeTruthy()
  },
)

test.each(ways)(
  'searches, used passwords, temporary ones and the name in SRP are as they were after a move from $from',
  async ({ source, target }) => {
    const [from, to] = [await source(), await target()]
    const [pool] = CONFIG.userPools
    const clock = stillClock()
    const old = await start({
      ...from,
      clock,
      config: {
        userPools: [{ ...pool, PoolName: 'Moving', UserPoolTags: { 'amulet:srp-identity': 'sub' } }],
      },
    })
    const setPassword = ({ call }: Started, Password: string) =>
      call('AdminSetUserPassword', { ...adminOf('ada'), Password, Permanent: true })
    await old.call('AdminUpdateUserAttributes', {
      ...adminOf('ada'),
      UserAttributes: [{ Name: 'name', Value: 'Ada' }],
    })
    clock.advance(1)
    await setPassword(old, 'Second-Horse-2')
    const temporary = { TemporaryPassword: 'Temporary-1', MessageAction: 'SUPPRESS' }
    await old.call('AdminCreateUser', { ...adminOf('eve'), ...temporary })
    const file = join(temporaryFolder(), 'users.jsonl')
    await move(exportData, from, file)
    expect(await move(importData, to, file)).toEqual({ userPools: 1, users: 2 })

    const moved = await start({ ...to, clock })
    const found = await moved.call('ListUsers', { UserPoolId: 'us-east-1_Moving', Filter: 'name ^= "a"' })
    expect(found.body.Users.map(({ Username }) => Username)).toEqual(['ada'])
    expect((await passwordSignIn(moved, 'ada', 'Second-Horse-2')).AuthenticationResult).toBeDefined()
    for (const used of [PASSWORD, 'Second-Horse-2'])
      expect((await setPassword(moved, used)).body.__type).toBe('PasswordHistoryPolicyViolationException')
    expect((await setPassword(moved, 'Third-Horse-3')).status).toBe(200)
    clock.advance(7 * 86_400 - 0.001)
    expect(await passwordSignIn(moved, 'eve', 'Temporary-1')).toMatchObject({
      ChallengeName: 'NEW_PASSWORD_REQUIRED',
    })
    clock.advance(0.001)
    expect((await passwordSignIn(moved, 'eve', 'Temporary-1')).__type).toBe('NotAuthorizedException')
  },
)

test.each(ways)(
  'a refresh token that was replaced long before a move from $from ends its sign-in after it',
  async ({ source, target }) => {
    const from = await source()
    const clock = stillClock()
    const client = {
      ClientId: 'rotating',
      ClientName: 'Rotating',
      ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH' as const],
      RefreshTokenRotation: { Feature: 'ENABLED' as const, RetryGracePeriodSeconds: 0 },
    }
    const old = await start({
      ...from,
      clock,
      config: { userPools: [{ ...CONFIG.userPools[0], PoolName: 'Moving', clients: [client] }] },
    })
    const next = async ({ call }: Started, RefreshToken: string) =>
      (await call('GetTokensFromRefreshToken', { ClientId: 'rotating', RefreshToken })).body
    const signIn = async () => {
      const AuthParameters = { USERNAME: 'ada', PASSWORD }
      const request = { ClientId: 'rotating', AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters }
      return (await old.call('InitiateAuth', request)).body.AuthenticationResult.RefreshToken
    }
    const rotate = async (token: string) => (await next(old, token)).AuthenticationResult.RefreshToken
    const stolen = await signIn()
    const second = await rotate(stolen)
    const kept = await rotate(await signIn())
    const another = await signIn()
    clock.advance(61)
    const third = await rotate(second)
    const successor = await rotate(another)
    const file = join(temporaryFolder(), 'users.jsonl')
    await move(exportData, from, file)
    const to = { ...(await target()), rootKey: from.rootKey }
    await move(importData, to, file)

    const moved = await start({ ...to, clock })
    // Replaced just now: a race of two tabs, which ends nothing.
    expect((await next(moved, second)).__type).toBe('RefreshTokenReuseException')
    const fourth = (await next(moved, third)).AuthenticationResult.RefreshToken
    expect((await next(moved, stolen)).__type).toBe('RefreshTokenReuseException')
    expect((await next(moved, fourth)).message).toBe('Refresh Token has been revoked')
    expect((await next(moved, another)).__type).toBe('RefreshTokenReuseException')
    clock.advance(61)
    expect((await next(moved, another)).__type).toBe('RefreshTokenReuseException')
    expect((await next(moved, successor)).message).toBe('Refresh Token has been revoked')
    expect((await next(moved, kept)).AuthenticationResult.AccessToken).toBeTypeOf('string')
  },
)

test.each(ways)(
  'no user who signed in under an earlier root key has to sign in again after a move from $from',
  async ({ source, target }) => {
    const from = await source()
    const old = await start({ ...from, config: CONFIG })
    const { AuthenticationResult: tokens } = await passwordSignIn(old, 'ada')
    await old.server.close()
    const rootKey = Buffer.alloc(32, 9)
    const database = await openDatabase(from.database)
    const keys = { oldKey: from.rootKey, newKey: rootKey }
    await exchangeRootKey({ database, ...keys, signOut: false, progress: () => {} })
    await database.db.destroy()

    const file = join(temporaryFolder(), 'users.jsonl')
    await move(exportData, { ...from, rootKey }, file)
    const to = { ...(await target()), rootKey }
    await move(importData, to, file)
    const moved = await start(to)
    expect((await refresh(moved, tokens?.RefreshToken)).status).toBe(200)
    expect((await passwordSignIn(moved, 'ada')).AuthenticationResult).toBeDefined()
  },
)

/** An export with users in it, and the file it is in. */
async function exported(users = 3) {
  const from = sqliteDatabase()
  await start({ ...from, config: CONFIG })
  await addUsers(from, users - 1)
  const file = join(temporaryFolder(), 'users.jsonl')
  await move(exportData, from, file)
  return { from, file, lines: readFileSync(file, 'utf8').split('\n') }
}

/** Many users, without the arithmetic of passwords. */
async function addUsers({ database }: DatabaseOptions, count: number): Promise<void> {
  const { db } = await openDatabase(database)
  const ids = Array.from({ length: count }, (_, i) => {
    const hex = createHash('sha256').update(String(i)).digest('hex')
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
  })
  const user_pool_id = 'us-east-1_Moving'
  for (let i = 0; i < ids.length; i += 500) {
    const page = ids.slice(i, i + 500)
    await db
      .insertInto('users')
      .values(
        page.map((id) => ({
          id,
          user_pool_id,
          username: `user-${id}`,
          status: 'CONFIRMED' as const,
          enabled: 1,
          attributes: JSON.stringify({ email: `${id}@example.com` }),
          salt: null,
          sealed_verifier: null,
          password_set_at: null,
          signed_out_at: null,
          created_at: i,
          updated_at: i,
        })),
      )
      .execute()
    const kind = 'username' as const
    await db
      .insertInto('login_names')
      .values(page.map((id) => ({ user_pool_id, kind, name: `user-${id}`, user_id: id })))
      .execute()
  }
  await db.destroy()
}

test('the file is JSON, line by line, and no secret can be read in it', async () => {
  const { file, lines } = await exported()
  const records = lines.slice(0, -1).map((line) => JSON.parse(line))
  expect(records[0]).toMatchObject({
    amulet: 'export',
    version: 1,
    userPools: ['us-east-1_Moving'],
    users: 3,
  })
  expect(records.at(-1)).toMatchObject({ end: { users: 3 } })
  const ada = records.find(({ users }) => users?.username === 'ada')
  expect(ada).toMatchObject({
    users: { status: 'CONFIRMED', sealed_verifier: { base64: expect.any(String) } },
    login_names: [{ kind: 'username', name: 'ada' }],
  })
  const text = readFileSync(file, 'utf8')
  for (const secret of [SECRET, Buffer.from(SECRET).toString('base64').slice(0, 40), 'PRIVATE KEY', '"d"'])
    expect(text).not.toContain(secret)
})

test.each([
  ['another key', (lines: string[]) => lines, 'The key is not the one that FILE was exported with.'],
  [
    'a user who was changed',
    (lines: string[]) => lines.map((line) => line.replace('"username":"ada"', '"username":"eve"')),
    /^Line \d of FILE is damaged or was changed\. What comes before it is imported\.$/,
  ],
  [
    'lines in another order',
    (lines: string[]) => [...lines.slice(0, -4), ...lines.slice(-4, -2).reverse(), ...lines.slice(-2)],
    /^Line \d of FILE is damaged or was changed\. What comes before it is imported\.$/,
  ],
  [
    'an end that is missing',
    (lines: string[]) => [...lines.slice(0, -3), lines.at(-3)?.slice(0, 50) ?? ''],
    'FILE ends before the export does; 2 users are imported. Let the export come to its end and import again: it goes on from here.',
  ],
  [
    'a newer version',
    (lines: string[]) => lines.map((line) => line.replace('"version":1', '"version":2')),
    'FILE was exported by a newer version of Amulet. Update Amulet and import again.',
  ],
  [
    'older tables',
    (lines: string[]) =>
      lines.map((line) => line.replace(/"schema":"[^"]*"/, '"schema":"0001-users-and-tokens"')),
    'FILE was exported by an older version of Amulet. Import it with that version, into a database that this one then brings up to date.',
  ],
  ['something else', () => ['Dear diary,', ''], 'FILE is not an export of Amulet.'],
])('an import with %s is refused with a sentence', async (what, change, sentence) => {
  const { file, lines } = await exported()
  writeFileSync(file, change(lines).join('\n'))
  const key = Buffer.alloc(32, what === 'another key' ? 4 : 3)
  const refused: unknown = await move(importData, await sharedDatabase(), file, { key }).catch(
    (error) => error,
  )
  expect(refused).toMatchObject({ name: 'StartError' })
  const said = refused instanceof Error ? refused.message.replaceAll(file, 'FILE') : ''
  if (typeof sentence === 'string') expect(said).toBe(sentence)
  else expect(said).toMatch(sentence)
})

test('an import with another number of users than its last line says is refused with a sentence', async () => {
  const { file, lines } = await exported()
  const [header, ...rest] = lines.slice(0, -1)
  const { id } = JSON.parse(header ?? '')
  // The end of another count, by a program that has the key.
  const end = formatLine(createRootKey(Buffer.alloc(32, 3)), id, rest.length, { end: { users: 4 } })
  writeFileSync(file, [header, ...rest.slice(0, -1), end].join('\n'))
  await expect(move(importData, await sharedDatabase(), file)).rejects.toMatchObject({
    name: 'StartError',
    message: `${file} should have 4 users and has 3. It is damaged.`,
  })
})

test('nothing is overwritten: neither a file nor a user pool', async () => {
  const { from, file } = await exported()
  const before = readFileSync(file)
  expect(await transfer('export', from, file)).toMatchObject({
    code: 1,
    stderr: `${file} exists already. It was left as it is. Name another file, or remove it.\n`,
  })
  expect(readFileSync(file).equals(before)).toBe(true)

  const to = await sharedDatabase()
  await move(importData, to, file)
  await expect(move(importData, to, file)).rejects.toMatchObject({
    name: 'StartError',
    message: expect.stringContaining(
      'has the user pool us-east-1_Moving already, and an import overwrites nothing. Name another database, or delete that user pool.',
    ),
  })

  // A client id is unique in all pools: the other pool's is not taken from it, and nothing of this one is left behind.
  const other = await sharedDatabase()
  const app = await start({
    ...other,
    config: { userPools: CONFIG.userPools.map((pool) => ({ ...pool, UserPoolId: 'us-east-1_Other' })) },
  })
  await expect(move(importData, other, file)).rejects.toMatchObject({
    name: 'StartError',
    message: expect.stringContaining('has something already that is in lines'),
  })
  const { body } = await app.call('ListUserPools', { MaxResults: 10 })
  expect(body.UserPools).toMatchObject([{ Id: 'us-east-1_Other' }])
})

test('values that the database refuses are reported in a sentence', async () => {
  const { file } = await exported()
  const to = await sharedDatabase()
  const { db } = await openDatabase(to.database)
  await db.schema.dropTable('login_names').execute()
  await db.destroy()
  await expect(move(importData, to, file)).rejects.toMatchObject({
    name: 'StartError',
    message: expect.stringMatching(
      /^The database .* does not take lines \d+ to \d+ of .* \(.*login_names.*\)\. What comes before is imported\.$/,
    ),
  })
})

test('an import can be continued once the rest of its file is there', async () => {
  const { file, lines } = await exported(1200)
  const to = await sharedDatabase()
  writeFileSync(file, lines.slice(0, 700).join('\n'))
  await expect(move(importData, to, file)).rejects.toMatchObject({ name: 'StartError' })
  writeFileSync(file, lines.join('\n'))
  expect(await move(importData, to, file)).toEqual({ userPools: 1, users: 1200 })
  const app = await start(to)
  expect((await app.call('DescribeUserPool', { UserPoolId: 'us-east-1_Moving' })).body).toMatchObject({
    UserPool: { EstimatedNumberOfUsers: 1200 },
  })
})

test('an interrupted import can be continued after an import of another file', async () => {
  const { file, lines } = await exported(700)
  const from = sqliteDatabase()
  await start({ ...from, config: { userPools: [{ UserPoolId: 'us-east-1_Other', PoolName: 'Other' }] } })
  const other = join(temporaryFolder(), 'other.jsonl')
  await move(exportData, from, other)
  const to = await sharedDatabase()
  writeFileSync(file, lines.slice(0, 600).join('\n'))
  await expect(move(importData, to, file)).rejects.toMatchObject({ name: 'StartError' })
  expect(await move(importData, to, other)).toEqual({ userPools: 1, users: 0 })
  writeFileSync(file, lines.join('\n'))
  expect(await move(importData, to, file)).toEqual({ userPools: 1, users: 700 })
})

test('an export file that changes during an import is not taken as complete', async () => {
  const from = await sharedDatabase()
  const app = await start({ ...from, config: CONFIG })
  await addUsers(from, 5000)
  const file = join(temporaryFolder(), 'users.jsonl')
  let pages = 0
  const progress = () => {
    if (pages++ === 0) void app.call('CreateGroup', { UserPoolId: 'us-east-1_Moving', GroupName: 'late' })
  }
  const changed = {
    name: 'StartError',
    message: expect.stringContaining(
      'User pools, app clients or groups have changed since this export began.',
    ),
  }
  await expect(move(exportData, from, file, { progress })).rejects.toMatchObject(changed)
  // Nor is it gone on with.
  await expect(move(exportData, from, file)).rejects.toMatchObject(changed)
})

test('of two imports of one file at the same moment, one does the work, and the other one says so', async () => {
  const { file } = await exported(1200)
  const alone = await sharedDatabase()
  const started = performance.now()
  await move(importData, alone, file)
  const duration = performance.now() - started
  // The second one begins a little later each time, and so meets the first one somewhere else.
  for (let tenths = 0; tenths < 10; tenths++) {
    const to = await sharedDatabase()
    const second = setTimeout((duration * tenths) / 10).then(() => move(importData, to, file))
    const outcomes = await Promise.allSettled([move(importData, to, file), second])
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ name: 'StartError' })
  }
})

test('an import does not overwrite what another one has stored meanwhile', async () => {
  const { file, lines } = await exported()
  const to = await sharedDatabase()
  const cut = (count: number) => {
    const part = join(temporaryFolder(), 'part.jsonl')
    writeFileSync(part, lines.slice(0, count).join('\n'))
    return part
  }
  // An earlier run has come as far as this, and what it had stored was deleted.
  await expect(move(importData, to, cut(-3))).rejects.toMatchObject({ name: 'StartError' })
  await (await start(to)).call('DeleteUserPool', { UserPoolId: 'us-east-1_Moving' })

  const { held, release } = holdStatement(/^delete from "imports"/, 'before it is sent')
  const late = move(importData, to, file).catch((error: unknown) => error)
  await held
  await expect(move(importData, to, cut(-4))).rejects.toMatchObject({ name: 'StartError' })
  release()
  expect(await late).toMatchObject({
    name: 'StartError',
    message: `Another import of ${file} is under way. This one has stopped.`,
  })
  expect(await move(importData, to, file)).toEqual({ userPools: 1, users: 3 })
})

const program = fileURLToPath(new URL('../dist/bin/amulet.js', import.meta.url))

/**
 * Runs a command and kills it, first when it says how far it is, then again and again with a little more time, until it
 * comes to its end.
 *
 * @param isUnderWay whether what is there is the work of one that has begun and not ended
 */
async function withKills(args: readonly string[], isUnderWay: () => Promise<boolean>): Promise<void> {
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
  first.child.kill('SIGKILL')
  expect([await first.ended, first.said()]).toEqual([null, expect.stringMatching(/^0 of 20,000 users/)])
  expect(await isUnderWay()).toBe(true)

  for (let patience = 150; ; patience *= 1.3) {
    const { child, ended, said } = run()
    await Promise.race([ended, setTimeout(patience)])
    child.kill('SIGKILL')
    const code = await ended
    if (code === 0) return
    if (code === null) continue
    // PostgreSQL may still be at the last statements of the one before.
    if (onPostgres && /Another import .* is under way/.test(said())) continue
    expect(said()).toMatch(/exists already|has the user pool us-east-1_Moving already/)
    if (onPostgres && (await isUnderWay())) continue
    // The one before was killed after its work and before it could say so.
    expect(await isUnderWay()).toBe(false)
    return
  }
}

test('export and import are completed although they are killed again and again', {
  timeout: 300_000,
}, async () => {
  const from = await sharedDatabase()
  await start({ ...from, config: CONFIG })
  // A second's work, so that the first kill meets it.
  await addUsers(from, 19_999)
  const folder = temporaryFolder()
  const args = (name: string, { database, rootKey }: DatabaseOptions) => {
    const rootKeyFile = join(folder, `${name}.root.key`)
    writeFileSync(rootKeyFile, rootKey.toString('hex'))
    const key = join(folder, 'transfer.key')
    return ['--database', database, '--root-key-file', rootKeyFile, '--key', key]
  }
  const file = join(folder, 'users.jsonl.gz')
  await withKills(['export', ...args('from', from), file], async () => existsSync(`${file}.progress`))
  const to = await sharedDatabase()
  await withKills(['import', ...args('to', to), file], async () => {
    const { db } = await openDatabase(to.database)
    const imports = await db.selectFrom('imports').select('id').execute()
    await db.destroy()
    return imports.length > 0
  })

  // Each user once: the lines of the file, and the users of the database.
  const users = gunzipSync(readFileSync(file))
    .toString()
    .split('\n')
    .filter((line) => line.includes('"users":{'))
  expect(new Set(users.map((line) => JSON.parse(line).users.id)).size).toBe(20_000)
  const app = await start(to)
  expect((await app.call('DescribeUserPool', { UserPoolId: 'us-east-1_Moving' })).body).toMatchObject({
    UserPool: { EstimatedNumberOfUsers: 20_000 },
  })
  expect((await srpSignIn(app, 'ada')).status).toBe(200)
})

test('an unwritable place and a missing file are reported in a sentence', async () => {
  const from = await sharedDatabase()
  await (await start({ ...from, config: CONFIG })).server.close()
  const folder = join(temporaryFolder(), 'missing')
  const key = join(temporaryFolder(), 'transfer.key')
  const rootKeyFile = join(temporaryFolder(), 'root.key')
  writeFileSync(rootKeyFile, from.rootKey.toString('hex'))
  const options = ['--database', from.database, '--root-key-file', rootKeyFile, '--key', key]
  const file = join(folder, 'users.jsonl')
  expect(await amulet(['export', ...options, file])).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^.*users\.jsonl cannot be written \(ENOENT: .*\)\.\n$/),
  })
  expect(await amulet(['import', ...options, file])).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^.*users\.jsonl cannot be read \(ENOENT: .*\)\.\n$/),
  })
})

test.each([
  { what: 'a file that is not there', file: 'missing.jsonl', says: /^missing\.jsonl cannot be read/ },
  { what: 'a folder', file: '.', says: /^\. cannot be read/ },
  { what: 'another file', file: 'diary.txt', says: /^diary\.txt is not an export of Amulet\.$/m },
  { what: 'an empty file', file: 'empty.jsonl', says: /^empty\.jsonl is not an export of Amulet\.$/m },
  { what: 'another key', file: 'users.jsonl', says: /^The key is not the one that users\.jsonl was/ },
  { what: 'no key', file: 'users.jsonl', key: 'missing.key', says: /missing\.key cannot be read/ },
])('an import of $what creates neither a database nor a root key', async ({ file, key = 'my.key', says }) => {
  const { lines } = await exported()
  const cwd = temporaryFolder()
  writeFileSync(join(cwd, 'users.jsonl'), lines.join('\n'))
  writeFileSync(join(cwd, 'diary.txt'), 'Dear diary,\n')
  writeFileSync(join(cwd, 'empty.jsonl'), '')
  writeFileSync(join(cwd, 'my.key'), '0'.repeat(64))
  const before = readdirSync(cwd)
  const { code, stderr } = await amulet(['import', '--key', key, file], { cwd })
  expect(code).toBe(1)
  expect(stderr).toMatch(says)
  expect(readdirSync(cwd)).toEqual(before)
})

test('an import without a root key says where the new one is', async () => {
  const { lines } = await exported()
  const cwd = temporaryFolder()
  writeFileSync(join(cwd, 'users.jsonl'), lines.join('\n'))
  writeFileSync(join(cwd, 'my.key'), Buffer.alloc(32, 3).toString('hex'))
  const options = ['--database', 'sqlite:new.db', '--key', 'my.key', 'users.jsonl']
  const { code, stdout } = await amulet(['import', ...options], { cwd })
  expect(code).toBe(0)
  expect(stdout).toMatch(
    /^Imported .*\nThe database is encrypted under the root key in new\.db\.key: keep that file\.\n$/,
  )
  expect(readdirSync(cwd)).toContain('new.db.key')
})

test('an export of a missing database says which one it looked for', async () => {
  const cwd = temporaryFolder()
  expect(await amulet(['export', '--key', 'my.key', 'users.jsonl'], { cwd })).toEqual({
    code: 1,
    stdout: '',
    stderr: 'There is no database .amulet/amulet.db. Name the one to export with --database.\n',
  })
  expect(readdirSync(cwd)).toEqual([])
})

test('the progress is a bar on a terminal, and otherwise a line now and then', () => {
  const shown = (isTTY: boolean) => {
    let text = ''
    // Only what the progress uses of a stream.
    const stream = {
      isTTY,
      write(piece: string) {
        text += piece
        return true
      },
    } as NodeJS.WriteStream
    const progress = createProgress(stream, 'exported')
    progress.show(0, 1000)
    progress.show(1, 1000)
    progress.show(1000, 1000)
    progress.end()
    return text
  }
  expect(shown(false)).toBe('0 of 1,000 users exported\n1,000 of 1,000 users exported\n')
  expect(shown(true).split('\r\u001b[K')).toEqual([
    '',
    `[${'-'.repeat(24)}] 0 of 1,000 users exported`,
    `[${'#'.repeat(24)}] 1,000 of 1,000 users exported`,
    '',
  ])
})
