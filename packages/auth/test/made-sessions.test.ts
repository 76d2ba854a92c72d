import {
  type AuthContextOptions,
  createAuthContext,
  createMemoryStorage,
  fetchAuthSession,
  fetchUserAttributes,
  getCurrentUser,
  signIn,
  signOut,
} from '@amulet/auth'
import { type AmuletServer, createServer, type ServerOptions } from '@amulet/server'
import { connect, createAdmin, createSession, type Session } from '@amulet/server/testing'
import * as amplify from 'aws-amplify'
import * as amplifyAuth from 'aws-amplify/auth'
import { cognitoUserPoolsTokenProvider } from 'aws-amplify/auth/cognito'
import { expect, onTestFinished, test } from 'vitest'
import { keyPairOfTests } from '../../server/test/key-pair.js'

const PASSWORD = 'Correct-horse-1'

async function start(options: ServerOptions = {}): Promise<AmuletServer> {
  const server = createServer({ generateKeyPair: keyPairOfTests, ...options })
  onTestFinished(() => server.close())
  await server.ready
  return server
}

const contextOf = (
  server: AmuletServer,
  { userPoolId, userPoolClientId, storage }: Session,
  options: AuthContextOptions = {},
) =>
  createAuthContext(
    { Auth: { Cognito: { userPoolId, userPoolClientId } } },
    { fetch: server.fetch, clock: server.clock.now, storage, ...options },
  )

test('each session has a new user, who is signed in, refreshes and signs out', async () => {
  const server = await start()
  const session = await createSession(server)
  const context = contextOf(server, session)
  expect(await getCurrentUser(context)).toEqual({
    userId: session.sub,
    username: session.sub,
    signInDetails: { loginId: session.username, authFlowType: 'USER_SRP_AUTH' },
  })
  expect(await fetchUserAttributes(context)).toEqual({
    sub: session.sub,
    email: session.username,
    email_verified: 'true',
  })
  server.clock.advance(60 * 60)
  const { tokens } = await fetchAuthSession(context)
  expect(tokens?.accessToken.payload.sub).toBe(session.sub)
  expect(`${tokens?.accessToken}`).not.toBe(session.accessToken)
  await signOut(context, { global: true })
  expect(
    session.storage.getItem('CognitoIdentityServiceProvider.amuletdevwebclient00000000.LastAuthUser'),
  ).toBe(null)
  const other = await createSession(server)
  expect([other.sub, other.username]).not.toContain(session.sub)
  expect(other.username).not.toBe(session.username)
})

test('a session sends no request before it is used', async () => {
  const server = await start()
  server.clock.advance(1800)
  const session = await createSession(server)
  const sent: string[] = []
  const context = contextOf(server, session, {
    async fetch(request) {
      sent.push(request.headers.get('x-amz-target') ?? '')
      return await server.fetch(request)
    },
  })
  expect(`${(await fetchAuthSession(context)).tokens?.idToken}`).toBe(session.idToken)
  expect(sent).toEqual([])
})

test('the user has the password, attributes and groups that were asked for', async () => {
  const server = await start()
  const session = await createSession(server, {
    username: 'ada@example.com',
    password: PASSWORD,
    attributes: { name: 'Ada', email_verified: 'false' },
    groups: ['admins', 'staff'],
  })
  expect(session).toMatchObject({ username: 'ada@example.com', password: PASSWORD })
  const context = contextOf(server, session)
  const { tokens } = await fetchAuthSession(context)
  expect(tokens?.idToken?.payload).toMatchObject({
    name: 'Ada',
    email_verified: false,
    'cognito:groups': ['admins', 'staff'],
  })
  await signOut(context)
  expect((await signIn(context, { username: 'ada@example.com', password: PASSWORD })).isSignedIn).toBe(true)
})

test('an existing user gets the given values, and keeps the others', async () => {
  const server = await start({
    users: [{ Username: 'ada@example.com', Password: PASSWORD, groups: ['staff'] }],
  })
  const first = await createSession(server, { username: 'ada@example.com', attributes: { name: 'Ada' } })
  const again = await createSession(server, {
    username: 'ada@example.com',
    attributes: { family_name: 'Lovelace' },
    groups: ['admins', 'staff'],
  })
  expect(again.sub).toBe(first.sub)
  const context = contextOf(server, again)
  const { tokens } = await fetchAuthSession(context)
  expect(tokens?.idToken?.payload).toMatchObject({
    name: 'Ada',
    family_name: 'Lovelace',
    'cognito:groups': ['admins', 'staff'],
  })
  await signOut(context)
  expect((await signIn(context, { username: 'ada@example.com', password: PASSWORD })).isSignedIn).toBe(true)
  await signOut(context)
  await createSession(server, { username: 'ada@example.com', password: 'Another-horse-1' })
  expect(
    (await signIn(context, { username: 'ada@example.com', password: 'Another-horse-1' })).isSignedIn,
  ).toBe(true)
})

