import { type AmuletServer, createServer, type FunctionHandler, type ServerOptions } from '@amulet/server'
import { createAdmin, createSession, injectFault } from '@amulet/server/testing'
import { expect, onTestFinished, test, vi } from 'vitest'
import { onPostgres, sharedDatabase, sqliteDatabase } from './fresh-database.js'
import { keyPairOfTests } from './key-pair.js'
import { startProduction } from './production.js'
import { call, PASSWORD } from './start.js'

const ADA = { Username: 'ada@example.com', Password: PASSWORD }

/** In memory, whatever the other tests of the run are on. */
function prepare(options: ServerOptions = {}): AmuletServer {
  const server = createServer({ generateKeyPair: keyPairOfTests, users: [ADA], ...options })
  onTestFinished(() => server.close())
  return server
}

async function forkOf(server: AmuletServer, ...options: Parameters<AmuletServer['fork']>) {
  const fork = await server.fork(...options)
  onTestFinished(() => fork.close())
  return fork
}

async function usersOf(server: AmuletServer): Promise<(string | undefined)[]> {
  const { Users = [] } = await createAdmin(server).listUsers()
  return Users.map(({ Attributes }) => Attributes?.find(({ Name }) => Name === 'email')?.Value).sort()
}

const getUser = async (server: AmuletServer, AccessToken: string) =>
  (await call(server, 'GetUser', { AccessToken })).status

test('a fork has all earlier data, and later changes stay apart', async () => {
  const prepared = prepare()
  const before = await createSession(prepared, { username: 'ada@example.com' })
  const [one, other] = [await forkOf(prepared), await forkOf(prepared)]
  expect(await one.ready).toEqual(await prepared.ready)
  for (const server of [one, other]) expect(await getUser(server, before.accessToken)).toBe(200)

  await createSession(one, { username: 'grace@example.com' })
  await createSession(prepared, { username: 'alan@example.com' })
  expect(await usersOf(one)).toEqual(['ada@example.com', 'grace@example.com'])
  expect(await usersOf(other)).toEqual(['ada@example.com'])
  expect(await usersOf(prepared)).toEqual(['ada@example.com', 'alan@example.com'])

  // Signed out everywhere in one of them.
  await call(other, 'GlobalSignOut', { AccessToken: before.accessToken })
  expect(await getUser(other, before.accessToken)).toBe(400)
  expect(await getUser(one, before.accessToken)).toBe(200)
  const { userPoolClientId: ClientId } = await one.ready
  const refreshed = await call(one, 'InitiateAuth', {
    ClientId,
    AuthFlow: 'REFRESH_TOKEN_AUTH',
    AuthParameters: { REFRESH_TOKEN: before.refreshToken },
  })
  expect(refreshed.status).toBe(200)
})

test('a fork goes on when its origin is closed, and the other way round', async () => {
  const prepared = prepare()
  const [one, other] = [await forkOf(prepared), await forkOf(prepared)]
  await one.close()
  expect(await usersOf(prepared)).toEqual(['ada@example.com'])
  await prepared.close()
  expect(await usersOf(other)).toEqual(['ada@example.com'])
  expect(await usersOf(await forkOf(other))).toEqual(['ada@example.com'])
})

test('a closed server says so to each of its callers', async () => {
  const server = prepare()
  await server.ready
  await server.close()
  const told = 'The server was closed.'
  await expect(server.fork()).rejects.toThrow(told)
  await expect(server.reset()).rejects.toThrow(told)
  await expect(server.listen()).rejects.toThrow(told)
  await expect(server.fetch(new Request('http://localhost/'))).rejects.toThrow(told)
  await expect(createSession(server)).rejects.toThrow(told)
})

test('a fork begins with the time and the messages of its origin, and has its own from then on', async () => {
  const prepared = prepare()
  const { userPoolClientId: ClientId } = await prepared.ready
  await call(prepared, 'SignUp', { ClientId, Username: 'grace@example.com', Password: PASSWORD })
  prepared.clock.advance(3600)
  const fork = await forkOf(prepared)
  expect(fork.clock.now() - Date.now()).toBeGreaterThan(3_590_000)
  const { code: ConfirmationCode } = await fork.inbox.next('grace@example.com')
  const confirmed = await call(fork, 'ConfirmSignUp', {
    ClientId,
    Username: 'grace@example.com',
    ConfirmationCode,
  })
  expect(confirmed.status).toBe(200)

  fork.clock.advance(3600)
  fork.inbox.clear()
  expect(prepared.clock.now() - Date.now()).toBeLessThan(3_610_000)
  expect((await prepared.inbox.next('grace@example.com')).code).toBe(ConfirmationCode)
})

