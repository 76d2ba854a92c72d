import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ServerOptions } from '@amulet/server'
import SqliteDatabase from 'libsql'
import { expect, test } from 'vitest'
import { amulet, amuletDev, type RunningAmulet, temporaryFolder } from './amulet.js'
import {
  confirm as confirmDevice,
  deviceChallenge,
  deviceClaim,
  devicePool,
  proveDevice,
  refresh as refreshOf,
  respond as respondWithSession,
  signIn,
} from './device-client.js'
import { onPostgres, sharedDatabase, sqliteDatabase } from './fresh-database.js'
import { respond, srpChallenge, srpResponses } from './srp-sign-in.js'
import { PASSWORD, passwordSignIn, type Started, signUpAndConfirm, start } from './start.js'
import { stillClock } from './still-clock.js'

/** Two servers that share nothing but a database and the time. */
async function startTwo(options: ServerOptions = {}): Promise<[Started, Started]> {
  const database = await sharedDatabase()
  const left = await start({ ...database, ...options })
  return [left, await start({ ...database, ...options, clock: left.server.clock })]
}

/** What one server changes in pools and clients, another one may see a second later. */
const aSecond = ({ server }: Started) => server.clock.advance(1)

const tryPassword = async ({ call, userPoolClientId }: Started, password: string) =>
  await call('InitiateAuth', {
    ClientId: userPoolClientId,
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: 'ada@example.com', PASSWORD: password },
  })

const refresh = async ({ call, userPoolClientId }: Started, REFRESH_TOKEN: unknown) =>
  await call('InitiateAuth', {
    ClientId: userPoolClientId,
    AuthFlow: 'REFRESH_TOKEN_AUTH',
    AuthParameters: { REFRESH_TOKEN },
  })

test('a user who signs up at one server can be confirmed, signed in and found at the other', async () => {
  const [left, right] = await startTwo()
  await left.call('SignUp', {
    ClientId: left.userPoolClientId,
    Username: 'ada@example.com',
    Password: PASSWORD,
  })
  const confirmed = await right.call('ConfirmSignUp', {
    ClientId: right.userPoolClientId,
    Username: 'ada@example.com',
    ConfirmationCode: left.server.inbox.last()?.code,
  })
  expect(confirmed.body).toEqual({})
  const { AccessToken } = await passwordSignIn(right)
  expect((await left.call('GetUser', { AccessToken })).status).toBe(200)
})

test('a challenge from one server can be answered at the other, and only once', async () => {
  const [left, right] = await startTwo()
  await signUpAndConfirm(left)
  const responses = await srpResponses(left, await srpChallenge(left, 'ada@example.com'))
  const answers = await Promise.all([left, right, left, right].map((app) => respond(app, responses)))
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400, 400])
})

test('a device that is confirmed at one server proves itself at the other, and only once', async () => {
  const [left, right] = await startTwo(devicePool({ ChallengeRequiredOnNewDevice: true }))
  const device = await confirmDevice(left, await signIn(left))
  const asked = await signIn(right, device.key)
  const challenge = await deviceChallenge(left, asked, device)
  const claim = deviceClaim(left, challenge, device)
  const answers = await Promise.all(
    [left, right, left, right].map((app) =>
      respondWithSession(app, 'DEVICE_PASSWORD_VERIFIER', challenge.answer.body.Session, claim),
    ),
  )
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400, 400])
})

test('wrong proofs of devices are counted over both servers', async () => {
  const [left, right] = await startTwo(devicePool({ ChallengeRequiredOnNewDevice: true }))
  const device = await confirmDevice(left, await signIn(left))
  const prove = async (app: Started, as = device) => await proveDevice(app, await signIn(app, device.key), as)
  for (const app of [left, right, left, right, left])
    expect((await prove(app, { ...device, password: 'wrong' })).body.message).toBe(
      'Incorrect username or password.',
    )
  for (const app of [left, right]) expect((await prove(app)).body.message).toBe('Password attempts exceeded')
  aSecond(left)
  expect((await prove(right)).status).toBe(200)
})

