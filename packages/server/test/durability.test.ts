import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import pg from 'pg'
import { expect, test } from 'vitest'
import { amuletDev, type RunningAmulet, temporaryFolder } from './amulet.js'
import { onPostgres, sharedDatabase } from './fresh-database.js'
import { PASSWORD } from './start.js'

// `script/campaign kill --times 100` sets how often; a run of all tests is content with a few.
const KILLS = Number(process.env.AMULET_KILLS ?? 3)
const AT_ONCE = 8

/** What one user has been promised by answers, and what was asked for and not answered when the server died. */
interface Promised {
  readonly username: string
  /** Answers to everybody after which the server was killed. */
  readonly killedAfter: number
  status: 'asked' | 'signed up' | 'confirmed' | 'deleted'
  /** The next status, asked for. */
  asked?: Promised['status']
  name?: string
  askedName?: string
  refreshToken?: string
  revoked?: 'asked' | 'answered'
}

const CONFIG = {
  userPools: [
    {
      UserPoolId: 'us-east-1_Durable',
      PoolName: 'Durable',
      UsernameAttributes: ['email'],
      AutoVerifiedAttributes: ['email'],
      clients: [
        {
          ClientId: 'durable',
          ClientName: 'Web',
          ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'],
          RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 60 },
        },
      ],
    },
  ],
}

/** The server is gone: the only thing that may go wrong. */
class Gone extends Error {}

async function call(server: RunningAmulet, operation: string, input: object) {
  try {
    const { status, body } = await server.call(operation, input)
    // The test says what it should be.
    return {
      status,
      body: body as { __type?: string; AuthenticationResult?: Tokens; UserAttributes?: Pair[] },
    }
  } catch (cause) {
    throw new Gone(operation, { cause })
  }
}
interface Tokens {
  readonly AccessToken: string
  readonly RefreshToken: string
}
interface Pair {
  readonly Name: string
  readonly Value: string
}

async function answered(server: RunningAmulet, operation: string, input: object) {
  const answer = await call(server, operation, input)
  expect(answer.status, `${operation}: ${JSON.stringify(answer.body)}`).toBe(200)
  return answer.body
}

const ClientId = 'durable'
const signIn = (server: RunningAmulet, USERNAME: string) =>
  call(server, 'InitiateAuth', {
    ClientId,
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME, PASSWORD },
  })

/** A user's life, each answer noted. */
async function live(server: RunningAmulet, user: Promised, turn: number): Promise<void> {
  const Username = user.username
  await answered(server, 'SignUp', { ClientId, Username, Password: PASSWORD })
  user.status = 'signed up'
  user.asked = 'confirmed'
  const ConfirmationCode = await codeFor(server, Username)
  await answered(server, 'ConfirmSignUp', { ClientId, Username, ConfirmationCode })
  user.status = 'confirmed'
  delete user.asked
  const { body } = await signIn(server, Username)
  let { AccessToken = '', RefreshToken = '' } = body.AuthenticationResult ?? {}
  user.refreshToken = RefreshToken
  for (let change = 0; change < 4; change++) {
    user.askedName = `${Username} ${change}`
    await answered(server, 'UpdateUserAttributes', {
      AccessToken,
      UserAttributes: [{ Name: 'name', Value: user.askedName }],
    })
    user.name = user.askedName
    const refreshed = await answered(server, 'GetTokensFromRefreshToken', { ClientId, RefreshToken })
    AccessToken = refreshed.AuthenticationResult?.AccessToken ?? ''
    RefreshToken = refreshed.AuthenticationResult?.RefreshToken ?? ''
    user.refreshToken = RefreshToken
  }
  if (turn % 3 === 0) {
    user.revoked = 'asked'
    await answered(server, 'RevokeToken', { ClientId, Token: RefreshToken })
    user.revoked = 'answered'
  } else if (turn % 3 === 1) {
    user.asked = 'deleted'
    await answered(server, 'DeleteUser', { AccessToken })
    user.status = 'deleted'
  }
}

async function codeFor(server: RunningAmulet, address: string): Promise<string | undefined> {
  try {
    const inbox = await fetch(`${server.url}/_amulet/inbox?to=${encodeURIComponent(address)}`)
    const messages = (await inbox.json()) as { code: string }[]
    return messages[0]?.code
  } catch (cause) {
    throw new Gone('inbox', { cause })
  }
}