test('faults are not inherited', async () => {
  const prepared = prepare()
  await injectFault(prepared, 'GetUser', 'InternalErrorException')
  const session = await createSession(prepared)
  expect(await getUser(await forkOf(prepared), session.accessToken)).toBe(200)
  expect(await getUser(prepared, session.accessToken)).toBe(500)
})

test('a fork can have functions of its own', async () => {
  const handler =
    (plan: string): FunctionHandler =>
    (event) => {
      event.response.claimsOverrideDetails = { claimsToAddOrOverride: { plan } }
      return Promise.resolve(event)
    }
  const prepared = prepare({
    users: [],
    functions: { plan: handler('free') },
    config: {
      userPools: [
        {
          PoolName: 'Plans',
          LambdaConfig: { PreTokenGeneration: 'arn:aws:lambda:us-east-1:000000000000:function:plan' },
          clients: [{ ClientName: 'Web' }],
        },
      ],
    },
  })
  const planAt = async (server: AmuletServer) => {
    const { idToken } = await createSession(server)
    const claims: unknown = JSON.parse(Buffer.from(idToken.split('.')[1] ?? '', 'base64url').toString())
    return claims
  }
  expect(await planAt(await forkOf(prepared))).toMatchObject({ plan: 'free' })
  const gold = await forkOf(prepared, { functions: { plan: handler('gold') } })
  expect(await planAt(gold)).toMatchObject({ plan: 'gold' })
  expect(await planAt(prepared)).toMatchObject({ plan: 'free' })
})

test('a database in a file is forked into memory, and stays as it is', async () => {
  const prepared = prepare(sqliteDatabase())
  const fork = await forkOf(prepared)
  await createSession(fork)
  expect(await usersOf(fork)).toHaveLength(2)
  expect(await usersOf(prepared)).toEqual(['ada@example.com'])
})

test('a fork waits for the transactions under way', async () => {
  const prepared = prepare()
  await prepared.ready
  const [, fork] = await Promise.all([
    Promise.all([1, 2, 3].map((n) => createSession(prepared, { username: `user-${n}@example.com` }))),
    forkOf(prepared),
    createSession(prepared),
  ])
  // Whole users, as many as there were.
  for (const email of await usersOf(fork)) expect(email).toMatch(/@example\.com$/)
  expect((await createSession(fork, { username: 'ada@example.com' })).sub).toBeDefined()
})

test('forks and resets are refused in production, and forks on PostgreSQL', async () => {
  const { server } = await startProduction()
  await expect(server.fork()).rejects.toThrow('`fork` is for `dev`.')
  await expect(server.reset()).rejects.toThrow('`reset` is for `dev`.')
  if (!onPostgres) return
  const onIt = prepare(await sharedDatabase())
  await expect(onIt.fork()).rejects.toThrow('Only databases of SQLite can be copied')
})

test('a fork that cannot start says why', async () => {
  const prepared = prepare()
  // @ts-expect-error: no function
  await expect(prepared.fork({ functions: { broken: 'text' } })).rejects.toThrow('must be a function')
  expect(await usersOf(await forkOf(prepared))).toHaveLength(1)
})

test('a reset restores the users of the option, and removes other users, messages and faults', async () => {
  const warn = vi.fn()
  const server = prepare({ warn })
  const { userPoolClientId: ClientId } = await server.ready
  await createSession(server, { username: 'ada@example.com', attributes: { name: 'Ada' } })
  await call(server, 'SignUp', { ClientId, Username: 'grace@example.com', Password: PASSWORD })
  await injectFault(server, 'ListUsers', 'InternalErrorException')
  await server.reset()
  expect(await usersOf(server)).toEqual(['ada@example.com'])
  expect(server.inbox.list()).toEqual([])
  const user = await createAdmin(server).adminGetUser({ Username: 'ada@example.com' })
  expect(user.UserAttributes?.map(({ Name }) => Name)).toEqual(['sub', 'email'])
  expect(warn).not.toHaveBeenCalled()
})