test('two proofs and a removal of one device at the same moment have the outcome of some order', async () => {
  const [left, right] = await startTwo(devicePool({ ChallengeRequiredOnNewDevice: true }))
  const { call, userPoolId: UserPoolId } = left
  for (let round = 0; round < 3; round++) {
    const device = await confirmDevice(left, await signIn(left))
    const begun = await Promise.all(
      [left, right].map(async (app) => ({
        app,
        challenge: await deviceChallenge(app, await signIn(app, device.key), device),
      })),
    )
    const [removed, ...proven] = await Promise.all([
      call('AdminForgetDevice', { UserPoolId, Username: 'ada', DeviceKey: device.key }),
      ...begun.map(({ app, challenge }) =>
        respondWithSession(
          app,
          'DEVICE_PASSWORD_VERIFIER',
          challenge.answer.body.Session,
          deviceClaim(app, challenge, device),
        ),
      ),
    ])
    expect(removed?.status).toBe(200)
    for (const { status, body } of proven)
      if (status === 200)
        // Signed in before the removal, which ended the refresh token.
        expect((await refreshOf(right, body.AuthenticationResult.RefreshToken, device.key)).status).toBe(400)
      else expect(body.message).toBe('Device does not exist.')
  }
})

test('right and wrong answers to one challenge, at both servers at the same moment, do not block each other', async () => {
  const [left, right] = await startTwo()
  await signUpAndConfirm(left)
  for (let round = 0; round < 12; round++) {
    // Long enough for what was wrong before to be forgotten.
    left.server.clock.advance(900)
    await tryPassword(left, 'Wrong-Horse-1')
    const challenge = await srpChallenge(left, 'ada@example.com')
    const proof = await srpResponses(left, challenge)
    const guess = await srpResponses(left, challenge, 'Wrong-Horse-1')
    const answers = await Promise.all([
      respond(left, guess),
      respond(right, proof),
      respond(right, guess),
      respond(left, proof),
    ])
    const words = answers.map(({ status, body }) => (status === 200 ? 'ok' : body.message))
    for (const word of words) expect(['ok', 'Incorrect username or password.']).toContain(word)
    expect(words.filter((word) => word === 'ok').length).toBeLessThan(2)
  }
})

test('wrong passwords are counted wherever they are tried', async () => {
  const [left, right] = await startTwo({ clock: stillClock() })
  await signUpAndConfirm(left)
  for (const app of [left, right, left, right, left]) await tryPassword(app, 'Wrong-Horse-1')
  for (const app of [left, right])
    expect((await tryPassword(app, PASSWORD)).body).toEqual({
      __type: 'NotAuthorizedException',
      message: 'Password attempts exceeded',
    })
  aSecond(left)
  expect((await tryPassword(right, PASSWORD)).status).toBe(200)
})

test('of thirty wrong codes sent to both servers at the same moment, fifteen are checked', async () => {
  const [left, right] = await startTwo()
  const ClientId = left.userPoolClientId
  await left.call('SignUp', { ClientId, Username: 'ada@example.com', Password: PASSWORD })
  const code = left.server.inbox.last()?.code
  const ConfirmationCode = code === '000000' ? '000001' : '000000'
  const answers = await Promise.all(
    Array.from({ length: 30 }, (_, i) =>
      (i % 2 ? left : right).call('ConfirmSignUp', {
        ClientId,
        Username: 'ada@example.com',
        ConfirmationCode,
      }),
    ),
  )
  const names = answers.map(({ body }) => String(body.__type)).sort()
  expect(names).toEqual([
    ...Array.from({ length: 15 }, () => 'CodeMismatchException'),
    ...Array.from({ length: 15 }, () => 'LimitExceededException'),
  ])
})