test('a user who cannot be signed in is named with the reason', async () => {
  const server = await start({
    users: [{ Username: 'ada@example.com', Password: PASSWORD, Temporary: true }],
  })
  const admin = createAdmin(server)
  await expect(createSession(server, { username: 'ada@example.com' })).rejects.toThrow(
    'There is no session. ada@example.com is FORCE_CHANGE_PASSWORD, so there can be no session yet. With a password, the user is made CONFIRMED.',
  )
  expect((await createSession(server, { username: 'ada@example.com', password: PASSWORD })).sub).toBeDefined()
  await admin.adminDisableUser({ Username: 'ada@example.com' })
  await expect(createSession(server, { username: 'ada@example.com' })).rejects.toThrow('is disabled')
  await expect(createSession(server, { username: 'Ada' })).rejects.toThrow('Username should be an email')
  await expect(createSession(server, { password: 'short' })).rejects.toThrow('Password did not conform')
  await expect(createSession(server, { attributes: { plan: 'gold' } })).rejects.toThrow('plan')
  await expect(createSession(server, { attributes: { sub: 'x' } })).rejects.toThrow('sub')
  await expect(createSession(server, { userPoolClientId: 'nowhere' })).rejects.toThrow('nowhere')
  const mistyped: object = { userName: 'grace@example.com' }
  await expect(createSession(server, mistyped)).rejects.toThrow(
    'There is no session. userName is unknown; known there: userPoolId, userPoolClientId, username, password, attributes, groups.',
  )
  // Nothing is left of those who were refused.
  expect((await admin.listUsers()).Users).toHaveLength(1)
})

test('an empty JSON object makes a session, and anything but an object is refused', async () => {
  const server = await start()
  const send = async (body: string) => {
    const response = await server.fetch(
      new Request('http://localhost/_amulet/sessions', { method: 'POST', body }),
    )
    return { status: response.status, message: Reflect.get(Object(await response.json()), 'message') }
  }
  for (const body of ['', '{', 'null', '"ada@example.com"', '7'])
    expect(await send(body), body).toEqual({ status: 400, message: 'Send a JSON object.' })
  expect((await send('{}')).status).toBe(200)
})

test('the storage state of a browser is for one origin', async () => {
  const session = await createSession(await start())
  expect(session.storageState('https://shop.example:8443/cart?of=ada').origins).toMatchObject([
    { origin: 'https://shop.example:8443' },
  ])
  for (const origin of ['localhost:5173', '', 'about:blank'])
    expect(() => session.storageState(origin)).toThrow(
      `The origin of the application is written like http://localhost:5173, not ${JSON.stringify(origin)}.`,
    )
})

test('a server that does not answer, or is not an Amulet server, is reported', async () => {
  const nowhere = 'http://127.0.0.1:9'
  const told = `No server answers at ${nowhere}. \`npx @amulet/server dev\` starts one.`
  await expect(createSession(nowhere)).rejects.toThrow(told)
  await expect(createAdmin(`${nowhere}/`).listUsers()).rejects.toThrow(told)
  const remote = connect(nowhere)
  await expect(remote.info()).rejects.toThrow(told)
  await expect(remote.inbox.next('ada@example.com')).rejects.toThrow(told)
  await expect(createSession(remote)).rejects.toThrow(told)
  // As a server for single-page applications answers everything.
  const pages = { fetch: async () => new Response('<!doctype html>') }
  await expect(createSession(pages)).rejects.toThrow('The server is not one for development.')
})

test.each([
  ['a username', {}, /^user-[0-9a-f]{10}$/],
  ['an e-mail address', { UsernameAttributes: ['email' as const] }, /^user-[0-9a-f]{10}@example\.com$/],
  ['a phone number', { UsernameAttributes: ['phone_number' as const] }, /^\+999\d{11}$/],
])('a name is generated for a pool whose users sign in with %s', async (_, settings, pattern) => {
  const server = await start({
    config: { userPools: [{ PoolName: 'Pool', ...settings, clients: [{ ClientName: 'Web' }] }] },
  })
  const session = await createSession(server)
  expect(session.username).toMatch(pattern)
  expect((await getCurrentUser(contextOf(server, session))).signInDetails?.loginId).toBe(session.username)
})