/** Users sign up, change and leave, several at once; after so many answers the server is killed. */
async function liveUntilKilled(server: RunningAmulet, round: number, after: number): Promise<Promised[]> {
  const users: Promised[] = []
  let answers = 0
  const counting: RunningAmulet = {
    ...server,
    async call(operation, input) {
      const answer = await server.call(operation, input)
      // The others' requests are somewhere between their beginning and their end.
      if (++answers === after) server.process.kill('SIGKILL')
      return answer
    },
  }
  const worker = async (number: number) => {
    for (let turn = number; ; turn++) {
      const username = `user-${round}-${number}-${turn}@example.com`
      const user: Promised = { username, killedAfter: after, status: 'asked' }
      users.push(user)
      await live(counting, user, turn)
    }
  }
  const outcomes = await Promise.allSettled(Array.from({ length: AT_ONCE }, (_, number) => worker(number)))
  // A worker ends when its connection breaks, and by nothing else.
  for (const outcome of outcomes)
    if (outcome.status === 'rejected' && !(outcome.reason instanceof Gone)) throw outcome.reason
  return users
}

/** The processes of PostgreSQL that work for others. */
async function connections(database: string): Promise<number[]> {
  const client = new pg.Client({ connectionString: database })
  await client.connect()
  const { rows } = await client.query(
    'select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
  )
  await client.end()
  return rows.map(({ pid }) => pid)
}

/** PostgreSQL finishes what a client has sent that is gone; until then what was asked for may still come to be. */
async function haveEnded(database: string, left: readonly number[]): Promise<void> {
  while ((await connections(database)).some((pid) => left.includes(pid))) await setTimeout(20)
}

/** What was promised is so; what was asked for is either so or not, and not half so. */
async function assertKept(server: RunningAmulet, user: Promised): Promise<void> {
  const { status, body } = await signIn(server, user.username)
  const found =
    status === 200 ? 'confirmed' : body.__type === 'UserNotConfirmedException' ? 'signed up' : 'gone'
  const allowed = {
    asked: ['gone', 'signed up'],
    'signed up': user.asked ? ['signed up', 'confirmed'] : ['signed up'],
    confirmed: user.asked ? ['confirmed', 'gone'] : ['confirmed'],
    deleted: ['gone'],
  }[user.status]
  const promised = JSON.stringify(user)
  expect(allowed, `${promised} is ${found}: ${JSON.stringify(body)}`).toContain(found)
  if (found === 'gone') {
    // Gone as a whole: the name is free.
    await answered(server, 'SignUp', { ClientId, Username: user.username, Password: PASSWORD })
    user.status = 'signed up'
    delete user.asked
    return
  }
  if (found !== 'confirmed' || user.status !== 'confirmed') return
  const { AccessToken } = body.AuthenticationResult ?? {}
  const { UserAttributes = [] } = await answered(server, 'GetUser', { AccessToken })
  const name = UserAttributes.find(({ Name }) => Name === 'name')?.Value
  expect([user.name, user.askedName], promised).toContain(name)
  if (!user.refreshToken) return
  const refreshed = await call(server, 'GetTokensFromRefreshToken', {
    ClientId,
    RefreshToken: user.refreshToken,
  })
  if (user.revoked === 'answered') expect(refreshed.status, promised).toBe(400)
  // A rotation whose answer was lost does not sign the user out.
  if (!user.revoked) expect(refreshed.status, `${promised}: ${refreshed.body.__type}`).toBe(200)
}

test(`what was answered survives ${KILLS} kills in the middle of writing, and every start is clean`, {
  timeout: 60_000 + KILLS * 20_000,
}, async () => {
  const cwd = temporaryFolder()
  writeFileSync(join(cwd, 'amulet.config.json'), JSON.stringify(CONFIG))
  const args = ['--config', 'amulet.config.json']
  const { database } = onPostgres ? await sharedDatabase() : {}
  if (database !== undefined) args.push('--database', database)
  const everybody: Promised[] = []
  let server = await amuletDev(args, { cwd })
  for (let round = 0; round < KILLS; round++) {
    const users = await liveUntilKilled(server, round, 50 + Math.floor(Math.random() * 200))
    everybody.push(...users)
    const left = database === undefined ? [] : await connections(database)
    server = await amuletDev(args, { cwd })
    if (database !== undefined) await haveEnded(database, left)
    for (const user of users) await assertKept(server, user)
    if (process.env.AMULET_KILLS) console.log(`kill ${round + 1}: ${users.length} users as promised`)
  }
  // Enough has happened for the above to mean something, and nothing of the first rounds was lost in the later ones.
  expect(everybody.filter(({ status }) => status === 'confirmed').length).toBeGreaterThan(2 * KILLS)
  for (const user of everybody) {
    delete user.refreshToken
    await assertKept(server, user)
  }
})
