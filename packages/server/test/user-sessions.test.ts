import { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider'
import { expect, onTestFinished, test } from 'vitest'
import { createUser, refusal, signIn, startWithAdmin } from './admin.js'
import { type Browser, openBrowser } from './browser-session.js'
import { sharedDatabase } from './fresh-database.js'
import { authorizeQuery, type OAuthStarted, PKCE, redeem, signInOnPage, startOAuth } from './oauth.js'
import { start } from './start.js'
import { stillClock } from './still-clock.js'

// Session tracking, through the stock AWS SDK.

const CHROME =
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/125.0.0.0 Safari/537.36'

type Options = Parameters<typeof startOAuth>[0]

/** A pool that tracks sessions, with two servers on one database. */
async function startTracking({ MaxPerUser = 20, ...options }: Options & { MaxPerUser?: number } = {}) {
  const database = await sharedDatabase()
  const app = await startOAuth({
    ...database,
    client: { ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'] },
    ...options,
  })
  const { UserPoolId } = app
  await app.admin.setUserPoolSessionConfiguration({
    UserPoolId,
    UserSessionTracking: 'ENABLED',
    TokenSession: { MaxPerUser },
  })
  const other = await start({ ...database, clock: app.server.clock })
  const { url } = await other.server.listen()
  const admin = new CognitoIdentityProvider({
    endpoint: url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'anybody', secretAccessKey: 'anything' },
  })
  onTestFinished(() => admin.destroy())
  return { ...app, other: { ...other, admin } }
}

/** Signs `ada` in by the API. */
async function tokens({ admin, clientId }: Pick<OAuthStarted, 'admin' | 'clientId'>) {
  const { AuthenticationResult } = await signIn(admin, clientId, 'ada')
  return {
    AccessToken: AuthenticationResult?.AccessToken ?? '',
    RefreshToken: AuthenticationResult?.RefreshToken ?? '',
  }
}

/** Signs `ada` in by redirect. */
async function redirectTokens(app: OAuthStarted, browser: Browser) {
  const { body } = await redeem(app, await signInOnPage(app, PKCE, browser))
  return { AccessToken: String(body.access_token), RefreshToken: String(body.refresh_token) }
}

const isGood = (admin: CognitoIdentityProvider, AccessToken: string): Promise<boolean> =>
  admin.getUser({ AccessToken }).then(
    () => true,
    () => false,
  )

const refresh = ({ admin, clientId }: Pick<OAuthStarted, 'admin' | 'clientId'>, REFRESH_TOKEN: string) =>
  admin.initiateAuth({
    ClientId: clientId,
    AuthFlow: 'REFRESH_TOKEN_AUTH',
    AuthParameters: { REFRESH_TOKEN },
  })

/** Whether the browser goes on without signing in. */
async function goesOn(app: OAuthStarted, browser: Browser): Promise<boolean> {
  const query = authorizeQuery(app, { ...PKCE, prompt: 'none' })
  return (await browser.get(`/oauth2/authorize?${query}`)).location.includes('code=')
}

const current = async (admin: CognitoIdentityProvider, AccessToken: string): Promise<string> => {
  const { Sessions = [] } = await admin.listUserSessions({ AccessToken })
  return Sessions.find(({ IsCurrentSession }) => IsCurrentSession)?.SessionId ?? ''
}

test('a pool does not track sessions by default, and is described so', async () => {
  const app = await startOAuth({
    client: { ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'] },
  })
  const { admin, UserPoolId } = app
  expect(await admin.getUserPoolSessionConfiguration({ UserPoolId })).toMatchObject({
    UserPoolId,
    UserSessionTracking: 'DISABLED',
    TokenSession: { MaxPerUser: 20 },
  })
  const { AccessToken } = await tokens(app)
  const off = refusal(
    'OperationNotEnabledException',
    'User session tracking is not enabled for this user pool.',
  )
  const session = { SessionId: `tkn${'0'.repeat(25)}` }
  const user = { UserPoolId, Username: 'ada' }
  await expect(admin.listUserSessions({ AccessToken })).rejects.toMatchObject(off)
  await expect(admin.revokeUserSession({ AccessToken, ...session })).rejects.toMatchObject(off)
  await expect(admin.adminListUserSessions(user)).rejects.toMatchObject(off)
  await expect(admin.adminRevokeUserSession({ ...user, ...session })).rejects.toMatchObject(off)

  const set = { UserPoolId, UserSessionTracking: 'ENABLED', TokenSession: { MaxPerUser: 3 } } as const
  expect(await admin.setUserPoolSessionConfiguration(set)).toMatchObject(set)
  // What replaces the other settings of the pool leaves this one, and does not show it.
  await admin.updateUserPool({ UserPoolId })
  expect(await admin.getUserPoolSessionConfiguration({ UserPoolId })).toMatchObject(set)
  expect((await admin.describeUserPool({ UserPoolId })).UserPool).not.toHaveProperty('UserSessionTracking')
  // A sign-in of before is a session too.
  expect((await admin.listUserSessions({ AccessToken })).Sessions).toHaveLength(1)
})

test('pools of the lowest tier do not track sessions, and a user may have 1 to 100', async () => {
  const { admin, UserPoolId, clientId } = await startOAuth({ pool: { UserPoolTier: 'LITE' } })
  const TokenSession = { MaxPerUser: 20 }
  const lite = { name: 'FeatureUnavailableInTierException' }
  await expect(
    admin.setUserPoolSessionConfiguration({ UserPoolId, UserSessionTracking: 'ENABLED', TokenSession }),
  ).rejects.toMatchObject(lite)
  await expect(
    admin.setUserPoolClientSessionConfiguration({
      UserPoolId,
      ClientId: clientId,
      SSOSession: { MaxValidityMinutes: 5 },
    }),
  ).rejects.toMatchObject(lite)
  await admin.updateUserPool({ UserPoolId, UserPoolTier: 'ESSENTIALS' })
  for (const MaxPerUser of [0, 101])
    await expect(
      admin.setUserPoolSessionConfiguration({
        UserPoolId,
        UserSessionTracking: 'ENABLED',
        TokenSession: { MaxPerUser },
      }),
    ).rejects.toMatchObject({ name: 'InvalidParameterException' })
})

test('a user sees where, when and with what each session was last used', async () => {
  const app = await startTracking()
  const { admin, clientId, UserPoolId, server } = app
  const browser = openBrowser({ fetch: (request) => server.fetch(withAgent(request, CHROME)) })
  const signedInAt = server.clock.now()
  const redirected = await redeem(app, await signInOnPage(app, PKCE, browser), {}, { 'user-agent': CHROME })
  const { AccessToken, RefreshToken } = await tokens(app)
  server.clock.advance(100)
  await refresh(app, RefreshToken)

  const { Sessions = [], NextToken } = await admin.listUserSessions({ AccessToken })
  expect(NextToken).toBeUndefined()
  expect(Sessions).toHaveLength(3)
  const sso = Sessions.find(({ SessionType }) => SessionType === 'SSO')
  const byApi = Sessions.find(({ IsCurrentSession }) => IsCurrentSession)
  const byRedirect = Sessions.find((session) => session !== sso && session !== byApi)
  const before = new Date(signedInAt)
  const unknown = { LastLocation: { Country: 'unknown' } }
  expect(sso).toEqual({
    SessionId: expect.stringMatching(/^sso[a-z0-9]{25}$/),
    SessionType: 'SSO',
    ClientId: clientId,
    CreateDate: expect.any(Date),
    LastActiveDate: expect.any(Date),
    DeviceType: 'Chrome 125 / macOS',
    IsCurrentSession: false,
    ...unknown,
  })
  expect(byRedirect).toEqual({
    SessionId: expect.stringMatching(/^tkn[a-z0-9]{25}$/),
    SessionType: 'TOKEN',
    ClientId: clientId,
    CreateDate: expect.any(Date),
    LastActiveDate: expect.any(Date),
    DeviceType: 'Chrome 125 / macOS',
    OriginSessionId: sso?.SessionId,
    IsCurrentSession: false,
    ...unknown,
  })
  expect(byApi).toMatchObject({
    SessionType: 'TOKEN',
    DeviceType: expect.stringMatching(/^aws-sdk-js [\d.]+ \/ Linux$/),
    LastIPAddress: '127.0.0.1',
    ...unknown,
  })
  expect(byApi).not.toHaveProperty('OriginSessionId')
  expect(Number(byApi?.LastActiveDate) - Number(byApi?.CreateDate)).toBeGreaterThanOrEqual(100_000)
  expect(Number(sso?.CreateDate)).toBeGreaterThanOrEqual(Number(before))

  // The administrator sees the same, and none of them as the current one.
  const { Sessions: seen } = await admin.adminListUserSessions({ UserPoolId, Username: 'ada' })
  expect(seen).toEqual(Sessions.map((session) => ({ ...session, IsCurrentSession: false })))

  // A refresh by the application is a use of the session that it came of.
  server.clock.advance(100)
  await refresh(app, String(redirected.body.refresh_token))
  const later = (await admin.listUserSessions({ AccessToken })).Sessions ?? []
  const used = later.find(({ SessionId }) => SessionId === sso?.SessionId)
  expect(Number(used?.LastActiveDate) - Number(sso?.LastActiveDate)).toBeGreaterThanOrEqual(200_000)
  expect(used?.LastIPAddress).toBe('127.0.0.1')
})

function withAgent(request: Request, userAgent: string): Request {
  const headers = new Headers(request.headers)
  headers.set('user-agent', userAgent)
  return new Request(request, { headers })
}

test('a session that has expired is neither listed nor revoked', async () => {
  const app = await startTracking({ clock: stillClock() })
  const { admin, UserPoolId, server } = app
  await redirectTokens(app, openBrowser(server))
  const user = { UserPoolId, Username: 'ada' }
  const types = async () =>
    ((await admin.adminListUserSessions(user)).Sessions ?? []).map(({ SessionType }) => SessionType)
  const { Sessions = [] } = await admin.adminListUserSessions(user)
  const idOf = (type: string) => Sessions.find(({ SessionType }) => SessionType === type)?.SessionId
  const revoke = (type: string) => admin.adminRevokeUserSession({ ...user, SessionId: idOf(type) })
  const missing = refusal('ResourceNotFoundException', 'Session does not exist.')

  server.clock.advance(3599)
  expect(await types()).toEqual(['TOKEN', 'SSO'])
  server.clock.advance(1)
  expect(await types()).toEqual(['TOKEN'])
  await expect(revoke('SSO')).rejects.toMatchObject(missing)
  server.clock.advance(30 * 86_400 - 3600)
  expect(await types()).toEqual([])
  await expect(revoke('TOKEN')).rejects.toMatchObject(missing)
})

test('revoking a session ends only its tokens, at every server', async () => {
  const app = await startTracking()
  const { admin, other } = app
  const [stolen, own, third] = [await tokens(app), await tokens(app), await tokens(app)]
  const SessionId = await current(admin, stolen.AccessToken)

  await other.admin.revokeUserSession({ AccessToken: own.AccessToken, SessionId })
  for (const server of [admin, other.admin]) {
    expect(await isGood(server, stolen.AccessToken)).toBe(false)
    for (const { AccessToken } of [own, third]) expect(await isGood(server, AccessToken)).toBe(true)
  }
  await expect(refresh(app, stolen.RefreshToken)).rejects.toMatchObject({ name: 'NotAuthorizedException' })
  expect((await refresh(app, own.RefreshToken)).AuthenticationResult?.AccessToken).toBeTypeOf('string')
  expect((await admin.listUserSessions({ AccessToken: own.AccessToken })).Sessions).toHaveLength(2)
  // There it is no longer.
  await expect(admin.revokeUserSession({ AccessToken: own.AccessToken, SessionId })).rejects.toMatchObject(
    refusal('ResourceNotFoundException', 'Session does not exist.'),
  )
})

test('the session of the access token is not revoked with it', async () => {
  const app = await startTracking()
  const { AccessToken } = await tokens(app)
  const SessionId = await current(app.admin, AccessToken)
  await expect(app.admin.revokeUserSession({ AccessToken, SessionId })).rejects.toMatchObject({
    name: 'InvalidParameterException',
  })
  expect(await isGood(app.admin, AccessToken)).toBe(true)
  await app.admin.adminRevokeUserSession({ UserPoolId: app.UserPoolId, Username: 'ada', SessionId })
  expect(await isGood(app.admin, AccessToken)).toBe(false)
})

test('a session of another user is not shown and cannot be revoked', async () => {
  const app = await startTracking()
  const { admin, UserPoolId, clientId } = app
  await createUser(admin, UserPoolId, 'grace')
  const browser = openBrowser(app.server)
  const { AccessToken } = await redirectTokens(app, browser)
  const grace = (await signIn(admin, clientId, 'grace')).AuthenticationResult?.AccessToken ?? ''
  expect((await admin.listUserSessions({ AccessToken: grace })).Sessions).toHaveLength(1)
  const { Sessions = [] } = await admin.listUserSessions({ AccessToken })
  expect(Sessions.map(({ SessionType }) => SessionType)).toEqual(['TOKEN', 'SSO'])
  const missing = refusal('ResourceNotFoundException', 'Session does not exist.')
  for (const { SessionId } of Sessions) {
    await expect(admin.revokeUserSession({ AccessToken: grace, SessionId })).rejects.toMatchObject(missing)
    await expect(
      admin.adminRevokeUserSession({ UserPoolId, Username: 'grace', SessionId }),
    ).rejects.toMatchObject(missing)
  }
  expect(await isGood(admin, AccessToken)).toBe(true)
  expect(await goesOn(app, browser)).toBe(true)
})

test('a refresh counts as a use of its own browser session only', async () => {
  const app = await startTracking({ clock: stillClock() })
  const { admin, server, UserPoolId } = app
  const { RefreshToken } = await redirectTokens(app, openBrowser(server))
  await redirectTokens(app, openBrowser(server))
  const { Sessions: before = [] } = await admin.adminListUserSessions({ UserPoolId, Username: 'ada' })
  server.clock.advance(100)
  await refresh(app, RefreshToken)
  const { Sessions: after = [] } = await admin.adminListUserSessions({ UserPoolId, Username: 'ada' })
  const used = after.filter(
    ({ LastActiveDate }, i) => Number(LastActiveDate) !== Number(before[i]?.LastActiveDate),
  )
  expect(used.map(({ SessionType }) => SessionType)).toEqual(['TOKEN', 'SSO'])
  expect(used[0]?.OriginSessionId).toBe(used[1]?.SessionId)
})

test('a revoked SSO session no longer signs in, and its tokens stay valid', async () => {
  const app = await startTracking()
  const [left, right] = [openBrowser(app.server), openBrowser(app.server)]
  const { AccessToken } = await redirectTokens(app, left)
  await redirectTokens(app, right)
  const { Sessions = [] } = await app.admin.listUserSessions({ AccessToken })
  const SessionId = Sessions.find(({ IsCurrentSession }) => IsCurrentSession)?.OriginSessionId
  const user = { UserPoolId: app.UserPoolId, Username: 'ada' }
  await app.other.admin.adminRevokeUserSession({ ...user, SessionId })
  expect([await goesOn(app, left), await goesOn(app, right)]).toEqual([false, true])
  expect(await isGood(app.admin, AccessToken)).toBe(true)
})

test('sessions that are linked to a revoked one end with it on request, except that of the access token', async () => {
  const app = await startTracking()
  const { admin } = app
  const browser = openBrowser(app.server)
  const used = await signInOnPage(app, PKCE, browser)
  const first = { AccessToken: String((await redeem(app, used)).body.access_token) }
  const sameBrowser = async () => {
    const query = authorizeQuery(app, PKCE)
    return new URL((await browser.get(`/oauth2/authorize?${query}`)).location)
  }
  const second = String((await redeem(app, await sameBrowser())).body.access_token)
  const pending = await sameBrowser()
  const unlinked = await tokens(app)
  const pendingElsewhere = await signInOnPage(app, PKCE)
  const { Sessions = [] } = await admin.listUserSessions({ AccessToken: first.AccessToken })
  const SessionId = Sessions.find(({ OriginSessionId }) => OriginSessionId)?.OriginSessionId
  expect(Sessions.filter(({ OriginSessionId }) => OriginSessionId === SessionId)).toHaveLength(2)

  await admin.revokeUserSession({
    AccessToken: first.AccessToken,
    SessionId,
    RevokeAssociatedSessions: 'LINKED',
  })
  expect(await isGood(admin, first.AccessToken)).toBe(true)
  expect(await isGood(admin, second)).toBe(false)
  expect(await isGood(admin, unlinked.AccessToken)).toBe(true)
  expect((await redeem(app, pending)).body).toMatchObject({ error: 'invalid_grant' })
  expect((await redeem(app, pendingElsewhere)).status).toBe(200)
  expect(await goesOn(app, browser)).toBe(false)

  // The other way round: the SSO session that a sign-in came of.
  const again = openBrowser(app.server)
  const { AccessToken } = await redirectTokens(app, again)
  const id = await current(admin, AccessToken)
  await admin.revokeUserSession({
    AccessToken: first.AccessToken,
    SessionId: id,
    RevokeAssociatedSessions: 'LINKED',
  })
  expect([await isGood(admin, AccessToken), await goesOn(app, again)]).toEqual([false, false])
  // A code that was redeemed is still known: when it comes again without its verifier, what came of it ends.
  expect((await redeem(app, used, { code_verifier: undefined })).body.error).toBe('invalid_grant')
  expect(await isGood(admin, first.AccessToken)).toBe(false)
})

test('a sign-in beyond the limit of a pool ends the session that was used the longest ago', async () => {
  const app = await startTracking({ MaxPerUser: 2 })
  const { admin, server } = app
  const first = await tokens(app)
  server.clock.advance(1)
  const second = await tokens(app)
  server.clock.advance(1)
  await refresh(app, first.RefreshToken)
  server.clock.advance(1)
  const third = await tokens(app)
  const good = await Promise.all([first, second, third].map(({ AccessToken }) => isGood(admin, AccessToken)))
  expect(good).toEqual([true, false, true])
  // Many at once stay within it too, at every server.
  await Promise.all([app, app.other, app, app.other].map(({ admin }) => tokens({ ...app, admin })))
  const { Sessions } = await admin.adminListUserSessions({ UserPoolId: app.UserPoolId, Username: 'ada' })
  expect(Sessions).toHaveLength(2)
})

test('an expired session takes no room', async () => {
  const app = await startTracking({ MaxPerUser: 2, clock: stillClock() })
  const { clientId: brief } = await app.createClient({
    ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'],
    RefreshTokenValidity: 60,
    TokenValidityUnits: { RefreshToken: 'minutes' },
  })
  const kept = await tokens(app)
  app.server.clock.advance(1)
  await tokens({ ...app, clientId: brief })
  app.server.clock.advance(3600)
  await tokens(app)
  const refreshed = await refresh(app, kept.RefreshToken)
  expect(refreshed.AuthenticationResult?.AccessToken).toBeTypeOf('string')
})

test('revoked sessions, and those of another user, take no room', async () => {
  const app = await startTracking({ MaxPerUser: 2, clock: stillClock() })
  const { admin, UserPoolId, clientId, server } = app
  await createUser(admin, UserPoolId, 'grace')
  const grace = (await signIn(admin, clientId, 'grace')).AuthenticationResult?.AccessToken ?? ''
  const first = await tokens(app)
  server.clock.advance(1)
  const { RefreshToken } = await tokens(app)
  await admin.revokeToken({ ClientId: clientId, Token: RefreshToken })
  server.clock.advance(1)
  const third = await tokens(app)
  for (const AccessToken of [grace, first.AccessToken, third.AccessToken])
    expect(await isGood(admin, AccessToken)).toBe(true)
})

test('SSO sessions that do not fit on a page are listed on the next one, each once', async () => {
  const app = await startOAuth({ client: { ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'] } })
  const { admin, UserPoolId, server } = app
  for (let i = 0; i < 122; i++) await tokens(app)
  for (let i = 0; i < 2; i++) await redirectTokens(app, openBrowser(server))
  await admin.setUserPoolSessionConfiguration({
    UserPoolId,
    UserSessionTracking: 'ENABLED',
    TokenSession: { MaxPerUser: 100 },
  })
  const user = { UserPoolId, Username: 'ada' }
  const first = await admin.adminListUserSessions(user)
  const second = await admin.adminListUserSessions({ ...user, NextToken: first.NextToken })
  expect(first.Sessions).toHaveLength(125)
  expect(second.Sessions?.map(({ SessionType }) => SessionType)).toEqual(['SSO'])
  expect(first.Sessions?.map(({ SessionId }) => SessionId)).not.toContain(second.Sessions?.[0]?.SessionId)
})

test('more sessions than fit on a page are listed on the next one, each once', async () => {
  const app = await startWithAdmin()
  const { admin, userPoolId: UserPoolId, userPoolClientId } = app
  await createUser(admin, UserPoolId, 'ada@example.com')
  for (let i = 0; i < 130; i++) await signIn(admin, userPoolClientId, 'ada@example.com')
  await admin.setUserPoolSessionConfiguration({
    UserPoolId,
    UserSessionTracking: 'ENABLED',
    TokenSession: { MaxPerUser: 100 },
  })
  const user = { UserPoolId, Username: 'ada@example.com' }
  const first = await admin.adminListUserSessions(user)
  const second = await admin.adminListUserSessions({ ...user, NextToken: first.NextToken })
  expect(first.Sessions).toHaveLength(125)
  expect(second.Sessions).toHaveLength(5)
  expect(second.NextToken).toBeUndefined()
  const ids = [first, second].flatMap(({ Sessions }) => Sessions?.map(({ SessionId }) => SessionId))
  expect(new Set(ids).size).toBe(130)
  // A user is brought back within the limit by the next sign-in.
  await signIn(admin, userPoolClientId, 'ada@example.com')
  expect((await admin.adminListUserSessions(user)).Sessions).toHaveLength(100)
})