test('a token that is revoked at one server is void at the other', async () => {
  const [left, right] = await startTwo()
  await signUpAndConfirm(left)
  const phone = await passwordSignIn(left)
  const laptop = await passwordSignIn(right)
  await left.call('RevokeToken', { ClientId: left.userPoolClientId, Token: phone.RefreshToken })
  expect((await refresh(right, phone.RefreshToken)).status).toBe(400)
  expect((await right.call('GetUser', { AccessToken: phone.AccessToken })).status).toBe(400)
  expect((await refresh(left, laptop.RefreshToken)).status).toBe(200)
  await left.call('GlobalSignOut', { AccessToken: laptop.AccessToken })
  expect((await refresh(right, laptop.RefreshToken)).status).toBe(400)
})

test('of simultaneous refreshes at both servers, one rotates the token', async () => {
  const [left, right] = await startTwo({
    config: {
      userPools: [
        {
          PoolName: 'Rotating',
          clients: [
            {
              ClientName: 'Web',
              ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'],
              RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 0 },
            },
          ],
          users: [{ Username: 'ada', Password: PASSWORD }],
        },
      ],
    },
  })
  const { RefreshToken } = await passwordSignIn(left, 'ada')
  const answers = await Promise.all(
    [left, right, left, right, left, right].map((app) =>
      app.call('GetTokensFromRefreshToken', { ClientId: app.userPoolClientId, RefreshToken }),
    ),
  )
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  for (const { status, body } of answers)
    if (status !== 200) expect(body.__type).toBe('RefreshTokenReuseException')
})

test('a client that is created at one server works at the other, until a second after it is deleted', async () => {
  const [left, right] = await startTwo()
  await signUpAndConfirm(left)
  const { body } = await left.call('CreateUserPoolClient', {
    UserPoolId: left.userPoolId,
    ClientName: 'second',
    ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'],
  })
  const ClientId = String(body.UserPoolClient?.ClientId)
  const there = { ...right, userPoolClientId: ClientId }
  expect((await tryPassword(there, PASSWORD)).status).toBe(200)
  await left.call('DeleteUserPoolClient', { UserPoolId: left.userPoolId, ClientId })
  aSecond(left)
  expect((await tryPassword(there, PASSWORD)).body.__type).toBe('ResourceNotFoundException')
})

test('after a pool is created again at one server, the other signs with its new keys', async () => {
  const [left, right] = await startTwo()
  await signUpAndConfirm(left)
  const before = await passwordSignIn(right)
  const reset = await left.server.fetch(new Request('http://localhost/_amulet/reset', { method: 'POST' }))
  expect(reset.status).toBe(204)
  aSecond(left)
  expect((await right.call('GetUser', { AccessToken: before.AccessToken })).body.__type).toBe(
    'NotAuthorizedException',
  )
  await signUpAndConfirm(right)
  const after = await passwordSignIn(right)
  expect((await left.call('GetUser', { AccessToken: after.AccessToken })).status).toBe(200)
  const jwks = await left.server.fetch(
    new Request(`http://localhost/${left.userPoolId}/.well-known/jwks.json`),
  )
  const { keys } = (await jwks.json()) as { keys: { kid: string }[] }
  const kidOf = (token: string) =>
    JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).kid
  expect(keys.map(({ kid }) => kid)).toEqual([kidOf(after.AccessToken), kidOf(after.IdToken)])
})

test('servers of one process and commands of others take turns with an SQLite file', async () => {
  const { database, rootKey } = sqliteDatabase()
  const file = join(temporaryFolder(), 'root.key')
  writeFileSync(file, rootKey.toString('hex'))
  await signUpAndConfirm(await start({ database, rootKey }))
  for (let round = 0; round < 3; round++) {
    // A new connection must leave the locks of those that the process has already.
    const app = await start({ database, rootKey })
    await passwordSignIn(app)
    await app.server.close()
    const command = ['keys', 'rotate', '--database', database, '--root-key-file', file]
    expect(await amulet(command)).toMatchObject({ code: 0 })
    const next = await start({ database, rootKey })
    expect((await passwordSignIn(next)).AccessToken).toBeTruthy()
  }
})