test('a session can be in another pool, of a named client', async () => {
  const server = await start()
  const admin = createAdmin(server)
  const { UserPool } = await admin.createUserPool({ PoolName: 'Staff' })
  const userPoolId = UserPool?.Id ?? ''
  const { UserPoolClient } = await admin.createUserPoolClient({ UserPoolId: userPoolId, ClientName: 'Web' })
  const userPoolClientId = UserPoolClient?.ClientId ?? ''
  const session = await createSession(server, { userPoolId, userPoolClientId, username: 'grace' })
  expect((await getCurrentUser(contextOf(server, session))).username).toBe('grace')
  await expect(createSession(server, { userPoolId, username: 'grace' })).rejects.toThrow(
    "There is no session. 1 validation error detected: Value at 'userPoolClientId' failed to satisfy constraint: Member must not be null",
  )
  const { userPoolId: first } = await server.ready
  expect((await createSession(server, { userPoolId: first })).userPoolId).toBe(first)
})

test('the function of the pool decides what is in the tokens', async () => {
  const server = await start({
    functions: {
      async plan(event) {
        event.response.claimsOverrideDetails = { claimsToAddOrOverride: { plan: event.triggerSource } }
        return event
      },
    },
    config: {
      userPools: [
        {
          PoolName: 'Pool',
          LambdaConfig: { PreTokenGeneration: 'arn:aws:lambda:us-east-1:000000000000:function:plan' },
          clients: [{ ClientName: 'Web' }],
        },
      ],
    },
  })
  const { tokens } = await fetchAuthSession(contextOf(server, await createSession(server)))
  expect(tokens?.idToken?.payload.plan).toBe('TokenGeneration_Authentication')
})

test('a page of Amplify and a page of this client are signed in by the state of a browser', async () => {
  const server = await start()
  const { url } = await server.listen()
  // The page's clock stays behind.
  server.clock.advance(7200)
  const session = await createSession(connect(url), { username: 'ada@example.com' })
  expect(session.storageState('http://localhost:5173/welcome')).toEqual({
    cookies: [],
    origins: [
      {
        origin: 'http://localhost:5173',
        localStorage: Object.entries(session.items).map(([name, value]) => ({ name, value })),
      },
    ],
  })
  const { userPoolId, userPoolClientId } = session
  const Auth = { Cognito: { userPoolId, userPoolClientId, userPoolEndpoint: url } }
  const storage = createMemoryStorage()
  const driftKey = `CognitoIdentityServiceProvider.${userPoolClientId}.${session.sub}.clockDrift`
  for (const [name, value] of Object.entries(session.items)) storage.setItem(name, value)
  for (const kept of [storage, session.storage]) {
    expect(Number(kept.getItem(driftKey))).toBeGreaterThan(7_190_000)
    const page = createAuthContext({ Auth }, { storage: kept })
    expect(`${(await fetchAuthSession(page)).tokens?.accessToken}`).toBe(session.accessToken)
  }

  amplify.Amplify.configure({ Auth })
  cognitoUserPoolsTokenProvider.setKeyValueStorage({
    getItem: async (key) => session.storage.getItem(key),
    setItem: async (key, value) => session.storage.setItem(key, value),
    removeItem: async (key) => session.storage.removeItem(key),
    clear: async () => session.storage.clear(),
  })
  expect((await amplifyAuth.getCurrentUser()).signInDetails?.loginId).toBe('ada@example.com')
  expect(`${(await amplifyAuth.fetchAuthSession()).tokens?.idToken}`).toBe(session.idToken)
  expect((await amplifyAuth.fetchUserAttributes()).email).toBe('ada@example.com')
})

test('the kit works with a server of another process as with one of its own', async () => {
  const server = await start()
  const { listeningAt, addresses: _, ...info } = await server.listen()
  const remote = connect(`${listeningAt}/`)
  expect(await remote.info()).toEqual(info)
  const before = server.clock.now()
  await remote.clock.advance(3600)
  expect(server.clock.now() - before).toBeGreaterThanOrEqual(3_600_000)
  await expect(remote.clock.advance(-1)).rejects.toThrow('The server has refused. Send {"advanceSeconds": n}')
  const { sub } = await createSession(remote, { username: 'ada@example.com' })
  expect((await createAdmin(remote).listUsers()).Users?.map(({ Username }) => Username)).toEqual([sub])
  await createAdmin(remote).adminCreateUser({
    Username: 'grace@example.com',
    UserAttributes: [{ Name: 'email', Value: 'grace@example.com' }],
    DesiredDeliveryMediums: ['EMAIL'],
  })
  expect((await remote.inbox.last('grace@example.com'))?.purpose).toBe('invitation')
  expect(await remote.inbox.list()).toHaveLength(1)
  await remote.inbox.clear()
  expect(await remote.inbox.last()).toBeUndefined()
  await remote.reset()
  expect((await createAdmin(remote).listUsers()).Users).toEqual([])
})