test('when one of two processes is killed in the middle of a sign-in, the other finishes it', async () => {
  const cwd = temporaryFolder()
  const args = onPostgres ? ['--database', (await sharedDatabase()).database] : []
  // Both start on an empty database at the same moment.
  const [killed, survivor] = await Promise.all([amuletDev(args, { cwd }), amuletDev(args, { cwd })])
  expect(survivor.userPoolId).toBe(killed.userPoolId)
  const { body } = await killed.call('SignUp', {
    ClientId: killed.userPoolClientId,
    Username: 'ada@example.com',
    Password: PASSWORD,
  })
  expect(body.UserSub).toBeTruthy()
  await survivor.call('ConfirmSignUp', {
    ClientId: killed.userPoolClientId,
    Username: 'ada@example.com',
    ConfirmationCode: await codeFor(killed, 'ada@example.com'),
  })
  const challenge = await srpChallenge(killed, 'ada@example.com')
  // Requests are under way when it dies, and what they have begun is neither half done nor in the way of others. Where all
  // of them are answered before it does, another one dies with more of them.
  let doomed = killed
  let requests = 20
  const usernames = () => Array.from({ length: requests }, (_, i) => `user${i}of${requests}@example.com`)
  let statuses = await killedDuringSignUps(doomed, usernames())
  while (!statuses.includes(undefined)) {
    doomed = await amuletDev(args, { cwd })
    requests *= 2
    statuses = await killedDuringSignUps(doomed, usernames())
  }

  const answer = await respond(survivor, await srpResponses(here(survivor), challenge))
  expect(answer.status).toBe(200)
  expect((await survivor.call('GetUser', { AccessToken: tokens(answer).AccessToken })).status).toBe(200)
  for (const [i, Username] of usernames().entries()) {
    const status = statuses[i]
    const again = await survivor.call('SignUp', {
      ClientId: killed.userPoolClientId,
      Username,
      Password: PASSWORD,
    })
    // What was answered is there. What was not may be there or not, and is one of the two.
    expect(again.status).toBe(
      status === 200 ? 400 : again.body.__type === 'UsernameExistsException' ? 400 : 200,
    )
  }
})

/** Signs users up and kills the server when the first one is answered: the status of each, or `undefined` if it was cut. */
async function killedDuringSignUps(server: RunningAmulet, usernames: string[]) {
  const underWay = usernames.map((Username) =>
    server.call('SignUp', { ClientId: server.userPoolClientId, Username, Password: PASSWORD }).then(
      ({ status }) => status,
      () => undefined,
    ),
  )
  await Promise.any(underWay)
  server.process.kill('SIGKILL')
  return await Promise.all(underWay)
}

const here = ({ userPoolId }: RunningAmulet) => ({ userPoolId, server: { clock: { now: () => Date.now() } } })
const tokens = (answer: { body: object }) =>
  // An answer with status 200 has them.
  (answer.body as { AuthenticationResult: { AccessToken: string } }).AuthenticationResult

async function codeFor({ url }: RunningAmulet, address: string): Promise<string | undefined> {
  const response = await fetch(`${url}/_amulet/inbox?to=${encodeURIComponent(address)}`)
  const messages = (await response.json()) as { code: string }[]
  return messages[0]?.code
}

test('a server goes on when a newer version adds a column to a table that it reads', async () => {
  const database = sqliteDatabase()
  const app = await start({ ...database })
  await signUpAndConfirm(app)
  const { RefreshToken } = await passwordSignIn(app)
  const newer = new SqliteDatabase(database.database.slice('sqlite:'.length))
  // A refresh reads the user's columns and those of the sign-in by one statement.
  newer.exec("ALTER TABLE users ADD COLUMN added TEXT DEFAULT 'new'")
  newer.close()
  expect((await refresh(app, RefreshToken)).status).toBe(200)
})
